"""A call that is handed over, and one that ends with a booking."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import uuid4

from booking_client import connect_database
from booking_client.demo.people import DemoRealNameRegistry
from booking_client.demo.reports import DemoReportDesk
from dialogs.commands import Listen
from dialogs.outcomes import Outcome
from dialogs.wording import load_wording
from ivr.agent.call_logging import CallLogging
from ivr.agent.desk import HotlineDesk
from ivr.hotline import Hotline
from ivr.session.call_ports import CallFacts, CallPorts
from ivr.session.closed_lists import ClosedLists
from ivr.session.conversation import Conversation
from ivr.session.typed import TypedEar, TypedLine, TypedMouth
from tests.ivr.session.test_conversation import Notes, PinnedClock

ID_NUMBER = "32010619450101001X"
BOUND = 60.0


async def hand_over_a_call(url: str, folder: Path, calls: CallLogging, hotline: Hotline) -> str:
    """A caller who books until the read-back, gives an ID number and then wants a person."""
    return await _hold(url, folder, calls, hotline, "转人工", Outcome.TRANSFERRED)


async def book_a_call(url: str, folder: Path, calls: CallLogging, hotline: Hotline) -> str:
    """The same caller, who says yes to the read-back."""
    return await _hold(url, folder, calls, hotline, "对的", Outcome.BOOKED)


async def _hold(
    url: str, folder: Path, calls: CallLogging, hotline: Hotline, answer: str, ends: Outcome
) -> str:
    answers = {
        "task": ["我要挂鼓楼医院骨科"],
        "doctor": ["随便"],
        "date": ["后天上午"],
        "choice": ["第一个"],
        "id_number": [ID_NUMBER],
        "confirm": [answer],
    }

    async def read_line(listen: Listen) -> str:
        lines = answers.get(listen.expect.value)
        if not lines:
            raise EOFError
        return lines.pop(0)

    core = await connect_database(url)
    lists = ClosedLists(core)
    await lists.load()
    call_id, clock = str(uuid4()), PinnedClock()
    mouth = TypedMouth(lambda text: None)
    conversation: Conversation
    ear = TypedEar(
        clock,
        mouth,
        read_line,
        lambda report: conversation.ear_reports(report),
        lambda: conversation.line_closed(),
        lambda key: conversation.key_pressed(key),
    )
    ports = CallPorts(
        clock=clock,
        ear=ear,
        mouth=mouth,
        line=TypedLine(),
        core=core,
        registry=DemoRealNameRegistry(),
        reports=DemoReportDesk(),
        lists=lists,
        log=await calls.call_started(call_id, "02583600001", folder / "call.wav", "typed"),
        observer=Notes(),
        desk=HotlineDesk(hotline, clock, lambda: None),
    )
    conversation = Conversation(ports, CallFacts(call_id, "02583600001"), load_wording())
    try:
        async with asyncio.timeout(BOUND):
            assert (await conversation.run()).outcome is ends
    finally:
        await core.close()
    return call_id

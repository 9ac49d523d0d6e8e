"""Invented calls: the real dialogue, grammars and booking core, with an invented ear and mouth.

On a virtual clock and a booking database of its own, so nothing of the configured one is read
or changed, and the same seed gives the same calls.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from booking_client.demo.people import DemoRealNameRegistry
from booking_client.demo.reports import DemoReportDesk
from booking_client.sql.core import SqlBookingCore
from dialogs.outcomes import Category, Outcome, Reason
from dialogs.wording import Wording, load_wording
from ivr.agent.desk import HotlineDesk
from ivr.call_log import Turn
from ivr.caller.script import Script
from ivr.demo_data.callers import InventedCaller, drawn_caller
from ivr.demo_data.hearing import InventedEar, InventedMouth
from ivr.hotline import Hotline
from ivr.replay.charges import charged_port
from ivr.replay.virtual_time import VirtualClock, VirtualTimeLoop, virtual_loop
from ivr.replay.world import DEMO, Templates, open_hotline, open_world
from ivr.session.call_ports import CallFacts, CallPorts, Conclusion
from ivr.session.closed_lists import ClosedLists
from ivr.session.conversation import Conversation
from ivr.session.typed import TypedLine

_OPENS_AT = dt.time(9, 10)
_CORE_SECONDS = 0.02  # charged for an answer of the booking core, as in replay


@dataclass(frozen=True, slots=True)
class InventedCall:
    """One conversation as it went; `began` is when it began on its own clock."""

    caller: InventedCaller = field(repr=False)
    began: dt.datetime
    ended: dt.datetime
    turns: tuple[Turn, ...]
    conclusion: Conclusion


def invented_calls(
    seed: int, day: dt.date, count: int, progress: Callable[[int], None] = lambda done: None
) -> list[InventedCall]:
    """`count` conversations of that day. Raises DataFileError, CoreUnavailable, OSError."""
    with tempfile.TemporaryDirectory(prefix="ivr-demo-data-") as folder:
        templates = Templates(Path(folder))
        asyncio.run(templates.make(DEMO, day))
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            return runner.run(_converse(templates, Path(folder), seed, day, count, progress))


async def _converse(
    templates: Templates,
    folder: Path,
    seed: int,
    day: dt.date,
    count: int,
    progress: Callable[[int], None],
) -> list[InventedCall]:
    with virtual_loop().outside_work():
        core = await open_world(templates.path(DEMO, day), folder / "booking.db", seed)
        hotline = await open_hotline(seed)
        lists = _ChargedLists(core)
        await lists.load()
    lists.charge()
    world = _World(
        core, hotline, lists, load_wording(), VirtualClock(dt.datetime.combine(day, _OPENS_AT))
    )
    calls = []
    try:
        for number in range(1, count + 1):
            chance = random.Random(f"demo-data/{seed}/{day}/{number}/heard")
            calls.append(await world.call(drawn_caller(seed, day, number), chance, number))
            progress(number)
    finally:
        with virtual_loop().outside_work():
            await hotline.close()
            await core.close()
    return calls


class _ChargedLists(ClosedLists):
    """The lists of the virtual clock's calls."""

    def charge(self) -> None:
        self._core = charged_port(self._core, _CORE_SECONDS)


@dataclass(frozen=True, slots=True)
class _World:
    core: SqlBookingCore
    hotline: Hotline
    lists: ClosedLists
    wording: Wording
    clock: VirtualClock

    async def call(
        self, caller: InventedCaller, chance: random.Random, number: int
    ) -> InventedCall:
        clock, log = self.clock, _Turns()
        began = clock.now()
        mouth = InventedMouth(clock, lambda: conversation.first_frame())
        ear = InventedEar(
            clock,
            mouth,
            Script(caller.case),
            chance,
            caller.mistakes,
            lambda report: conversation.ear_reports(report),
            lambda key: conversation.key_pressed(key),
            lambda: conversation.line_closed(),
        )
        ports = CallPorts(
            clock=clock,
            ear=ear,
            mouth=mouth,
            line=TypedLine(somebody=caller.case.operators == "answer"),
            core=charged_port(self.core, _CORE_SECONDS),
            registry=charged_port(DemoRealNameRegistry(), _CORE_SECONDS),
            reports=charged_port(DemoReportDesk(), _CORE_SECONDS),
            lists=self.lists,
            log=log,
            observer=_Nobody(),
            desk=charged_port(HotlineDesk(self.hotline, clock, lambda: None), _CORE_SECONDS),
        )
        facts = CallFacts(f"invented-{number}", caller.case.caller)
        conversation = Conversation(ports, facts, self.wording)
        conclusion = await conversation.run()
        return InventedCall(caller, began, clock.now(), tuple(log.turns.values()), conclusion)


class _Turns:
    """ivr.session.call_ports.TurnLog."""

    def __init__(self) -> None:
        self.turns: dict[int, Turn] = {}

    async def turn(self, turn: Turn) -> None:
        self.turns[turn.number] = turn

    async def concluded(self, outcome: Outcome, category: Category, reason: Reason) -> None:
        """The conclusion of the conversation says it."""


class _Nobody:
    """ivr.session.observer.Observer."""

    def notice(self, kind: str, call_id: str, fields: Mapping[str, object]) -> None:
        """Nobody watches."""

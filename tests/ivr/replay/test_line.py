import asyncio
import datetime as dt
from pathlib import Path

import numpy as np

from dialogs.outcomes import Reason
from ivr.caller.case import Act, Case, TimedAct
from ivr.caller.leg import CallerLeg
from ivr.ports import CallerFrame, CallerKey, LineClosed, LineEvent
from ivr.replay.line import ANSWERED_AFTER, QUEUE_SECONDS, ReplayedLine, Tape
from ivr.replay.virtual_time import VirtualClock, virtual_loop
from tests.ivr.replay.test_virtual_time import run

CASE = Case(name="t", timeline=(TimedAct(at=0.1, press="1"), TimedAct(at=60.0, hang_up=0.0)))


def line(*, operators_answer: bool = True) -> ReplayedLine:
    clock = VirtualClock(dt.datetime(2026, 3, 2))
    return ReplayedLine(clock, CallerLeg(CASE, {}), operators_answer=operators_answer)


def test_the_callers_frames_come_between_the_agents() -> None:
    async def hear() -> tuple[list[LineEvent], list[float]]:
        events, times = [], []
        async for event in line().events():
            events.append(event)
            times.append(round(virtual_loop().time(), 6))
        return events, times

    events, times = run(hear())
    assert times[:3] == [0.01, 0.03, 0.05]
    assert CallerKey("1") in events
    assert isinstance(events[0], CallerFrame)
    assert events[-1] == LineClosed(hung_up=True)
    assert times[-1] == 60.01


def test_what_the_caller_is_about_to_do_is_told_before_it_begins() -> None:
    done: list[tuple[str, str]] = []
    case = Case(name="t", timeline=(TimedAct(at=0.1, press="1"), TimedAct(at=0.2, hang_up=0.0)))
    leg = CallerLeg(case, {}, acted=lambda act: done.append(("begins", act.line)))

    async def before(act: Act) -> None:
        if ("before", act.line) not in done:
            done.append(("before", act.line))

    async def hear() -> None:
        clock = VirtualClock(dt.datetime(2026, 3, 2))
        phone = ReplayedLine(clock, leg, operators_answer=True, before=before)
        async for _ in phone.events():
            """Until the caller hangs up."""

    run(hear())
    key, gone = (act.line for act in case.timed)
    assert sorted(done) == sorted(
        (when, act) for when in ("before", "begins") for act in (key, gone)
    )
    assert all(done.index(("before", act)) < done.index(("begins", act)) for act in (key, gone))


def test_a_person_answers_a_transfer_and_the_line_is_theirs() -> None:
    async def transfer() -> tuple[bool, float, list[LineEvent]]:
        phone = line()
        answered = await phone.transfer(Reason.CALLER_ASKED)
        return answered, virtual_loop().time(), [event async for event in phone.events()]

    assert run(transfer()) == (True, ANSWERED_AFTER, [LineClosed(hung_up=True)])


def test_a_transfer_that_nobody_answers_brings_the_caller_back() -> None:
    async def transfer() -> tuple[bool, float, bool]:
        phone = line(operators_answer=False)
        heard: list[LineEvent] = []

        async def listen() -> None:
            async for event in phone.events():
                heard.append(event)

        listening = asyncio.create_task(listen())
        answered = await phone.transfer(Reason.CALLER_ASKED)
        time, away = virtual_loop().time(), not heard
        await listening
        return answered, time, away and bool(heard)

    assert run(transfer()) == (False, QUEUE_SECONDS, True)


def test_the_tape_has_both_legs_side_by_side(tmp_path: Path) -> None:
    tape = Tape()
    for _ in range(100):
        tape.agent(b"\x01\x00" * 160)
        tape.caller(b"\x02\x00" * 160)
    tape.agent(b"\x01\x00" * 160)
    tape.write(tmp_path / "turn.wav", since=1.0, until=1.5)
    tape.write(tmp_path / "call.wav")
    part, whole = (
        np.frombuffer((tmp_path / name).read_bytes()[44:], "<i2").reshape(-1, 2)
        for name in ("turn.wav", "call.wav")
    )
    assert len(part) == 4000
    assert part[0].tolist() == [2, 1]  # caller left, agent right
    assert (len(whole), whole[-1].tolist()) == (101 * 160, [0, 1])

"""An exchange of its own with an agent, and many synthetic callers who book over real SIP at once.

What concurrent_calls and soak share. Phones, Asterisk and agent run on one machine: what the phones
take is measured apart. Callers speak (telephone voices, no noise), key their ID number and book
different departments, so that none waits for another's place.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import os
import shutil
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.process_cost import cpu_seconds, memory_mb
from booking_client.demo.people import load_people
from ivr.agent.demonstration import dialled, running_agent
from ivr.agent.managed_pbx import managed_pbx
from ivr.caller.case import Case
from ivr.caller.sip_caller import CallFault, SyntheticCaller, watching
from ivr.caller.speech import CallerStudio, render_wanted, wanted_speech
from ivr.config import Config
from ivr.replay.own_exchange import exchange_file, own_exchange
from ivr.replay.world import DEMO, Templates

TODAY = dt.datetime(2026, 3, 2, 9, 10)
MOST_CALLS = 60
_PLACES = tuple(
    itertools.product(
        ("鼓楼医院", "省人民医院", "市第一医院", "中大医院"),
        ("眼科", "骨科", "皮肤科", "呼吸内科", "消化内科"),
    )
)
_DAYS = ("明天上午", "后天上午", "大后天上午")
_VOICES = ("zm_yunjian", "zf_xiaoyi")


@dataclass(slots=True)
class Heard:
    """What the agent told of the calls since the last `clear`. `waits`: seconds from a caller's
    last voiced frame to the agent's first speech frame, of spoken turns."""

    waits: list[float] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    frames: int = 0
    late: int = 0
    skipped: int = 0

    def notice(self, notice: Mapping[str, object]) -> None:
        match notice:
            case {"kind": "latency", "seconds": dict(seconds)} if seconds.get("endpointing"):
                self.waits.append(float(seconds["first_frame"]))
            case {"kind": "call_ended", "outcome": outcome}:
                self.outcomes.append(str(outcome))
            case {"kind": "media", "frames": int(frames), "late": int(late), "skipped": int(lost)}:
                self.frames += frames
                self.late += late
                self.skipped += lost

    def clear(self) -> Heard:
        """What was heard so far; counting begins anew."""
        before = Heard(self.waits, self.outcomes, self.frames, self.late, self.skipped)
        self.waits, self.outcomes = [], []
        self.frames = self.late = self.skipped = 0
        return before


class Exchange:
    """Serving; `async with Exchange.up(config, folder) as exchange:`"""

    def __init__(self, own: Config, studio: CallerStudio, pbx: int, agent: int, up: float) -> None:
        self._own = own
        self._studio = studio
        self.pbx = pbx
        self.agent = agent
        self.seconds_to_start = up
        self.heard = Heard()
        self._numbers = itertools.count()

    @classmethod
    @contextlib.asynccontextmanager
    async def up(cls, config: Config, folder: Path) -> AsyncIterator[Exchange]:
        """With a fresh demonstration database; speech that is missing is rendered before.

        Raises NotReady, PbxError, PhoneError, VoiceError, MissingSecret.
        """
        cases = [case(number) for number in range(len(_PLACES) * len(_DAYS) * len(_VOICES))]
        await render_wanted(wanted_speech(cases, config), config, print)
        own = own_exchange(config, folder, rtp_ports=10 * MOST_CALLS)
        templates = Templates(folder)
        await templates.make(DEMO, TODAY.date())
        database = own.database_url.removeprefix("sqlite:///")
        shutil.copyfile(templates.path(DEMO, TODAY.date()), database)
        pids: list[int] = []
        async with CallerStudio(config) as studio:
            began = time.monotonic()
            async with (
                managed_pbx(own, studio.store()) as pbx,
                running_agent(own, exchange_file(own), pids.append, ("--today", TODAY.isoformat())),
            ):
                up = time.monotonic() - began
                assert pbx.pid is not None
                exchange = cls(own, studio, pbx.pid, pids[-1], up)
                async with watching(own.feed_socket) as notices:
                    listening = asyncio.create_task(exchange._listen(notices))
                    try:
                        yield exchange
                    finally:
                        listening.cancel()
                        await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self, notices: asyncio.Queue[Mapping[str, object] | None]) -> None:
        while (notice := await notices.get()) is not None:
            self.heard.notice(notice)

    async def call(self) -> str:
        """One caller's call; its outcome, or why it could not be placed."""
        caller = SyntheticCaller(self._studio, dialled(self._own), self._own.feed_socket)
        try:
            return str((await caller.place(case(next(self._numbers)), Path())).outcome)
        except CallFault as fault:
            return f"fault: {fault}"

    async def keep_calling(self, until: float, first_after: float = 0.0) -> list[str]:
        """One call after another until that time (monotonic); the last is talked to its end."""
        outcomes = []
        await asyncio.sleep(first_after)
        while time.monotonic() < until:
            outcomes.append(await self.call())
        return outcomes

    def cpu(self) -> dict[str, float]:
        """Seconds of processor time so far, of agent and Asterisk."""
        return {"agent": cpu_seconds(self.agent), "asterisk": cpu_seconds(self.pbx)}

    def memory(self) -> dict[str, float]:
        """Resident MB."""
        return {"agent": memory_mb(self.agent), "asterisk": memory_mb(self.pbx)}


def case(number: int) -> Case:
    """The `number`th caller, with a telephone number and a person of their own."""
    people = [person.id_number for person in load_people()]
    # A person may book so much a day and no more: every caller is somebody else, and when their
    # turn comes again they want another day in another place.
    round_, person = divmod(number, len(people))
    hospital, department = _PLACES[(number + round_) % len(_PLACES)]
    id_number, day = people[person], _DAYS[round_ % len(_DAYS)]
    return Case.model_validate(
        {
            "name": f"caller {number}",
            "caller": f"0258{number % 10_000_000:07d}",
            "voice": _VOICES[number % len(_VOICES)],
            "presses_keys": True,
            "answers": {
                "task": "我要挂号",
                "hospital": hospital,
                "department": department,
                "doctor": "随便",
                "date": day,
                "choice": "第一个",
                "id_number": {"press": id_number.replace("X", "*"), "after": 0.8},
                "phone": "不用了",
                "confirm": ["可以的", "是的", "对的"],
                "once_more": "不用了",
                "anything_else": "没有了",
            },
        }
    )


def machine_cpu() -> float:
    """Seconds of processor time that everything on the machine has used so far."""
    fields = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:8]
    user, nice, system, _, _, irq, soft = (int(each) for each in fields)
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")

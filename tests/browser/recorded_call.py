"""A call that went wrong, really held: the agent's own session with its recogniser and voice, on
the virtual clock. Its turns go into a call log, its sound is the recording.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log import CallLog, CallStart, Turn
from ivr.caller.case import Case
from ivr.caller.speech import render_wanted, wanted_speech
from ivr.config import load_config
from ivr.recognisers.choice import build_recogniser
from ivr.replay.engine import Engines, Job, replay
from ivr.replay.world import DEMO, Templates
from ivr.voices.choice import build_voice
from tests.ivr.web.site import NOW

CALL_ID = "5d0c1c1e-7a6e-4d53-9c4e-0b1f7f6f2a11"
RECORDING = f"{NOW:%Y-%m-%d}/{CALL_ID}.wav"
STARTED = NOW - dt.timedelta(minutes=20)
UNHEARD = "今天太阳真好啊"
CASE = Case.model_validate(
    {
        "name": "talks of the weather, then wants a person",
        "today": STARTED,
        "caller": "02583600042",
        "answers": {"any": [UNHEARD, "我要转人工"]},
        "expect": {"outcome": "transferred"},
    }
)
_REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Recorded:
    turns: tuple[Turn, ...]
    sound: Path
    seconds: float


class _Notebook:
    """ivr.session.call_ports.TurnLog in memory."""

    def __init__(self) -> None:
        self.turns: dict[int, Turn] = {}

    async def turn(self, turn: Turn) -> None:
        self.turns[turn.number] = turn

    async def concluded(self, outcome: Outcome, category: Category, reason: Reason) -> None:
        """The case says how it ends."""


def hold_the_call(folder: Path) -> Recorded:
    """Takes some ten seconds; has an event loop of its own."""
    config = load_config(_REPOSITORY / "config.yaml", {})
    templates, notebook = Templates(folder), _Notebook()
    asyncio.run(templates.make(DEMO, STARTED.date()))
    asyncio.run(render_wanted(wanted_speech([CASE], config), config, print))
    engines = Engines(
        build_recogniser(workers=1),
        build_voice(config.voice.engine, style=config.voice.style, speed=config.voice.speed),
    )
    template = templates.path(DEMO, STARTED.date())
    job = Job(CASE, Path("case.yaml"), template, folder / "01-call")
    result = replay(job, engines, config, notebook)
    assert result.failures == (), result
    return Recorded(tuple(notebook.turns.values()), folder / result.audio, result.seconds)


async def keep(recorded: Recorded, database_url: str, recordings: Path) -> None:
    """Into the call log at `database_url`, as the agent would have kept it."""
    log = await CallLog.open(database_url)
    await log.call_started(CallStart(CALL_ID, STARTED, CASE.caller, RECORDING, "whisper", "kokoro"))
    await log.call_answered(CALL_ID, STARTED)
    for turn in recorded.turns:
        await log.turn(CALL_ID, turn)
    end = STARTED + dt.timedelta(seconds=recorded.seconds)
    reason = Reason.CALLER_ASKED
    await log.call_ended(CALL_ID, end, Outcome.TRANSFERRED, Category.BOOKING, reason)
    await log.close()
    (recordings / RECORDING).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(recorded.sound, recordings / RECORDING)

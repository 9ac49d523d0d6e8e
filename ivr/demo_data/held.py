"""Invented calls that are really held, with sound: data/held_calls.yaml.

The recogniser, the voices and the masking of the recording are those of a live call; only the line
and the clock are not. Needs the speech models, and some ten seconds a call.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from pydantic import BaseModel, ConfigDict

from datafiles import load_yaml
from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log import Turn
from ivr.call_log.records import DEMONSTRATION
from ivr.call_log.rows import turn_columns
from ivr.caller.case import Case
from ivr.caller.speech import render_wanted, wanted_speech
from ivr.config import Config
from ivr.recognisers.choice import build_recogniser
from ivr.replay.engine import Engines, Job, replay
from ivr.replay.world import DEMO, Templates
from ivr.voices.choice import build_voice

_FILE = Path(__file__).parent / "data" / "held_calls.yaml"


class HeldCall(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    at: dt.time
    case: Case


class _HeldCalls(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: tuple[HeldCall, ...]


def held_calls(file: Path = _FILE) -> tuple[HeldCall, ...]:
    """Raises DataFileError (file, line, field)."""
    return load_yaml(file, _HeldCalls).calls


@dataclass(slots=True)
class _Notebook:
    """ivr.session.call_ports.TurnLog in memory."""

    turns: dict[int, Turn]
    ended: tuple[Outcome, Category, Reason] = (
        Outcome.FAILED,
        Category.CONSULTATION,
        Reason.AGENT_FAULT,
    )

    async def turn(self, turn: Turn) -> None:
        self.turns[turn.number] = turn

    async def concluded(self, outcome: Outcome, category: Category, reason: Reason) -> None:
        self.ended = (outcome, category, reason)


def held_rows(
    calls: tuple[HeldCall, ...],
    day: dt.date,
    config: Config,
    progress: Callable[[int], None] = lambda done: None,
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Hold each call, put its recording where a live call's is, and give its row and those of its
    turns. Blocking. Raises RecogniserError, VoiceError, DataFileError, CoreUnavailable, OSError."""
    if not calls:
        return
    asyncio.run(render_wanted(wanted_speech([call.case for call in calls], config), config, _quiet))
    chosen, voice = config.recogniser, config.voice
    engines = Engines(
        build_recogniser(
            chosen.engine, model=chosen.model, server_url=chosen.server_url, workers=1
        ),
        build_voice(voice.engine, style=voice.style, speed=voice.speed, workers=voice.workers),
    )
    try:
        with tempfile.TemporaryDirectory(prefix="ivr-demo-data-") as folder:
            templates = Templates(Path(folder))
            asyncio.run(templates.make(DEMO, day))
            for number, call in enumerate(calls, 1):
                yield _held(number, call, day, templates, Path(folder), engines, config)
                progress(number)
    finally:
        asyncio.run(_close(engines))


def _held(
    number: int,
    call: HeldCall,
    day: dt.date,
    templates: Templates,
    folder: Path,
    engines: Engines,
    config: Config,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    started = dt.datetime.combine(day, call.at)
    case = call.case.model_copy(update={"today": started})
    notebook = _Notebook({})
    job = Job(case, _FILE, templates.path(DEMO, day), folder / f"{number:02}-call", masked=True)
    result = replay(job, engines, config, notebook)
    call_id = str(uuid5(NAMESPACE_OID, f"12320/demo-data/held/{day}/{number}"))
    recording = f"{day}/{call_id}.wav"
    place = config.recordings / recording
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / result.audio, place)
    place.chmod(0o600)
    outcome, category, reason = notebook.ended
    row = {
        "call_id": call_id,
        "caller_last_four": case.caller[-4:],
        "started_at": started,
        "answered_at": started,
        "ended_at": started + dt.timedelta(seconds=result.seconds),
        "outcome": outcome.value,
        "category": category.value,
        "reason": reason.value,
        "recording": recording,
        "recogniser": engines.recogniser.name,
        "voice": engines.voice.name,
        "version": DEMONSTRATION,
        "agent": DEMONSTRATION,
    }
    turns = notebook.turns.values()
    return row, [turn_columns(turn) | {"number": turn.number} for turn in turns]


async def _close(engines: Engines) -> None:
    await engines.recogniser.aclose()
    await engines.voice.aclose()


def _quiet(line: str) -> None:
    del line

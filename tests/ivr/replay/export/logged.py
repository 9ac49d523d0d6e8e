"""Calls as the log keeps them, and their recordings, for the tests of exporting."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Slot
from ivr.audio_file import write_speech
from ivr.call_log import StoredCall, StoredTurn
from tests.listening.sounds import Wave, joined, silence, words

STARTED = dt.datetime(2026, 3, 2, 9, 10)
CALL_ID = "3f2c9d1e-0000-4000-8000-000000000001"
TURN_SECONDS = 10.0
PROMPT_SECONDS = 4.0
SEARCH = "find_sessions offer 南京鼓楼医院 皮肤科 any 上午 2026-03-04..2026-03-04"


def turn(
    number: int,
    expected: Slot | None,
    heard: str = "",
    *,
    keys: str = "",
    prompt: str = "",
    decided: tuple[str, ...] = ("say question.x.asked",),
) -> StoredTurn:
    """Turn `number` of a call in which every turn lasts TURN_SECONDS."""
    begin = STARTED + dt.timedelta(seconds=TURN_SECONDS * (number - 1))
    return StoredTurn(
        number=number,
        started_at=begin,
        ended_at=begin + dt.timedelta(seconds=TURN_SECONDS),
        prompts=(prompt or f"question.{expected}.asked",),
        asked="",
        expected=None if expected is None else expected.value,
        heard=((heard, 0.7),) if heard else (),
        understood={},
        keys=keys,
        decided=decided,
        marks=(),
        timings={},
    )


def call(
    *turns: StoredTurn,
    outcome: Outcome | None = Outcome.BOOKED,
    reason: Reason | None = Reason.COMPLETED,
    last_four: str = "0001",
) -> StoredCall:
    ended = STARTED + dt.timedelta(seconds=TURN_SECONDS * len(turns))
    return StoredCall(
        call_id=CALL_ID,
        caller_last_four=last_four,
        started_at=STARTED,
        answered_at=STARTED,
        ended_at=None if outcome is None else ended,
        outcome=outcome,
        category=Category.BOOKING,
        reason=reason,
        recording="2026-03-02/call.wav",
        recogniser="whisper-base",
        voice="kokoro",
        version="",
        turn_count=len(turns),
        turns=turns,
    )


def spoken(after: float = 1.0) -> Wave:
    """A caller's leg of one turn: three syllables, `after` seconds from the prompt's end (before it
    for a negative number)."""
    lead = silence(PROMPT_SECONDS + after)
    voice = words(6)
    rest = silence(TURN_SECONDS - len(lead) / 8000 - len(voice) / 8000)
    return joined([lead, voice, rest])


def quiet() -> Wave:
    return silence(TURN_SECONDS)


def prompts(count: int, seconds: float = PROMPT_SECONDS) -> Wave:
    """The agent's leg: each turn begins with a prompt."""
    one = joined([words(40, seed=5)[: round(seconds * 8000)], silence(TURN_SECONDS - seconds)])
    return joined([one] * count)


def record(path: Path, caller: Wave, agent: Wave) -> Path:
    both = np.stack([caller[: len(agent)], agent], axis=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_speech(path, (both * 32767).astype("<i2").tobytes(), channels=2)
    return path

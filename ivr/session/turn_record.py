"""One turn of a call as the log keeps it: asked, heard, understood, decided, timed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from grammars.meaning import Hypothesis, Slot


@dataclass(slots=True)
class TurnRecord:
    """Filled in as the turn goes on. `timings` are seconds per hop, from the end of speech:
    endpointing, recognition, understanding, dialogue, first_frame (the caller's wait)."""

    number: int
    started: dt.datetime
    prompts: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    expect: Slot | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    engine: str = ""
    meaning: dict[str, object] = field(default_factory=dict)
    event: str = ""
    decided: list[str] = field(default_factory=list)
    keys: int = 0
    timings: dict[str, float] = field(default_factory=dict)
    ended: dt.datetime | None = None

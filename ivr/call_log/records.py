"""What goes into the call log and what comes out of it. Times are naive local times of Shanghai."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from dialogs.commands import Command, Say
from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Hypothesis, Slot, Understanding
from ivr.ports import TurnTimings

DEMONSTRATION = "demo-data"
"""The version of a call that never was (ivr.demo_data): every page that shows one says so."""


@dataclass(frozen=True, slots=True)
class CallStart:
    """A call that begins. Of `caller` only the last four digits and a keyed hash are kept."""

    call_id: str
    started_at: dt.datetime
    caller: str = field(default="", repr=False)
    recording: str = ""  # path, relative to the folder of recordings
    recogniser: str = ""
    voice: str = ""
    version: str = ""
    agent: str = ""  # which of the agents that write to this database has the call


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as the session knows it: question, answer, decision. Masked when it is stored.

    `number` counts from 1. `asked` is what was said since the last turn, `keys` what
    was pressed, `commands` what the dialogue decided.
    """

    number: int
    started_at: dt.datetime
    ended_at: dt.datetime
    asked: tuple[Say, ...] = ()
    expected: Slot | None = None
    heard: tuple[Hypothesis, ...] = field(default=(), repr=False)
    understanding: Understanding | None = field(default=None, repr=False)
    keys: str = field(default="", repr=False)
    commands: tuple[Command, ...] = ()
    marks: frozenset[str] = frozenset()
    timings: TurnTimings | None = None


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls to list; None = any. `since` <= started < `until`; `caller` is a whole number."""

    outcome: Outcome | None = None
    category: Category | None = None
    reason: Reason | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    caller: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn as it is kept: everything masked, `heard` as (text, confidence), best first."""

    number: int
    started_at: dt.datetime
    ended_at: dt.datetime
    prompts: tuple[str, ...]
    asked: str
    expected: str | None
    heard: tuple[tuple[str, float], ...]
    understood: dict[str, Any]
    keys: str
    decided: tuple[str, ...]
    marks: tuple[str, ...]
    timings: dict[str, float]


@dataclass(frozen=True, slots=True)
class StoredCall:
    """A call as it is kept. `turns` is filled by CallLog.show, `turn_count` always."""

    call_id: str
    caller_last_four: str
    started_at: dt.datetime
    answered_at: dt.datetime | None
    ended_at: dt.datetime | None
    outcome: Outcome | None
    category: Category | None
    reason: Reason | None
    recording: str
    recogniser: str
    voice: str
    version: str
    turn_count: int
    turns: tuple[StoredTurn, ...] = ()

    @property
    def invented(self) -> bool:
        """Whether it is demonstration data."""
        return self.version == DEMONSTRATION

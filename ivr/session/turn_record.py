"""The turn in progress: what was asked, heard, decided, and how long each hop took."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from dialogs.commands import Command, Say
from grammars.meaning import Hypothesis, Slot, Understanding
from ivr.call_log.records import Turn
from ivr.ports import TurnTimings


@dataclass(slots=True)
class TurnRecord:
    """Filled in as the turn goes on; `finished` makes it what the call log keeps."""

    number: int
    started: dt.datetime
    asked: list[Say] = field(default_factory=list)
    expect: Slot | None = None
    heard: tuple[Hypothesis, ...] = ()
    understanding: Understanding | None = None
    keys: str = field(default="", repr=False)
    commands: list[Command] = field(default_factory=list)
    marks: frozenset[str] = frozenset()
    timings: TurnTimings = field(default_factory=TurnTimings)
    ended: dt.datetime | None = None

    @property
    def empty(self) -> bool:
        return not (self.asked or self.heard or self.keys or self.commands)

    def finished(self, at: dt.datetime) -> Turn:
        """The turn as it stands; a turn that ended keeps its end."""
        self.ended = self.ended or at
        return Turn(
            number=self.number,
            started_at=self.started,
            ended_at=self.ended,
            asked=tuple(self.asked),
            expected=self.expect,
            heard=self.heard,
            understanding=self.understanding,
            keys=self.keys,
            commands=tuple(self.commands),
            marks=self.marks,
            timings=self.timings,
        )

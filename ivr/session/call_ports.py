"""What a conversation is given and what it gives back: ear, mouth, line, log, and their reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from booking_client.interface import BookingCore, RealNameRegistry, ReportDesk
from dialogs import commands as do
from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Understanding
from grammars.question import Question
from ivr.call_log.records import Turn
from ivr.ports import Clock, Hint, Recognition, TurnTimings
from ivr.session.closed_lists import ClosedLists
from ivr.session.observer import Observer


@dataclass(frozen=True, slots=True)
class EarHeard:
    """An utterance was recognised and understood. `spoken_until` is the clock's monotonic time
    of its last voiced frame; `timings` are seconds per hop up to here. `cut_off`, `far` and
    `seconds` of speech: see dialogs.events.Heard. `span` is where in the recording it lies, in
    seconds."""

    recognition: Recognition
    understanding: Understanding
    marks: frozenset[str]
    spoken_until: float
    timings: TurnTimings
    cut_off: bool = False
    far: bool = False
    seconds: float = 0.0
    span: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class EarNothing:
    """`cut_off`: see dialogs.events.NothingHeard."""

    noise: bool
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class EarFailed:
    """Recognition broke down or ran out of time; `span` as in EarHeard."""

    span: tuple[float, float] | None = None


EarReport = EarHeard | EarNothing | EarFailed


class Ear(Protocol):
    def listen(self, listen: do.Listen, question: Question, hint: Hint) -> None:
        """Open one listening turn, replacing the open one; exactly one report comes of it."""
        ...

    def close(self) -> None:
        """Stop listening; no report comes any more."""
        ...


class Mouth(Protocol):
    def say(self, command: do.Say) -> None:
        """Queue speech; returns at once."""
        ...

    def stop(self) -> None:
        """Barge-in: drop what is queued."""
        ...

    async def drained(self) -> None:
        """Returns once all that was said has been played, or the line is closed."""
        ...

    def change_voice(self, rate: float, gain_db: float) -> None: ...

    @property
    def marks(self) -> frozenset[str]:
        """Marks of the latest prompt that have been played out."""
        ...


class LineControl(Protocol):
    async def transfer(self, reason: Reason) -> bool:
        """To the operators' queue. True: a person took the call; False: it came back."""
        ...

    async def call_crisis_line(self) -> bool:
        """Call the crisis line's people, one after the other, while the caller stays here. True:
        one has answered and waits to be joined; False: nobody did. May be cancelled."""
        ...

    async def join_crisis_line(self) -> bool:
        """Join the caller with who waits. True: they talk, or the caller is gone; False: who
        waited is gone, and the caller is here."""
        ...

    async def hang_up(self) -> None: ...


@dataclass(frozen=True, slots=True)
class StatedIn:
    """Where a statement was made: by whom, and which seconds of which recording hold it."""

    caller: str = field(default="", repr=False)
    recording: str = ""
    spans: tuple[tuple[float, float], ...] = ()


class Desk(Protocol):
    """What a call leaves for others to do after it, written down at once.

    Every method raises CoreUnavailable where it could not be.
    """

    async def open_ticket(self, call_id: str, ticket: do.OpenTicket, stated: StatedIn) -> str:
        """Keep a statement; returns its number. The same key again gives the same ticket."""
        ...

    async def keep(self, call_id: str, kept: do.Keeping) -> None:
        """A question without an answer, or an answer to the survey."""
        ...

    async def hand_over(self, call_id: str, reason: Reason, handover: do.Handover) -> None:
        """What the person who takes the call is shown."""
        ...

    async def call_back(self, call_id: str, callback: do.RecordCallback) -> None:
        """Somebody is to call the caller back. The same call again changes nothing."""
        ...

    async def send_text(self, call_id: str, text: do.SendText) -> None:
        """An SMS is to be sent, once for each message id."""
        ...


class TurnLog(Protocol):
    """Writes as the call goes on; a failing log is reported and never breaks a call."""

    async def turn(self, turn: Turn) -> None:
        """Insert, or replace the turn of the same number."""
        ...

    async def concluded(self, outcome: Outcome, category: Category, reason: Reason) -> None:
        """How the call stands to end; the last one counts."""
        ...


@dataclass(frozen=True, slots=True)
class CallPorts:
    """Everything a conversation touches."""

    clock: Clock
    ear: Ear
    mouth: Mouth
    line: LineControl
    core: BookingCore
    registry: RealNameRegistry
    reports: ReportDesk
    lists: ClosedLists
    log: TurnLog
    observer: Observer
    desk: Desk


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known when the call begins."""

    call_id: str
    caller: str
    channel: str = "phone"
    longest: float = 900.0
    recording: str = ""  # relative to the folder of recordings


@dataclass(frozen=True, slots=True)
class Conclusion:
    outcome: Outcome
    category: Category
    reason: Reason

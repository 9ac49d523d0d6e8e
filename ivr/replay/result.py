"""What comes of a replayed case, as plain data that goes to JSON and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import TypeAdapter

SILENCE, NOISE, NOTHING = "(silence)", "(noise)", "(nothing)"
"""What stands in `heard` where no words were heard."""


@dataclass(frozen=True, slots=True)
class MadeBooking:
    """A live booking of the call's database; `doctor` empty = ordinary clinic."""

    hospital: str
    campus: str
    department: str
    doctor: str
    date: str
    session: str
    id_number: str = field(repr=False)
    code: str = ""


@dataclass(frozen=True, slots=True)
class TurnResult:
    """One turn: what was asked, said by the caller, heard, and meant.

    `at` seconds from pick-up to the question, `until` to the end of the turn. `expected` is the
    meaning of the caller's words as written (None: not known, e.g. a WAV without `text`),
    `understood` that of what was heard; both slot -> value. `right` compares them. `hops` are the
    seconds of each step from the caller's last sound to the agent's first word.
    """

    number: int
    at: float
    until: float
    asked: tuple[str, ...]
    expect: str
    said: tuple[str, ...]
    heard: tuple[str, ...]
    understood: dict[str, str]
    expected: dict[str, str] | None
    right: bool | None
    waited: float | None  # seconds from the caller's last sound to the agent's first word
    hops: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something that the caller said to the agent, from `at` to `until` seconds after pick-up.
    `interrupted`: the agent began to speak in the middle of it (None: not known)."""

    at: float
    until: float
    interrupted: bool | None


@dataclass(frozen=True, slots=True)
class AsideHeard:
    """What was not meant for the agent (ivr.caller.case.Aside), heard into its prompt at `at`
    seconds. `taken`: the agent took it for a turn of the caller's."""

    kind: str
    at: float
    taken: bool


@dataclass(frozen=True, slots=True)
class CaseResult:
    """`file` is the path of the case, as the run was given it, from the working directory where it
    lies in it. `failures` are one line each, empty when the case passed. `first_wrong` is the
    number of the first turn that went wrong; `audio` and `turn_audio` are WAV files (caller left,
    agent right) relative to the run's folder. `tags` are the case's. The same case gives the same
    result."""

    name: str
    file: str
    failures: tuple[str, ...]
    outcome: str | None
    reason: str | None
    bookings: tuple[MadeBooking, ...]
    wrong_booking: bool
    turns: tuple[TurnResult, ...]
    first_wrong: int | None
    seconds: float
    audio: str = ""
    turn_audio: str = ""
    utterances: tuple[Utterance, ...] = ()
    asides: tuple[AsideHeard, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.failures


@dataclass(frozen=True, slots=True)
class Run:
    """One run of `ivr replay`. `via` is engine or sip, `recogniser` the engine's name."""

    via: str
    recogniser: str
    results: tuple[CaseResult, ...]

    @property
    def passed(self) -> int:
        return sum(result.passed for result in self.results)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def run_from_json(data: object) -> Run:
    """Raises ValueError for anything but what `to_json` gave."""
    return TypeAdapter(Run).validate_python(data)

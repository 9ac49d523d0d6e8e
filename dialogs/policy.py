"""Thresholds, limits and patience: loaded from data/policy.yaml, checked on load."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from datafiles import load_yaml
from dialogs.commands import Patience
from dialogs.opening_hours import OpeningHours
from grammars.meaning import Clinic

_SHIPPED = Path(__file__).parent / "data" / "policy.yaml"

Confidence = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=300)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Threshold(_Model):
    """Three bands: `accept` and above is taken, `confirm` to `accept` is asked back, below is not
    understood (but from `offer` on it is worth a place in a list of choices)."""

    accept: Confidence
    confirm: Confidence
    offer: Confidence = 1.0

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.confirm > self.accept:
            raise ValueError("confirm must not be above accept")
        return self


class Thresholds(_Model):
    task: Threshold
    hospital: Threshold
    department: Threshold
    doctor: Threshold
    date: Threshold
    id_number: Threshold
    confirm: Threshold
    read_back: Threshold
    command: Threshold
    choice: Threshold
    topic: Threshold
    heard: Confidence  # the recogniser's own, below which it heard badly
    hardly: Confidence  # a meaning less sure than this is none
    margin: Confidence  # two names closer than this are both offered


class Limits(_Model):
    turns: Annotated[int, Field(ge=10, le=500)]
    steering: Annotated[int, Field(ge=1, le=20)]
    longest_wait: Seconds
    longest_statement: Seconds
    statement_pieces: Annotated[int, Field(ge=2, le=50)]
    too_many_syllables: Annotated[int, Field(ge=5, le=200)]
    tellings: Annotated[int, Field(ge=1, le=10)]
    choices: Annotated[int, Field(ge=2, le=3)]
    sessions: Annotated[int, Field(ge=20, le=2000)]
    crisis_rounds: Annotated[int, Field(ge=1, le=20)]
    read_backs: Annotated[int, Field(ge=2, le=20)]


class Operators(_Model):
    """When they are there, and within how many minutes they call back."""

    hours: OpeningHours = OpeningHours()
    call_back_within: Annotated[int, Field(ge=15, le=24 * 60)]


class Following(_Model):
    """How our rate follows the caller's: see dialogs.pacing. `voice_pace` is what our voice says
    at rate 1.0, syllables a second."""

    voice_pace: Annotated[float, Field(gt=0, le=12)]
    slowest: Annotated[float, Field(ge=0.5, le=1)]
    fastest: Annotated[float, Field(ge=0.5, le=1.3)]
    share_of_newest: Annotated[float, Field(gt=0, le=1)]
    least_change: Annotated[float, Field(gt=0, le=1)]
    shortest_seconds: Seconds
    fewest_syllables: Annotated[int, Field(ge=1, le=50)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.slowest > self.fastest:
            raise ValueError("slowest must not be above fastest")
        return self


class VoiceLimits(_Model):
    start_rate: Annotated[float, Field(gt=0, le=2)]
    slowest: Annotated[float, Field(gt=0, le=1)]
    slower_by: Annotated[float, Field(gt=0, lt=1)]
    start_gain_db: float
    louder_by_db: Annotated[float, Field(gt=0)]
    loudest_db: float
    dictation_rate: Annotated[float, Field(gt=0, le=1)]
    pen_seconds: Seconds
    following: Following


class PatienceValues(_Model):
    end_silence: Seconds
    complete_silence: Seconds
    likely_silence: Seconds
    fluent_silence: Seconds
    open_silence: Seconds
    no_input: Seconds
    longest: Seconds

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        silences = (
            self.complete_silence,
            self.likely_silence,
            self.fluent_silence,
            self.end_silence,
            self.open_silence,
        )
        if list(silences) != sorted(silences):
            raise ValueError(
                "complete, likely, fluent, end and open_silence must rise in this order"
            )
        return self

    def to_command(self) -> Patience:
        return Patience(
            end_silence=self.end_silence,
            complete_silence=self.complete_silence,
            likely_silence=self.likely_silence,
            fluent_silence=self.fluent_silence,
            open_silence=self.open_silence,
            no_input=self.no_input,
            longest=self.longest,
        )


class PatienceTable(_Model):
    open: PatienceValues
    name: PatienceValues
    yes_no: PatienceValues
    choice: PatienceValues
    id_number: PatienceValues
    pen: PatienceValues
    phone: PatienceValues
    crisis: PatienceValues
    wait: PatienceValues
    statement: PatienceValues
    statement_more: PatienceValues


class SurveyPolicy(_Model):
    after_call: bool


class Policy(_Model):
    thresholds: Thresholds
    health_certificate: Annotated[str, Field(min_length=1)]
    titles: dict[Clinic, tuple[Annotated[str, Field(min_length=1)], ...]]
    limits: Limits
    voice: VoiceLimits
    patience: PatienceTable
    operators: Operators
    survey: SurveyPolicy


def load_policy(path: Path | None = None) -> Policy:
    """Read a policy file; None is the shipped one. Raises DataFileError (file, line, field)."""
    return load_yaml(path or _SHIPPED, Policy)


@cache
def shipped_policy() -> Policy:
    """The shipped policy, read once in a process."""
    return load_policy()

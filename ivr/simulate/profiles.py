"""data/callers.yaml: phrases and profiles of simulated callers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from datafiles import load_yaml
from ivr.caller.background import Background
from ivr.caller.case import Part
from ivr.voices.stretch import FASTEST, SLOWEST

_FILE = Path(__file__).parent / "data" / "callers.yaml"

PROFILES = ("clear", "elderly", "hard")

Phrases = Annotated[tuple[str, ...], Field(min_length=1)]
Chance = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PhraseBook(_Part):
    task_open: Phrases
    task_some: Phrases
    task_whole: Phrases
    task_doctor: Phrases
    hospital: Phrases
    department: Phrases
    doctor: Phrases
    doctor_named: Phrases
    date: Phrases
    choice: Phrases
    change: dict[Part, str]
    confirm: Phrases
    correct: Phrases
    deny: Phrases
    deny_id: Phrases
    once_more: Phrases
    phone: Phrases
    anything_else: Phrases
    hesitation: Phrases
    repeat: Phrases
    beside: Phrases
    backchannel: Phrases
    bystander: Phrases


class Room(_Part):
    noise: Background | None = None
    snr_db: float = Field(15.0, ge=-10, le=60)
    weight: float = Field(1.0, gt=0)


class Manners(_Part):
    over_answers: Chance
    colloquial: Chance
    hesitates: Chance
    corrects: Chance
    asks_back: Chance
    beside: Chance
    silent: Chance
    talks_over: Chance
    speaks_id: Chance
    pauses_in_id: Chance
    names_doctor: Chance
    presses_keys: Chance
    backchannels: Chance
    television: Chance
    bystander: Chance


class Profile(_Part):
    voices: Phrases
    speeds: tuple[Annotated[float, Field(ge=SLOWEST, le=FASTEST)], ...] = Field(min_length=1)
    rooms: tuple[Room, ...] = Field(min_length=1)
    level_db: tuple[Annotated[float, Field(ge=-40, le=10)], ...] = Field(min_length=1)
    loss: tuple[Annotated[float, Field(ge=0, le=0.5)], ...] = Field(min_length=1)
    manners: Manners


class Callers(_Part):
    """`tuned_doctors`: whom nobody asks for, because speech used for tuning names them."""

    phrases: PhraseBook
    tuned_doctors: tuple[str, ...]
    dates: dict[Annotated[int, Field(ge=1, le=7)], Phrases] = Field(min_length=2)
    profiles: dict[str, Profile]


@cache
def callers() -> Callers:
    """Raises DataFileError (file, line, field)."""
    return load_yaml(_FILE, Callers)

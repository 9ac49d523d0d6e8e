"""Who calls on an invented day: data/callers.yaml, and one caller drawn from it as a call case."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from booking_client.demo.people import load_people
from datafiles import load_yaml
from ivr.caller.case import Case
from ivr.simulate.people import simulated_caller
from ivr.simulate.places import demonstration_places
from ivr.simulate.profiles import callers as simulated_callers

_FILE = Path(__file__).parent / "data" / "callers.yaml"
_HOURS = 24
_DIGITS = "零一二三四五六七八九"

Share = Annotated[float, Field(gt=0)]


class Kind(BaseModel):
    """One kind of caller: a `profile` of `ivr simulate`, or the answers of a call case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    share: Share
    mistakes: float = Field(ge=0, le=1)
    profile: str | None = None
    operators: Literal["answer", "nobody"] = "answer"
    answers: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_script(self) -> Kind:
        if (self.profile is None) == (self.answers is None):
            raise ValueError("a caller has either a profile or answers")
        if self.profile is not None and self.profile not in simulated_callers().profiles:
            raise ValueError(f"there is no profile {self.profile}")
        return self


class Callers(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    callers: tuple[Kind, ...] = Field(min_length=1)
    hours: tuple[Share, ...] = Field(min_length=_HOURS, max_length=_HOURS)


@dataclass(frozen=True, slots=True)
class InventedCaller:
    """`mistakes`: the share of this caller's utterances that are misheard."""

    case: Case
    mistakes: float


@cache
def day_callers() -> Callers:
    """Raises DataFileError (file, line, field)."""
    return load_yaml(_FILE, Callers)


def drawn_caller(seed: int, day: dt.date, number: int) -> InventedCaller:
    """The `number`th caller of that day; the same arguments give the same caller."""
    kinds = day_callers().callers
    chance = random.Random(f"demo-data/{seed}/{day}/{number}")
    kind = chance.choices(kinds, [kind.share for kind in kinds])[0]
    people = [person.id_number for person in load_people()]
    if kind.profile is not None:
        own = chance.randrange(1 << 30)
        case = simulated_caller(
            own, kind.profile, number, simulated_callers(), demonstration_places(), people
        )
        return InventedCaller(_whenever(case), kind.mistakes)
    id_number, place = chance.choice(people), chance.choice(demonstration_places())
    values = {
        "id": id_number.replace("X", "*"),
        "born": _spoken_day(id_number[6:14]),
        "hospital": chance.choice((place.hospital, *place.hospital_names)),
        "department": chance.choice((place.department, *place.department_names)),
    }
    return InventedCaller(
        Case(
            name=kind.name,
            operators=kind.operators,
            answers=_filled(kind.answers, values),
        ),
        kind.mistakes,
    )


def _whenever(case: Case) -> Case:
    """The same caller, content with any day: the case's own belongs to another week."""
    expect = case.expect
    booking = None if expect.booking is None else expect.booking.model_copy(update={"date": None})
    return case.model_copy(
        update={"expect": expect.model_copy(update={"booking": booking}), "today": None}
    )


def _filled(value: Any, values: dict[str, str]) -> Any:
    match value:
        case str():
            return value.format(**values)
        case dict():
            return {name: _filled(part, values) for name, part in value.items()}
        case list() | tuple():
            return [_filled(part, values) for part in value]
    return value


def _spoken_day(digits: str) -> str:
    """`19450101` -> 一九四五年一月一号."""
    year = "".join(_DIGITS[int(digit)] for digit in digits[:4])
    return f"{year}年{_number(int(digits[4:6]))}月{_number(int(digits[6:]))}号"


def _number(number: int) -> str:
    """1 to 31 in words."""
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return ten + (_DIGITS[ones] if ones or not tens else "")


def spread(chance: random.Random, day: dt.date, calls: int) -> Sequence[dt.datetime]:
    """When the calls of a day come in, by the shares of its hours, in order."""
    hours = chance.choices(range(_HOURS), day_callers().hours, k=calls)
    midnight = dt.datetime.combine(day, dt.time())
    return sorted(
        midnight + dt.timedelta(hours=hour, milliseconds=chance.randrange(3_600_000))
        for hour in hours
    )

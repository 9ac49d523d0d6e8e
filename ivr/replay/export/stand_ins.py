"""Demonstration data in the place of personal data: ID numbers, proofs, phone numbers, names.

The call log keeps how many digits were given, never which. So a number that was spoken in groups is
spoken in the same groups again. Pure but for reading its data file and the demonstration's people.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from booking_client.demo.people import load_people
from booking_client.id_number import is_valid_id_number
from datafiles import load_yaml
from dialogs import spoken
from grammars.meaning import Slot
from ivr.call_log.id_masking import MASK, SHORTEST_WHOLE

_SHIPPED = Path(__file__).parent / "data" / "stand_ins.yaml"
_SPOKEN_GROUPS = (6, 8, 4)
_ID_DIGITS = 18
_LAST_FOUR = 4
_MASKED = re.compile(rf"[{re.escape(MASK)}]+(?:[\s，,、]*[{re.escape(MASK)}]+)*[\s，,、]*[\dXx]*")


class StandIns(BaseModel):
    """data/stand_ins.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id_number: str
    phone: str = Field(pattern=r"^1[0-9]{10}$")
    statement: str = Field(min_length=1)

    @model_validator(mode="after")
    def _demonstration(self) -> Self:
        if not is_valid_id_number(self.id_number, dt.date.max):
            raise ValueError("id_number is not valid (GB 11643)")
        if self.id_number not in {person.id_number for person in load_people()}:
            raise ValueError("id_number is nobody of the demonstration's people")
        return self

    @property
    def name(self) -> str:
        """Of the demonstration's person with that number."""
        return next(each.name for each in load_people() if each.id_number == self.id_number)

    @property
    def born(self) -> dt.date:
        return dt.datetime.strptime(self.id_number[6:14], "%Y%m%d").date()


@cache
def stand_ins() -> StandIns:
    """The shipped ones. Raises DataFileError (file, line, field)."""
    return load_yaml(_SHIPPED, StandIns)


@dataclass(frozen=True, slots=True)
class Given:
    """Digits that were given to a question for an ID number: how many, and by which means."""

    count: int
    keyed: bool


def id_parts(given: Sequence[Given]) -> list[str]:
    """Which part of the demonstration's ID number takes the place of each: what was given in parts
    that make a whole number stays so, all else becomes the whole number or its last four."""
    number = stand_ins().id_number
    if sum(each.count for each in given) == _ID_DIGITS:
        ends = [sum(each.count for each in given[: place + 1]) for place in range(len(given))]
        return [number[end - each.count : end] for each, end in zip(given, ends, strict=True)]
    return [number[-_LAST_FOUR:] if each.count == _LAST_FOUR else number for each in given]


def digits_given(text: str, keyed: bool) -> Given:
    """How many digits a masked answer stands for."""
    if keyed:
        return Given(len(text.replace("#", "")), keyed=True)
    masked = "".join(_MASKED.findall(text)) or text
    return Given(sum(each == MASK or each.isalnum() for each in masked), keyed=False)


def spoken_digits(digits: str) -> str:
    """As callers say them, in groups: 320100193605071543 -> 三二零幺零零，一九…"""
    groups, at = [], 0
    for length in _SPOKEN_GROUPS if len(digits) == _ID_DIGITS else (len(digits),):
        groups.append("".join(spoken.digit(digit) for digit in digits[at : at + length]))
        at += length
    return "，".join(groups)


def keyed_digits(digits: str, keys: str) -> str:
    """The keys for `digits`: X is *, and a # at the end stays."""
    return digits.replace("X", "*") + ("#" if keys.endswith("#") else "")


def masked(text: str) -> bool:
    return MASK in text


def spoken_instead(expected: str | None, text: str) -> str:
    """What is said in the place of `text`, in which something is masked or which is personal by
    what was asked for; an ID number that was asked for is `id_parts`' matter."""
    person = stand_ins()
    match expected:
        case Slot.STATEMENT:
            return person.statement
        case Slot.NAME:
            return f"我叫{person.name}"
        case Slot.PROOF:
            return _said_date(person.born)
        case Slot.PHONE:
            return spoken_digits(person.phone)
    return _MASKED.sub(lambda found: _number_for(found.group()), text)


def keyed_instead(expected: str | None, keys: str) -> str:
    """Keys in the place of masked ones that are no ID number."""
    person = stand_ins()
    digits = f"{person.born:%Y%m%d}" if expected == Slot.PROOF else person.phone
    return keyed_digits(digits, keys)


def _number_for(text: str) -> str:
    whole = sum(each == MASK or each.isalnum() for each in text) >= SHORTEST_WHOLE
    person = stand_ins()
    return spoken_digits(person.id_number if whole else person.phone)


def _said_date(day: dt.date) -> str:
    """一九三六年五月七号"""
    year = "".join(spoken.number(int(digit)) for digit in str(day.year))
    return f"{year}年{spoken.number(day.month)}月{spoken.number(day.day)}号"

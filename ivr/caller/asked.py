"""What the agent is asking, as a case names it. Pure.

The slot alone does not tell a read-back from "您说的是……，对吗", both of which listen for a yes or
a no: the prompt does (the keys of `questions` in dialogs/data/wording.yaml).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dialogs import spoken
from grammars.meaning import Slot
from ivr.caller.case import (
    ANYTHING_ELSE,
    MESSAGE,
    ONCE_MORE,
    SURVEY,
    YES_NO,
    ExpectedBooking,
    Part,
)

_READ_BACKS = frozenset({"read_back", "cancel_back", "change_back"})
_CHECKS = frozenset({"check", "check_id", "check_complaint"})
# What was misheard: who books wants none of it.
_BESIDE = frozenset({"check_task", "check_end", "check_topic", "check_person", "check_danger"})
_CHANGE_WHAT = "change_what"
_KEYPAD = ".keypad"  # how a question asks for a key
_ONCE_BOOKED = frozenset({"booked"})  # "要我再说一遍吗？": a yes to the booking is no yes to it


@dataclass(frozen=True, slots=True)
class Asked:
    """The open question: its `name` in a case, the name whose answer will do (`instead`), and
    the `text` in which it was asked. `keypad`: it asks for key 1 or 2, or a number. `id_tail`: the
    last digits of the ID number that it reads back, where they are known. `beside`: it asks
    whether something is wanted that is no booking. `changing`: it asks what is to be changed of
    what was read back, which is its `text`; `options` is the question itself."""

    name: str
    instead: str | None = None
    read_back: bool = False
    check: bool = False
    beside: bool = False
    text: str = ""
    keypad: bool = False
    id_tail: str = ""
    changing: bool = False
    options: str = ""

    @property
    def yes_or_no(self) -> bool:
        return self.name in (Slot.CONFIRM, YES_NO)

    def names(self, value: str) -> bool:
        """Whether `value` is said in it, marks of pause aside."""
        return _bare(value) in _bare(self.text)


def asked(expect: str, prompt: str, text: str) -> Asked:
    """`expect` is the slot that is listened for, `prompt` the latest question's key ("" for none),
    `text` all that was said since the caller's last answer."""
    return replace(_asked(expect, prompt, text), keypad=prompt.endswith(_KEYPAD))


def _asked(expect: str, prompt: str, text: str) -> Asked:
    key = _question(prompt)
    if key == _CHANGE_WHAT:
        return Asked(expect, text=text, changing=True, options=text)
    if key == ANYTHING_ELSE:
        return Asked(ANYTHING_ELSE, text=text)
    if key.startswith(SURVEY):
        return Asked(SURVEY, expect, text=text)
    if expect == Slot.STATEMENT:
        return Asked(MESSAGE, expect, text=text)
    if expect != Slot.CONFIRM or not key:
        return Asked(expect, text=text)
    if key in _READ_BACKS:
        return Asked(expect, read_back=key == "read_back", text=text)
    if key in _ONCE_BOOKED:
        return Asked(ONCE_MORE, text=text)
    return Asked(YES_NO, expect, check=key in _CHECKS, beside=key in _BESIDE, text=text)


def _question(prompt: str) -> str:
    """`question.read_back.asked` -> `read_back`."""
    kind, _, rest = prompt.partition(".")
    return rest.partition(".")[0] if kind == "question" else ""


def misreads_id(question: Asked, wanted: ExpectedBooking) -> bool:
    """Whether an ID number of which the end is read back ends otherwise than the caller's."""
    told = (question.check or question.read_back) and "＊" in question.text
    return told and _ends_otherwise(question, wanted)


def _ends_otherwise(question: Asked, wanted: ExpectedBooking) -> bool:
    known = question.id_tail and wanted.id_number
    return bool(known and not (wanted.id_number or "").endswith(question.id_tail))


def contradicts(question: Asked, wanted: ExpectedBooking) -> bool:
    """Whether a caller who wants `wanted` would object to what is read back or asked about.

    A read-back (all of it, if it comes in parts) has to name all that is wanted; a question about
    one value ("您说的是……，对吗") has to name some of it, and nothing can be said against digits.
    """
    named = as_said(wanted)
    if question.beside:
        return True
    if not named or not question.text:
        return False
    if question.read_back:
        return not all(question.names(value) for value in named)
    digits = "＊" in question.text
    return question.check and not digits and not any(question.names(value) for value in named)


def wrong_part(question: Asked, wanted: ExpectedBooking) -> Part | None:
    """The first part of `wanted` that what was read back does not name: hospital, department,
    doctor, date or ID number; None where all is right."""
    date = None if wanted.date is None else spoken.day(wanted.date)
    parts: tuple[tuple[Part, str | None], ...] = (
        ("hospital", wanted.hospital),
        ("department", wanted.department),
        ("doctor", wanted.doctor),
        ("date", date),
        ("date", wanted.session),
    )
    wrong = next((part for part, value in parts if value and not question.names(value)), None)
    return wrong or ("id_number" if _ends_otherwise(question, wanted) else None)


def key_for(question: str, option: str) -> str | None:
    """The key that chooses `option` in "医院，请按一，科室，请按二"; None: it is not offered."""
    keys = dict(zip("一二三", "123", strict=True))
    found = re.search(f"(?<![^，]){re.escape(option)}，?请按([一二三])", question)
    return keys[found[1]] if found else None


def _bare(text: str) -> str:
    """Without the marks that are heard as pauses: 东部战区总医院(秦淮医疗区) is said with one."""
    return re.sub(r"[，。？（）()\s]", "", text)


def as_said(wanted: ExpectedBooking) -> tuple[str, ...]:
    """Everything that is wanted, in the words of a read-back."""
    date = None if wanted.date is None else spoken.day(wanted.date)
    said = (wanted.hospital, wanted.department, wanted.doctor, date, wanted.session)
    return tuple(value for value in said if value)

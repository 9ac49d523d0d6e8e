"""A proposed alias against recorded turns: which of them would have been understood otherwise.

Pure. Only what the recogniser wrote is weighed, on both sides: the log keeps no sound. So a turn
that the sound decided against its text may come out otherwise in a call.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dialogs.policy import shipped_policy
from grammars.closed_list import ClosedList, heard
from grammars.meaning import Candidate, Hypothesis, Slot, Understanding
from grammars.question import Question
from grammars.spoken import plain
from grammars.understand import understand


@dataclass(frozen=True, slots=True)
class RecordedTurn:
    """A turn of the log; `heard` is the N-best, masked as the log keeps it."""

    call_id: str
    number: int
    day: dt.date
    expected: Slot
    heard: tuple[Hypothesis, ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """The closed lists that a question listens for, without or with the alias."""

    hospitals: ClosedList
    departments: ClosedList

    def question(self, turn: RecordedTurn) -> Question:
        return Question(turn.expected, turn.day, self.hospitals, self.departments)


class Verdict(StrEnum):
    RIGHT = "right"  # would now be right
    WRONG = "wrong"  # would now be wrong
    UNKNOWN = "unknown"  # would be understood otherwise; the log does not say what was meant


@dataclass(frozen=True, slots=True)
class Change:
    """A turn that would be understood otherwise. `spoilt`: it would no longer give what it was
    asked for, which was another thing than this name."""

    turn: RecordedTurn
    before: str | None
    after: str | None
    spoilt: bool = False


class Trial:
    """`alias` for one name of the list of `slot`."""

    def __init__(self, slot: Slot, alias: str, before: Lists, after: Lists) -> None:
        self._slot = slot
        self._phrase = plain(alias)
        self._list = after.hospitals if slot is Slot.HOSPITAL else after.departments
        self._alone = ClosedList([Candidate(alias, ())])
        self._before = before
        self._after = after
        self._concerned: dict[tuple[str, ...], bool] = {}

    def change(self, turn: RecordedTurn) -> Change | None:
        """None where nothing changes."""
        if not self._concerns(turn.heard):
            return None
        before = understand(self._before.question(turn), turn.heard)
        after = understand(self._after.question(turn), turn.heard)
        names = (_name(before, self._slot), _name(after, self._slot))
        spoilt = turn.expected is not self._slot and _spoilt(turn.expected, before, after)
        if names[0] == names[1] and not spoilt:
            return None
        return Change(turn, *names, spoilt=spoilt)

    def meant_by(self, turn: RecordedTurn, words: str) -> str | None:
        """The name in what the caller really said, as it is understood without the alias."""
        said = understand(self._before.question(turn), (Hypothesis(words, 1.0),))
        return _name(said, self._slot)

    def _concerns(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether the alias can be heard in it, and better than what else is said for its name:
        nearly every turn is settled by this, at a tenth of the cost of understanding it."""
        texts = tuple(hypothesis.text for hypothesis in hypotheses)
        known = self._concerned.get(texts)
        if known is None:
            found = heard(hypotheses)
            known = bool(self._alone.spot(found)) and any(
                spot.phrase == self._phrase for spot in self._list.spot(found)
            )
            self._concerned[texts] = known
        return known


def verdict(change: Change, meant: str | None) -> Verdict:
    """`meant`: the name that the caller wanted, as far as it is known."""
    if change.spoilt:
        return Verdict.WRONG
    if meant is None:
        return Verdict.UNKNOWN
    if change.after == meant:
        return Verdict.RIGHT
    # A name that was not meant is wrong; that one wrong name takes the place of another is not.
    if change.before == meant or (change.before is None and change.after is not None):
        return Verdict.WRONG
    return Verdict.UNKNOWN


def with_alias(candidates: Sequence[Candidate], name: str, alias: str) -> list[Candidate]:
    return [
        Candidate(entry.name, (*entry.aliases, alias)) if entry.name == name else entry
        for entry in candidates
    ]


def _name(said: Understanding, slot: Slot) -> str | None:
    """The name that the dialogue would take, or ask back."""
    found = said.hospital if slot is Slot.HOSPITAL else said.department
    limits = shipped_policy().thresholds
    least = (limits.hospital if slot is Slot.HOSPITAL else limits.department).confirm
    return found[0].value if found and found[0].confidence >= least else None


def _spoilt(expected: Slot, before: Understanding, after: Understanding) -> bool:
    return _answer(before, expected) not in (None, _answer(after, expected))


def _answer(said: Understanding, expected: Slot) -> object:
    lists: Mapping[Slot, Sequence[object]] = {
        Slot.TASK: [scored.value for scored in said.task],
        Slot.HOSPITAL: [scored.value for scored in said.hospital],
        Slot.DEPARTMENT: [scored.value for scored in said.department],
        Slot.DATE: [scored.value for scored in said.date],
        Slot.CONFIRM: [scored.value for scored in said.confirm],
        Slot.COMMAND: [scored.value for scored in said.command],
        Slot.TOPIC: [scored.value for scored in said.topic],
    }
    return next(iter(lists.get(expected, ())), None)

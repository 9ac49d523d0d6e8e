"""What the page of one call shows, from the call log and its review. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from grammars.meaning import Slot
from ivr.call_log import StoredCall, StoredTurn
from ivr.call_log.summaries import FLAGS
from ivr.reviews.reviews import Mark, Review

MOST_HYPOTHESES = 5
HOPS = ("endpointing", "recognition", "understanding", "dialogue")
"""In the order in which they happen; what is left of `first_frame` is our speech beginning."""
SPEECH = "speech"
_BOOKED = "confirm_booking "
_CODED = ("cancel_booking ", "move_booking ")
_SECONDS_A_CHARACTER = 0.3  # of slow speech, to find the beginning of what was heard
_BEFORE = 1.0
_SLOTS = tuple(slot.value for slot in Slot)
_NAMED = {Slot.TASK.value: "tasks", Slot.CONFIRM.value: "answers", Slot.COMMAND.value: "commands"}


@dataclass(frozen=True, slots=True)
class Hop:
    """A bar of the waterfall: `start` and `seconds` from the caller's last word."""

    name: str
    start: float
    seconds: float

    @property
    def named(self) -> bool:
        """Whether words/hops.yaml has a name for it: engines may tell of hops of their own."""
        return self.name in (*HOPS, SPEECH)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A slot's best value in words, and how sure it is."""

    slot: str
    value: str
    confidence: float
    turn: int

    @property
    def word(self) -> str:
        """The key of what the value is called, where it is not in the caller's language."""
        kind = _NAMED.get(self.slot)
        return f"{kind}.{self.value}" if kind else ""


@dataclass(frozen=True, slots=True)
class TurnView:
    """`asked_at` and `heard_at` are seconds from the beginning of the recording. `flags` are the
    parts of the meaning that have no value: despair, restart. `decided`: each command, and how
    often it came in a row (every key of a number opens the ear again)."""

    number: int
    asked: str
    prompts: tuple[str, ...]
    expected: str | None
    heard: tuple[tuple[str, float], ...]
    keys: str
    silent: bool
    meanings: tuple[Meaning, ...]
    flags: tuple[str, ...]
    decided: tuple[tuple[str, int], ...]
    hops: tuple[Hop, ...]
    waited: float
    asked_at: float
    heard_at: float
    until: float
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class CallPageView:
    """`slots` in the order in which they were filled; a later value of the same slot corrects the
    earlier one. `longest_wait` scales the waterfalls."""

    call: StoredCall
    turns: tuple[TurnView, ...]
    slots: tuple[Meaning, ...]
    longest_wait: float
    seconds: float


def call_page(call: StoredCall, review: Review) -> CallPageView:
    turns = tuple(_turn(turn, call, review.marks) for turn in call.turns)
    ended = call.ended_at or (call.turns[-1].ended_at if call.turns else call.started_at)
    return CallPageView(
        call,
        turns,
        tuple(_filled(turns)),
        max((turn.waited for turn in turns), default=0.0),
        (ended - call.started_at).total_seconds(),
    )


def booked_by(call: StoredCall) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The holds that the call confirmed, and the codes of the bookings that it changed."""
    lines = [line for turn in call.turns for line in turn.decided]
    holds = [line.split()[1] for line in lines if line.startswith(_BOOKED)]
    codes = [line.split()[1] for line in lines if line.startswith(_CODED)]
    return tuple(dict.fromkeys(holds)), tuple(dict.fromkeys(codes))


def _turn(turn: StoredTurn, call: StoredCall, marks: Mapping[int, Mark]) -> TurnView:
    begins = call.answered_at or call.started_at
    asked_at = max(0.0, (turn.started_at - begins).total_seconds())
    until = max(asked_at, (turn.ended_at - begins).total_seconds())
    meanings = tuple(_meanings(turn))
    hops = tuple(_hops(turn.timings))
    return TurnView(
        number=turn.number,
        asked=turn.asked,
        prompts=turn.prompts,
        expected=turn.expected if turn.expected in _SLOTS else None,
        heard=turn.heard[:MOST_HYPOTHESES],
        keys=turn.keys,
        silent=turn.expected is not None and not turn.heard and not turn.keys,
        meanings=meanings,
        flags=tuple(flag for flag in FLAGS if turn.understood.get(flag) is True),
        decided=tuple((line, len(list(same))) for line, same in groupby(turn.decided)),
        hops=hops,
        waited=max((hop.start + hop.seconds for hop in hops), default=0.0),
        asked_at=asked_at,
        heard_at=_heard_at(turn, asked_at, until),
        until=until,
        mark=marks.get(turn.number),
    )


def _heard_at(turn: StoredTurn, asked_at: float, until: float) -> float:
    """About where the caller begins to speak: the log knows when the turn was over."""
    after = sum(turn.timings.get(hop, 0.0) for hop in HOPS)
    length = _SECONDS_A_CHARACTER * len(turn.heard[0][0]) if turn.heard else 0.0
    return max(asked_at, until - after - length - _BEFORE)


def _hops(timings: Mapping[str, float]) -> Iterator[Hop]:
    at = 0.0
    others = [name for name in timings if name not in HOPS and name != "first_frame"]
    for name in (*HOPS, *others):
        if seconds := timings.get(name, 0.0):
            yield Hop(name, at, seconds)
            at += seconds
    if (left := timings.get("first_frame", 0.0) - at) > 0.0005:
        yield Hop(SPEECH, at, left)


def _meanings(turn: StoredTurn) -> Iterator[Meaning]:
    for slot in _SLOTS:
        if values := turn.understood.get(slot):
            best = values[0]
            yield Meaning(slot, _plain(best["value"]), best["confidence"], turn.number)


def _plain(value: Any) -> str:
    """A value of the call log as people read it."""
    if not isinstance(value, dict):
        return str(value)
    if "digits" in value:
        return str(value["digits"])
    if "date" in value:
        parts = [value.get("date"), value.get("session")]
        parts += ["最早"] if value.get("earliest") else []
        parts += [f"{value['not_before']} 起"] if value.get("not_before") else []
        parts += [f"到 {value['not_after']}"] if value.get("not_after") else []
        return " ".join(str(part) for part in parts if part) or "?"
    return json.dumps(value, ensure_ascii=False)


def _filled(turns: tuple[TurnView, ...]) -> Iterator[Meaning]:
    """Each slot when it got a value, and again when it got another."""
    known: dict[str, str] = {}
    for turn in turns:
        for meaning in turn.meanings:
            if meaning.slot in (Slot.CONFIRM, Slot.COMMAND, Slot.CHOICE):
                continue
            if known.get(meaning.slot) != meaning.value:
                known[meaning.slot] = meaning.value
                yield meaning

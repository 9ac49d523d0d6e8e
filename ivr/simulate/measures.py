"""How simulated calls came out, as figures with their denominators (docs/metrics.md). Pure."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.replay.figures import Share, character_errors
from ivr.replay.result import CaseResult, TurnResult

_PUNCTUATION = re.compile(r"[，。？！、\s]")
_HEARD = re.compile(r"^(?P<text>.*) \(\d\.\d\d\)$")


@dataclass(frozen=True, slots=True)
class Measures:
    """`turns` and `seconds` are medians of the calls that completed (None: there was none).
    `character_errors` of `characters`: of the turns with one sentence said and one heard."""

    completion: Share
    wrong_bookings: Share
    lost_calls: Share
    containment: Share
    slot_accuracy: Share
    slots: dict[str, Share]
    hand_overs: dict[str, int]
    turns: float | None
    seconds: float | None
    character_errors: int
    characters: int


def measure(results: Sequence[CaseResult]) -> Measures:
    count = len(results)
    booked = [result for result in results if result.passed]
    handed = [result for result in results if result.outcome == "transferred"]
    judged = [turn for result in results for turn in result.turns if turn.right is not None]
    by_slot: dict[str, list[bool]] = {}
    for turn in judged:
        by_slot.setdefault(turn.expect, []).append(bool(turn.right))
    pairs = [pair for result in results for turn in result.turns if (pair := _pair(turn))]
    return Measures(
        completion=Share(len(booked), count),
        wrong_bookings=Share(sum(result.wrong_booking for result in results), count),
        lost_calls=Share(sum(result.outcome is None for result in results), count),
        containment=Share(count - len(handed), count),
        slot_accuracy=Share(sum(bool(turn.right) for turn in judged), len(judged)),
        slots={slot: Share(sum(right), len(right)) for slot, right in sorted(by_slot.items())},
        hand_overs=dict(Counter(str(result.reason) for result in handed).most_common()),
        turns=statistics.median(len(r.turns) for r in booked) if booked else None,
        seconds=statistics.median(r.seconds for r in booked) if booked else None,
        character_errors=sum(character_errors(said, heard) for said, heard in pairs),
        characters=sum(len(said) for said, _ in pairs),
    )


def _pair(turn: TurnResult) -> tuple[str, str] | None:
    """What was said and heard in the turn, without punctuation; None where it cannot be told."""
    if len(turn.said) != 1 or len(turn.heard) != 1 or turn.said[0].startswith("("):
        return None
    heard = _HEARD.match(turn.heard[0])
    said = _PUNCTUATION.sub("", turn.said[0])
    return None if heard is None else (said, _PUNCTUATION.sub("", heard["text"]))


def worst(results: Sequence[CaseResult], count: int = 10) -> list[CaseResult]:
    """The calls to listen to first: wrong bookings, lost calls, then the longest failures."""
    failed = [result for result in results if not result.passed]
    return sorted(
        failed, key=lambda r: (not r.wrong_booking, r.outcome is not None, -len(r.turns), r.name)
    )[:count]


def lines(measures: Measures) -> list[str]:
    """The figures at a terminal: share, 95 % interval, hits of how many."""
    shares = {
        "task completion": measures.completion,
        "wrong bookings": measures.wrong_bookings,
        "lost calls": measures.lost_calls,
        "containment": measures.containment,
        "slot accuracy": measures.slot_accuracy,
        **{f"  {slot}": share for slot, share in measures.slots.items()},
    }
    found = [f"{name:<18}{s!s:>22} %   {s.hits} of {s.n}" for name, s in shares.items()]
    if measures.characters:
        rate = 100 * measures.character_errors / measures.characters
        errors = f"{measures.character_errors} of {measures.characters}"
        found.append(f"{'character errors':<18}{rate:>22.1f} %   {errors}")
    if measures.turns is not None and measures.seconds is not None:
        found.append(f"a booking takes {measures.turns:g} turns, {measures.seconds:.0f} s (median)")
    found += [f"handed over: {reason} {n}" for reason, n in measures.hand_overs.items()]
    return found

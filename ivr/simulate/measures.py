"""How simulated calls came out, as figures with their denominators (docs/metrics.md). Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.replay.figures import Quantile, Rate, Share, character_errors, quantile, rate, share
from ivr.replay.result import CaseResult, TurnResult

HOPS = ("endpointing", "recognition", "understanding", "dialogue", "first_frame")
PERCENTS = (50, 95, 99)
NOTHING_ASKED = "nothing asked"
"""Among the slots: what is said while no question is open, into the greeting above all."""
_PUNCTUATION = re.compile(r"[，。？！、\s]")
_HEARD = re.compile(r"^(?P<text>.*) \(\d\.\d\d\)$")


@dataclass(frozen=True, slots=True)
class Measures:
    """`turns` and `seconds` are medians of the calls that completed, `selectivity` and `slots` by
    kind, `hand_overs` by reason, `latency` by hop: p50, p95 and p99."""

    completion: Share
    wrong_bookings: Share
    lost_calls: Share
    containment: Share
    hand_overs: dict[str, Share]
    slot_accuracy: Share
    slots: dict[str, Share]
    characters: Rate
    interruptions: Share
    selectivity: dict[str, Share]
    turns: Quantile
    seconds: Quantile
    latency: dict[str, tuple[Quantile, ...]]


def measure(results: Sequence[CaseResult]) -> Measures:
    count = len(results)
    booked = [result for result in results if result.passed]
    reasons = Counter(str(r.reason) for r in results if r.outcome == "transferred")
    turns = [turn for result in results for turn in result.turns]
    judged = [turn for turn in turns if turn.right is not None]
    said = [u.interrupted for r in results for u in r.utterances if u.interrupted is not None]
    return Measures(
        completion=Share(len(booked), count),
        wrong_bookings=share([result.wrong_booking for result in results]),
        lost_calls=share([result.outcome is None for result in results]),
        containment=Share(count - reasons.total(), count),
        hand_overs={reason: Share(n, count) for reason, n in reasons.most_common()},
        slot_accuracy=share([bool(turn.right) for turn in judged]),
        slots=_shares([(turn.expect or NOTHING_ASKED, bool(turn.right)) for turn in judged]),
        characters=rate([_errors(result.turns) for result in results]),
        interruptions=share(said),
        selectivity=_shares([(each.kind, not each.taken) for r in results for each in r.asides]),
        turns=quantile([float(len(result.turns)) for result in booked], 50),
        seconds=quantile([result.seconds for result in booked], 50),
        latency={hop: _latency(turns, hop) for hop in HOPS},
    )


def _shares(judged: Sequence[tuple[str, bool]]) -> dict[str, Share]:
    kinds = sorted({kind for kind, _ in judged})
    return {kind: share([good for each, good in judged if each == kind]) for kind in kinds}


def _latency(turns: Sequence[TurnResult], hop: str) -> tuple[Quantile, ...]:
    values = [turn.hops[hop] for turn in turns if hop in turn.hops]
    return tuple(quantile(values, percent) for percent in PERCENTS)


def _errors(turns: Sequence[TurnResult]) -> tuple[int, int]:
    """Character errors, and characters said, of a call."""
    pairs = [pair for turn in turns if (pair := _pair(turn))]
    return sum(character_errors(*pair) for pair in pairs), sum(len(said) for said, _ in pairs)


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


def counted(count: int, what: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure as it is shown: its name, value with interval, unit, and of how many."""

    name: str
    value: str
    unit: str
    of: str


def rows(measures: Measures) -> list[Row]:
    """Every figure that there is anything to say about."""
    m = measures
    shares = {
        "task completion": m.completion,
        "wrong bookings": m.wrong_bookings,
        "lost calls": m.lost_calls,
        "containment": m.containment,
        **{f"  handed over: {reason}": share for reason, share in m.hand_overs.items()},
        "slot accuracy": m.slot_accuracy,
        **{f"  {slot}": share for slot, share in m.slots.items()},
        "agent interruptions": m.interruptions,
        **{f"selectivity: {kind}": share for kind, share in m.selectivity.items()},
    }
    found = [Row(name, str(s), "%", f"{s.hits} of {s.n}") for name, s in shares.items() if s.n]
    if m.characters.units:
        errors = f"{m.characters.events} of {m.characters.units}"
        found.append(Row("character errors", str(m.characters), "%", errors))
    for name, each, unit in (("turns", m.turns, ""), ("seconds", m.seconds, "s")):
        if each.n:
            found.append(
                Row(f"{name} per booking, median", str(each), unit, counted(each.n, "call"))
            )
    for hop, quantiles in m.latency.items():
        name = "caller's wait" if hop == "first_frame" else hop
        for each in quantiles:
            if quantiles[-1].value > 0:  # a step that is charged nothing, or was never taken
                label = f"{name} p{each.percent:g}"
                found.append(Row(label, str(each), "s", counted(each.n, "turn")))
    return found


def lines(measures: Measures) -> list[str]:
    """The figures at a terminal: value, 95 % interval, of how many."""
    return [f"{r.name:<34}{r.value:>24} {r.unit:<2}  {r.of}" for r in rows(measures)]

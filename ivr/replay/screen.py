"""A run as lines at a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ivr.replay.result import CaseResult, Run, TurnResult
from ivr.replay.runs import Change, ChangeKind

CHARGED = (
    "Latency here is charged, not measured (config.yaml, replay); only endpointing is real:"
    " see docs/metrics.md"
)
"""What is to be said of figures that come through the engine."""
LAST_RUN = "the last run"


def case_lines(result: CaseResult, number: int, of: int) -> list[str]:
    """One line for a case that passed; for another one what failed and its first wrong turn. It is
    the `number`th that is finished, `of` so many."""
    mark = "pass" if result.passed else "FAIL"
    ended = f"{result.outcome or 'lost'} ({result.reason or '-'})"
    lines = [
        f"{mark}  ({number} of {of})  {result.file}: {result.name}  {ended},"
        f" {len(result.turns)} turns, {result.seconds:.0f} s"
    ]
    if result.passed:
        return lines
    lines += [f"      {failure}" for failure in result.failures]
    turn = next((t for t in result.turns if t.number == result.first_wrong), None)
    if turn is not None:
        if turn.right is not False:
            lines.append("      no turn was misunderstood; the last answer was")
        lines += [f"      {line}" for line in turn_lines(turn)]
        lines.append(f"      audio       {result.turn_audio or result.audio}")
    return lines


def turn_lines(turn: TurnResult) -> list[str]:
    """The turn as a small table."""
    lines = [
        f"turn {turn.number}, {turn.at:.1f} s, about {turn.expect or '-'}",
        f"asked       {' '.join(turn.asked) or '-'}",
        f"said        {' / '.join(turn.said) or '(nothing)'}",
        f"heard       {' / '.join(turn.heard) or '-'}",
        f"understood  {meaning(turn.understood)}",
    ]
    if turn.expected is not None:
        lines.append(f"expected    {meaning(turn.expected)}")
    return lines


def meaning(slots: dict[str, str]) -> str:
    return "  ".join(f"{slot}={value}" for slot, value in slots.items()) or "-"


def summary_lines(run: Run, changes: Sequence[Change], against: str = LAST_RUN) -> list[str]:
    """How many passed, and what is otherwise than in the run that is called `against`."""
    count = len(run.results)
    wrong = sum(result.wrong_booking for result in run.results)
    lost = sum(result.outcome is None for result in run.results)
    kinds = Counter(each.kind for each in changes)
    lines = [f"{run.passed} of {count} passed; wrong bookings {wrong}, lost calls {lost}"]
    if kinds[ChangeKind.NEW] < count or against != LAST_RUN:
        lines.append(
            f"against {against}: "
            + ", ".join(f"{kinds[kind]} {kind.value}" for kind in ChangeKind if kinds[kind])
        )
    for result, each in zip(run.results, changes, strict=True):
        if each.kind in (ChangeKind.FIXED, ChangeKind.BROKEN, ChangeKind.OTHERWISE):
            lines.append(f"  {each}: {result.file}")
            lines += [f"      {each.first}"] if each.first else []
    return lines

"""The runs so far, kept as JSON, and what a new one changes against them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ivr.replay.difference import first_difference, is_reworded
from ivr.replay.result import CaseResult, Run, run_from_json

LAST = "last.json"


class RunFileError(ValueError):
    """A saved run that cannot be read, in one line."""


class ChangeKind(StrEnum):
    NEW = "new"
    SAME = "same"
    FIXED = "fixed"
    BROKEN = "broken"
    REWORDED = "reworded"  # the agent says something in other words, and nothing else differs
    OTHERWISE = "otherwise"  # passes or fails as before, in another way


@dataclass(frozen=True, slots=True)
class Change:
    """`turns` and `seconds`: how many more than last time; `first`: the first turn that differs,
    and what of it."""

    kind: ChangeKind
    turns: int = 0
    seconds: float = 0.0
    first: str = ""

    def __str__(self) -> str:
        match self.kind:
            case ChangeKind.SAME | ChangeKind.NEW | ChangeKind.REWORDED:
                return self.kind.value
            case _:
                return f"{self.kind.value} ({self.turns:+d} turns, {self.seconds:+.1f} s)"


def change(before: CaseResult | None, now: CaseResult) -> Change:
    if before is None:
        return Change(ChangeKind.NEW)
    turns = len(now.turns) - len(before.turns)
    seconds = round(now.seconds - before.seconds, 2)
    first = first_difference(before, now)
    if before.passed != now.passed:
        kind = ChangeKind.FIXED if now.passed else ChangeKind.BROKEN
    elif first:
        kind = ChangeKind.OTHERWISE
    else:
        kind = ChangeKind.REWORDED if is_reworded(before, now) else ChangeKind.SAME
    return Change(kind, turns, seconds, first)


def changes(before: Run | None, now: Run) -> tuple[Change, ...]:
    """One for each result of `now`; a case is known again by its path and name."""
    known = {(r.file, r.name): r for r in before.results} if before else {}
    return tuple(change(known.get((r.file, r.name)), r) for r in now.results)


def read_run(path: Path) -> Run:
    """A run that `ivr replay --json` wrote. Raises RunFileError."""
    try:
        return run_from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise RunFileError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # its own words are lines about our classes
        raise RunFileError(f"{path}: no run that `ivr replay --json` wrote") from error


def write_run(path: Path, run: Run) -> None:
    """Raises OSError."""
    text = json.dumps(run.to_json(), ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def last_run(folder: Path, via: str) -> Run | None:
    """The newest run of that way in `folder`; one that cannot be read any more counts as none."""
    path = folder / f"{via}-{LAST}"
    try:
        return read_run(path) if path.exists() else None
    except RunFileError:
        return None


def keep_run(folder: Path, run: Run) -> None:
    """Make it the last one: its cases replace those of the same path and name, others stay.
    Raises OSError."""
    before = last_run(folder, run.via)
    new = {(r.file, r.name) for r in run.results}
    others: Sequence[CaseResult] = [
        r for r in (before.results if before else ()) if (r.file, r.name) not in new
    ]
    write_run(folder / f"{run.via}-{LAST}", Run(run.via, run.recogniser, (*run.results, *others)))

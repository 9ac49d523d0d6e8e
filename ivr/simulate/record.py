"""A run of simulated calls as JSON lines: written as it goes on, resumed, merged.

The first line says which callers they are; each other line is one call with its number and what
it was made with: a run that goes on after an interruption may go on with other code.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path

from pydantic import TypeAdapter

from ivr.replay.result import CaseResult


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """What a call was made with; `date` (UTC) as 2026-11-30."""

    date: str
    version: str
    recogniser: str

    def __str__(self) -> str:
        return f"{self.date}, version {self.version}, {self.recogniser}"


@dataclass(frozen=True, slots=True)
class Call:
    origin: Origin
    result: CaseResult


_CALL = TypeAdapter(tuple[int, Call])


class RecordError(ValueError):
    """A record that cannot be read or does not belong to this run, in one line."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Whose calls they are, and how they were placed: through the engine or over SIP."""

    seed: int
    profile: str
    via: str = "engine"

    def __str__(self) -> str:
        return f"profile {self.profile}, seed {self.seed}, via {self.via}"


@dataclass(frozen=True, slots=True)
class Record:
    heading: Heading
    calls: dict[int, Call]

    @property
    def results(self) -> list[CaseResult]:
        """In the order of their numbers."""
        return [call.result for _, call in sorted(self.calls.items())]

    @property
    def missing(self) -> list[int]:
        """The numbers up to the largest of which there is no call."""
        return [n for n in range(1, max(self.calls, default=0)) if n not in self.calls]

    def origins(self) -> list[str]:
        """A line for each thing that calls were made with, and how many where there are several."""
        counts = Counter(call.origin for call in self.calls.values())
        if len(counts) == 1:
            return [str(origin) for origin in counts]
        return [f"{origin} ({n} of {counts.total()})" for origin, n in sorted(counts.items())]


def read_record(path: Path) -> Record:
    """A last line that was cut short by a kill is left out. Raises RecordError."""
    try:
        first, *rest = path.read_text(encoding="utf-8").splitlines()
        heading = TypeAdapter(Heading).validate_json(first)
    except OSError as error:
        raise RecordError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        fault = "its first line does not say which callers they are"
        raise RecordError(f"{path}: no record of `ivr simulate`: {fault}") from error
    calls: dict[int, Call] = {}
    for number, line in enumerate(rest, 2):
        try:
            which, call = _CALL.validate_json(line)
        except ValueError as error:
            if number == len(rest) + 1:
                break
            raise RecordError(f"{path}:{number}: no call") from error
        calls[which] = call
    return Record(heading, calls)


def begin(path: Path, heading: Heading) -> dict[int, Call]:
    """The calls that `path` has already; the file is made anew from them. Raises RecordError where
    they are another run's, OSError."""
    calls: dict[int, Call] = {}
    if path.exists() and path.stat().st_size:
        record = read_record(path)
        if record.heading != heading:
            raise RecordError(f"{path}: holds another run: {record.heading}")
        calls = record.calls
    write(path, Record(heading, calls))
    return calls


def write(path: Path, record: Record) -> None:
    """Raises OSError."""
    lines = [json.dumps(asdict(record.heading))]
    lines += [_line(number, call) for number, call in sorted(record.calls.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def append(path: Path, number: int, call: Call) -> None:
    """Raises OSError."""
    with path.open("a", encoding="utf-8") as out:
        out.write(_line(number, call) + "\n")


def merged(records: Mapping[Path, Record]) -> Record:
    """Shards of one run, by their files, as one. Raises RecordError where they are of different
    runs, or two files hold one call with different results."""
    headings = {record.heading for record in records.values()}
    if len(headings) != 1:
        found = "; ".join(sorted(str(heading) for heading in headings))
        raise RecordError(f"these are not shards of one run: {found}")
    calls: dict[int, Call] = {}
    holder: dict[int, Path] = {}
    for path, record in records.items():
        for number, call in record.calls.items():
            first = calls.setdefault(number, call)
            if _what_came(first) != _what_came(call):
                fault = f"call {number} is in both, with different results: of different versions?"
                raise RecordError(f"{holder[number]} and {path}: {fault}")
            holder.setdefault(number, path)
    return Record(headings.pop(), calls)


def _what_came(call: Call) -> CaseResult:
    """Where the sound lies follows from which other calls were run with it."""
    return replace(call.result, audio="", turn_audio="")


def ranges(numbers: Collection[int]) -> str:
    """`1, 4-6`."""
    runs = groupby(enumerate(sorted(numbers)), key=lambda each: each[1] - each[0])
    spans = [[n for _, n in run] for _, run in runs]
    return ", ".join(str(s[0]) if len(s) == 1 else f"{s[0]}-{s[-1]}" for s in spans)


def shard(numbers: Iterable[int], part: int, of: int) -> list[int]:
    """The numbers of shard `part` (from 1) of `of`."""
    return [number for number in numbers if number % of == part % of]


def _line(number: int, call: Call) -> str:
    return json.dumps([number, asdict(call)], ensure_ascii=False, sort_keys=True)

"""A run of simulated calls as JSON lines: written as it goes on, resumed, merged.

The first line says which callers they are; each other line is one call with its number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from ivr.replay.result import CaseResult

_CALL = TypeAdapter(tuple[int, CaseResult])


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
    calls: dict[int, CaseResult]


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
    calls: dict[int, CaseResult] = {}
    for number, line in enumerate(rest, 2):
        try:
            call, result = _CALL.validate_json(line)
        except ValueError as error:
            if number == len(rest) + 1:
                break
            raise RecordError(f"{path}:{number}: no call") from error
        calls[call] = result
    return Record(heading, calls)


def begin(path: Path, heading: Heading) -> dict[int, CaseResult]:
    """The calls that `path` has already; the file is made anew from them. Raises RecordError where
    they are another run's, OSError."""
    calls: dict[int, CaseResult] = {}
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
    lines += [_line(number, result) for number, result in sorted(record.calls.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def append(path: Path, number: int, result: CaseResult) -> None:
    """Raises OSError."""
    with path.open("a", encoding="utf-8") as out:
        out.write(_line(number, result) + "\n")


def merged(records: Sequence[Record]) -> Record:
    """Shards of one run as one. Raises RecordError where they are of different runs."""
    headings = {record.heading for record in records}
    if len(headings) != 1:
        found = "; ".join(sorted(str(heading) for heading in headings))
        raise RecordError(f"these are not shards of one run: {found}")
    calls: dict[int, CaseResult] = {}
    for record in records:
        calls |= record.calls
    return Record(headings.pop(), calls)


def shard(numbers: Iterable[int], part: int, of: int) -> list[int]:
    """The numbers of shard `part` (from 1) of `of`."""
    return [number for number in numbers if number % of == part % of]


def _line(number: int, result: CaseResult) -> str:
    return json.dumps([number, asdict(result)], ensure_ascii=False, sort_keys=True)

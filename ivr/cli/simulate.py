"""`ivr simulate`: many callers drawn from a seed, through the engine or SIP; how many succeed."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from booking_client.demo.people import load_people
from ivr.caller.case import Case
from ivr.cli.faults import CommandFault, configuration, writable
from ivr.cli.termination import ended_tidily
from ivr.config import Config
from ivr.ports import RecogniserError
from ivr.recognisers.choice import recogniser_name
from ivr.replay.batch import CaseFile, ReplayFault, prepared, replay_all
from ivr.replay.result import CaseResult
from ivr.replay.screen import CHARGED
from ivr.replay.sip import place_all
from ivr.simulate import against
from ivr.simulate.held_out import HELD_OUT
from ivr.simulate.measures import Measures, counted, lines, measure, worst
from ivr.simulate.page import page
from ivr.simulate.people import TODAY, simulated_caller
from ivr.simulate.places import places_with_doctors
from ivr.simulate.profiles import PROFILES, callers
from ivr.simulate.record import (
    Call,
    Heading,
    Origin,
    Record,
    RecordError,
    append,
    begin,
    merged,
    ranges,
    read_record,
    shard,
    write,
)
from ivr.version import version


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Exit codes: 0 no wrong booking was made and no call lost, however many failed; 1 else;"
        " 2 bad input."
    )
    # Without defaults of their own, so that it is known which were given beside --merge.
    parser.add_argument("--calls", type=_count, metavar="N", help="default 20")
    parser.add_argument("--seed", type=int, metavar="S", help="default 1")
    parser.add_argument("--profile", choices=PROFILES, help="default clear")
    parser.add_argument(
        "--via",
        choices=("engine", "sip"),
        help="engine: on a virtual clock (default); sip: real calls",
    )
    parser.add_argument(
        "--concurrency",
        type=_count,
        metavar="C",
        help="calls at once, an engine each; default 1",
    )
    parser.add_argument("--shard", type=_shard, metavar="I/N", help="only the I-th of N parts")
    parser.add_argument(
        "--json",
        type=Path,
        default=None,
        metavar="FILE",
        help="the record; calls that are in it already are not run again",
    )
    parser.add_argument(
        "--html", type=Path, default=None, metavar="FILE", help="figures, and the worst ten calls"
    )
    parser.add_argument(
        "--merge", nargs="+", type=Path, default=(), metavar="FILE", help="figures of these records"
    )
    parser.add_argument(
        "--against",
        type=Path,
        default=None,
        metavar="RECORD",
        help="an earlier record of the same callers: which calls are fixed since, which broken",
    )


_DEFAULTS: dict[str, object] = {
    "calls": 20,
    "seed": 1,
    "profile": "clear",
    "via": "engine",
    "concurrency": 1,
    "shard": (1, 1),
}
"""Of the options that say which calls are run, and how."""


def _complete(arguments: argparse.Namespace) -> None:
    """Puts in what was not given. Raises CommandFault for what --merge would ignore."""
    given = [f"--{name}" for name in _DEFAULTS if getattr(arguments, name) is not None]
    if arguments.merge and given:
        fault = "--merge runs no call, its files say whose they are: leave out"
        raise CommandFault(f"{fault} {', '.join(given)}")
    for name, value in _DEFAULTS.items():
        if getattr(arguments, name) is None:
            setattr(arguments, name, value)


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError("a number from 1 to 100000")
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    part, _, of = text.partition("/")
    if not (part.isdigit() and of.isdigit() and 1 <= int(part) <= int(of) <= 1000):
        raise argparse.ArgumentTypeError("for example 1/4")
    return int(part), int(of)


def run(arguments: argparse.Namespace) -> int:
    config = configuration(arguments)
    _complete(arguments)
    record_file: Path | None = arguments.json
    writable(record_file, arguments.html)
    try:
        before = None if arguments.against is None else read_record(arguments.against)
        record = _merged(arguments.merge, before) if arguments.merge else None
        if record is None:
            with ended_tidily():
                record = _simulated(arguments, config, record_file, before)
        elif record_file is not None:
            write(record_file, record)
    except (RecordError, RecogniserError, ReplayFault) as fault:
        raise CommandFault(str(fault)) from fault
    except OSError as error:
        raise CommandFault(f"{error.filename}: {error.strerror}") from error
    changed: Iterable[str] = ()
    if before is not None:
        changed = against.lines(against.compared(before, record), str(arguments.against))
    return _show(record, _folder(config, record.heading), arguments.html, changed)


def _merged(files: Sequence[Path], before: Record | None) -> Record:
    """Raises RecordError."""
    record = merged({path: read_record(path) for path in files})
    if before is not None:
        against.check_callers(before.heading, record.heading)
    if record.missing:
        print(f"missing of calls 1 to {max(record.calls)}: {ranges(record.missing)}")
    return record


def _folder(config: Config, heading: Heading) -> Path:
    way = "" if heading.via == "engine" else f"-{heading.via}"
    return config.var / "simulate" / f"{heading.profile}-{heading.seed}{way}"


def _simulated(
    arguments: argparse.Namespace, config: Config, file: Path | None, before: Record | None
) -> Record:
    heading = Heading(arguments.seed, arguments.profile, arguments.via)
    if before is not None:
        against.check_callers(before.heading, heading)
    calls = {} if file is None else begin(file, heading)
    wanted = shard(range(1, arguments.calls + 1), *arguments.shard)
    _say_what_is_left(wanted, calls, arguments)
    cases = {
        f"{heading.profile}-{number}.yaml": (number, case)
        for number, case in _cases(heading, [n for n in wanted if n not in calls])
    }

    def done(result: CaseResult) -> None:
        number = cases[result.file][0]
        calls[number] = Call(origin, result)
        if file is not None:
            append(file, number, calls[number])
        if result.passed:  # what went well is not listened to: 3 MB a call
            shutil.rmtree((folder / result.audio).parent, ignore_errors=True)
        mark = "booked" if result.passed else f"FAIL ({'; '.join(result.failures)})"
        ready = sum(each in calls for each in wanted)
        print(f"({ready} of {len(wanted)})  {result.name}: {mark}", flush=True)

    folder = _folder(config, heading)
    files = [CaseFile(Path(name), case) for name, (_, case) in cases.items()]
    if files:
        recogniser = recogniser_name(config.recogniser.engine, config.recogniser.model)
        origin = Origin(f"{dt.datetime.now(dt.UTC):%F}", version(), recogniser)
        over_sip = heading.via == "sip"
        with prepared(files, config, folder, print, speech=over_sip) as queue:
            if over_sip:
                place_all(queue, config, arguments.concurrency, done)
            else:
                replay_all(queue, config, arguments.concurrency, done)
    return Record(heading, {n: call for n, call in calls.items() if n in set(wanted)})


def _say_what_is_left(
    wanted: Sequence[int], calls: Collection[int], arguments: argparse.Namespace
) -> None:
    """Figures that were not run just now are not to be taken for new ones, nor none for a fault."""
    there = sum(number in calls for number in wanted)
    if there:
        print(
            f"{arguments.json}: {there} of {counted(len(wanted), 'call')} already there,"
            f" {len(wanted) - there} to run (delete it to run anew)"
        )
    if not wanted:
        part, of = arguments.shard
        print(f"of {counted(arguments.calls, 'call')} none falls into shard {part}/{of}")


def _cases(heading: Heading, numbers: Sequence[int]) -> list[tuple[int, Case]]:
    if not numbers:
        return []
    data = callers()
    places = asyncio.run(places_with_doctors(TODAY, max(data.dates)))
    id_numbers = [person.id_number for person in load_people()]
    return [
        (n, simulated_caller(heading.seed, heading.profile, n, data, places, id_numbers))
        for n in numbers
    ]


def _figures(results: Sequence[CaseResult]) -> dict[str, Measures]:
    """Of all calls, and apart of those about hospitals that are held out, and of the others."""
    parts = {
        "all calls": list(results),
        "hospitals held out of tuning": [r for r in results if HELD_OUT in r.tags],
        "the other hospitals": [r for r in results if HELD_OUT not in r.tags],
    }
    apart = all(parts.values())  # else one of them is all calls once more
    return {
        f"{name} ({len(some)})": measure(some)
        for name, some in parts.items()
        if apart or name == "all calls"
    }


def _show(record: Record, folder: Path, html: Path | None, changed: Iterable[str]) -> int:
    """The figures, and what `changed` against an earlier run. Exit code 1 for a wrong booking or a
    lost call: the faults that must not be."""
    results = record.results
    figures = _figures(results)
    title = f"{counted(len(results), 'call')}, {record.heading}"
    try:
        _print_figures(record, title, figures, folder)
        for line in changed:
            print(line)
    finally:  # though the reader of the lines leaves (`| head`)
        if html is not None:
            _write_page(html, record, title, figures, folder)
    return 1 if any(r.wrong_booking or r.outcome is None for r in results) else 0


def _print_figures(
    record: Record, title: str, figures: Mapping[str, Measures], folder: Path
) -> None:
    print(f"\n{title}")
    for origin in record.origins():
        print(origin)
    for name, measures in figures.items():
        print(f"\n{name}")
        for line in lines(measures):
            print(line)
    if record.heading.via == "engine":
        print(f"\n{CHARGED}")
    for result in worst(record.results):
        print(f"{result.name}: {'; '.join(result.failures)}\n    {folder / result.audio}")


def _write_page(
    html: Path, record: Record, title: str, figures: Mapping[str, Measures], folder: Path
) -> None:
    """Raises CommandFault."""
    beside = os.path.relpath(folder.resolve(), html.resolve().parent)
    text = page(
        f"ivr simulate: {title}",
        record.origins(),
        figures,
        worst(record.results),
        beside,
        charged=record.heading.via == "engine",
    )
    try:
        html.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandFault(f"{html}: cannot be written: {error.strerror}") from error

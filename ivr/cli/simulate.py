"""`ivr simulate`: many callers drawn from a seed, through the engine; how many succeed."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from booking_client.demo.people import load_people
from ivr.caller.case import Case
from ivr.cli.faults import CommandFault, configuration
from ivr.config import Config
from ivr.replay.batch import CaseFile, ReplayFault, prepared, replay_all
from ivr.replay.result import CaseResult
from ivr.simulate.measures import lines, measure, worst
from ivr.simulate.people import simulated_caller
from ivr.simulate.places import demonstration_places
from ivr.simulate.profiles import PROFILES, callers
from ivr.simulate.record import (
    Heading,
    Record,
    RecordError,
    append,
    begin,
    merged,
    read_record,
    shard,
    write,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--calls", type=_count, default=20, metavar="N", help="default 20")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="default 1")
    parser.add_argument("--profile", choices=PROFILES, default="clear", help="default clear")
    parser.add_argument(
        "--concurrency", type=_count, default=1, metavar="C", help="calls at once, a process each"
    )
    parser.add_argument(
        "--shard", type=_shard, default=(1, 1), metavar="I/N", help="only the I-th of N parts"
    )
    parser.add_argument(
        "--json",
        type=Path,
        default=None,
        metavar="FILE",
        help="the record; one that is there already is gone on with",
    )
    parser.add_argument(
        "--merge", nargs="+", type=Path, default=(), metavar="FILE", help="figures of these records"
    )


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
    record_file: Path | None = arguments.json
    if record_file is not None and not record_file.resolve().parent.is_dir():
        raise CommandFault(f"{record_file}: there is no such folder")
    try:
        if arguments.merge:
            record = merged([read_record(path) for path in arguments.merge])
            if record_file is not None:
                write(record_file, record)
        else:
            record = _simulated(arguments, config, record_file)
    except (RecordError, ReplayFault) as fault:
        raise CommandFault(str(fault)) from fault
    except OSError as error:
        raise CommandFault(f"{error.filename}: {error.strerror}") from error
    return _show(record, _folder(config, record.heading))


def _folder(config: Config, heading: Heading) -> Path:
    return config.var / "simulate" / f"{heading.profile}-{heading.seed}"


def _simulated(arguments: argparse.Namespace, config: Config, file: Path | None) -> Record:
    heading = Heading(arguments.seed, arguments.profile)
    calls = {} if file is None else begin(file, heading)
    wanted = shard(range(1, arguments.calls + 1), *arguments.shard)
    cases = {
        f"{heading.profile}-{number}.yaml": (number, case)
        for number, case in _cases(heading, [n for n in wanted if n not in calls])
    }

    def done(result: CaseResult) -> None:
        number = cases[result.file][0]
        calls[number] = result
        if file is not None:
            append(file, number, result)
        if result.passed:  # what went well is not listened to: 3 MB a call
            shutil.rmtree((folder / result.audio).parent, ignore_errors=True)
        mark = "booked" if result.passed else f"FAIL ({'; '.join(result.failures)})"
        print(f"{len(calls)}  {result.name}: {mark}", flush=True)

    folder = _folder(config, heading)
    files = [CaseFile(Path(name), case) for name, (_, case) in cases.items()]
    with prepared(files, config, folder, print) as queue:
        replay_all(queue, config, arguments.concurrency, done)
    return Record(heading, {n: result for n, result in calls.items() if n in set(wanted)})


def _cases(heading: Heading, numbers: Sequence[int]) -> list[tuple[int, Case]]:
    data, places = callers(), demonstration_places()
    id_numbers = [person.id_number for person in load_people()]
    return [
        (n, simulated_caller(heading.seed, heading.profile, n, data, places, id_numbers))
        for n in numbers
    ]


def _show(record: Record, folder: Path) -> int:
    """Exit code 1 for a wrong booking: the one fault that must not be."""
    results = list(record.calls.values())
    measures = measure(results)
    heading = record.heading
    print(f"\n{len(results)} calls, profile {heading.profile}, seed {heading.seed}")
    for line in lines(measures):
        print(line)
    for result in worst(results):
        print(f"{result.name}: {'; '.join(result.failures)}\n    {folder / result.turn_audio}")
    return 1 if measures.wrong_bookings.hits else 0

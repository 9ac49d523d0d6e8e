"""`ivr replay`: call cases through the agent's engine, or over SIP; what went wrong, and where."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence
from pathlib import Path

from ivr.cli.faults import CommandFault, configuration, writable
from ivr.cli.termination import ended_tidily
from ivr.config import Config
from ivr.replay.batch import CaseFile, ReplayFault, find_cases, prepared, replay_all
from ivr.replay.floor import Floor, load_floor, under_floor
from ivr.replay.junit import junit
from ivr.replay.page import page
from ivr.replay.result import CaseResult, Run
from ivr.replay.runs import RunFileError, changes, keep_run, last_run, read_run, write_run
from ivr.replay.screen import LAST_RUN, case_lines, summary_lines
from ivr.replay.sip import place_all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Exit codes: 0 every case came out as it expects (with --floor: no wrong booking, no lost"
        " call, and the floor was reached); 1 else; 2 bad input, or an output that cannot be"
        " written."
    )
    parser.add_argument(
        "path", nargs="+", type=Path, metavar="PATH", help="cases, or folders of cases"
    )
    parser.add_argument(
        "--via",
        choices=("engine", "sip"),
        default="engine",
        help="engine: on a virtual clock (default); sip: calls through an Asterisk of its own",
    )
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="the whole result")
    parser.add_argument("--junit", type=Path, default=None, metavar="FILE.xml", help="for CI")
    parser.add_argument("--html", type=Path, default=None, metavar="FILE", help="to read and hear")
    parser.add_argument(
        "--against",
        type=Path,
        default=None,
        metavar="FILE.json",
        help="say what changed since this run, which --json kept, instead of since the last one",
    )
    parser.add_argument("--jobs", type=_jobs, default=1, metavar="N", help="cases at once")
    parser.add_argument(
        "--floor",
        type=Path,
        default=None,
        metavar="FILE.yaml",
        help="fail only under this floor (docs/replay.md)",
    )


def _jobs(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError("a number from 1 to 64")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    config = configuration(arguments)
    writable(arguments.json, arguments.junit, arguments.html)
    floor = None if arguments.floor is None else load_floor(arguments.floor)
    try:
        before = _before(config, arguments)
        cases = find_cases(arguments.path)
        with ended_tidily():
            finished = _replayed(cases, config, arguments)
    except (ReplayFault, RunFileError) as fault:
        raise CommandFault(str(fault)) from fault
    against = LAST_RUN if arguments.against is None else str(arguments.against)
    found = changes(before, finished)
    _show(summary_lines(finished, found, against))  # even where the files cannot be written
    try:
        if arguments.json is not None:
            write_run(arguments.json, finished)
        if arguments.junit is not None:
            arguments.junit.write_text(junit(finished), encoding="utf-8")
        if arguments.html is not None:
            html = page(finished, found, config.replays, against)
            arguments.html.write_text(html, encoding="utf-8")
        # Last: who could not read what this run changed compares the next one with the same.
        keep_run(config.replays, finished)
    except OSError as error:
        raise CommandFault(f"{error.filename}: cannot be written: {error.strerror}") from error
    return _code(finished, floor)


def _before(config: Config, arguments: argparse.Namespace) -> Run | None:
    """The run to compare with. Raises RunFileError for one that was asked for."""
    if arguments.against is not None:
        return read_run(arguments.against)
    return last_run(config.replays, arguments.via)


def _replayed(cases: Sequence[CaseFile], config: Config, arguments: argparse.Namespace) -> Run:
    finished = itertools.count(1)

    def done(result: CaseResult) -> None:
        _show(case_lines(result, next(finished), len(cases)))

    if arguments.via == "sip":  # the agent's process has the keys of the environment
        with prepared(cases, config, config.replays, print, keys=None) as queue:
            return place_all(queue, config, arguments.jobs, done)
    with prepared(cases, config, config.replays, print) as queue:
        return replay_all(queue, config, arguments.jobs, done)


def _code(finished: Run, floor: Floor | None) -> int:
    if floor is None:
        return 0 if finished.passed == len(finished.results) else 1
    faults = under_floor(finished, floor)
    _show(faults)
    return 1 if faults else 0


def _show(lines: Sequence[str]) -> None:
    for line in lines:
        print(line, flush=True)

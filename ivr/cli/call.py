"""`ivr call`: the synthetic caller dials the hotline of a serving agent."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path

from ivr.agent.demonstration import dialled
from ivr.caller.case import DEFAULT_NUMBER, Case, case_of_lines, load_case
from ivr.caller.sip_caller import CallFault, CallReport, SyntheticCaller
from ivr.caller.speech import CallerStudio
from ivr.caller.transcript import notice_lines, spoken_line
from ivr.cli.faults import CommandFault, configuration
from ivr.config import Config
from ivr.ports import VoiceError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "line",
        nargs="+",
        metavar="LINE|CASE.yaml",
        help="sentences, one for each question, or one case file (ivr/caller/case.py)",
    )
    parser.add_argument(
        "--number", default=DEFAULT_NUMBER, help=f"who is calling (default {DEFAULT_NUMBER})"
    )
    parser.add_argument(
        "--record", type=Path, default=None, metavar="FILE.wav", help="keep what the caller hears"
    )


def run(arguments: argparse.Namespace) -> int:
    config = configuration(arguments)
    if arguments.record is not None and not arguments.record.resolve().parent.is_dir():
        raise CommandFault(f"--record {arguments.record}: there is no such folder")
    if not all(line.strip() for line in arguments.line):
        raise CommandFault("a line to speak is empty")
    first = Path(arguments.line[0])
    if first.suffix in (".yaml", ".yml"):
        if len(arguments.line) > 1:
            raise CommandFault("one case file at a time")
        case, folder = load_case(first), first.parent
    else:
        if not arguments.number.isdigit():
            raise CommandFault(f"--number {arguments.number}: digits only")
        case, folder = case_of_lines(arguments.line, arguments.number), Path()
    try:
        report = asyncio.run(_call(config, case, folder, arguments.record))
    except (CallFault, VoiceError) as error:
        raise CommandFault(str(error)) from error
    if report.outcome is None:
        print("  the call ended without a word from the agent on how")
        return 1
    return 0 if case.expect.outcome in (None, report.outcome) else 1


async def _call(config: Config, case: Case, folder: Path, record: Path | None) -> CallReport:
    def told(notice: Mapping[str, object]) -> None:
        for line in notice_lines(notice):
            print(line, flush=True)

    async with CallerStudio(config) as studio:
        caller = SyntheticCaller(
            studio,
            dialled(config),
            config.feed_socket,
            told=told,
            acted=lambda act: print(spoken_line(act.line), flush=True),
        )
        return await caller.place(case, folder, record)

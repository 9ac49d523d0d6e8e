"""`ivr`: finds the command, turns every expected fault into one line and exit code 2."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

from datafiles import DataFileError
from ivr.cli.faults import CommandFault
from ivr.config import MissingSecret

# command -> (module, what the help says). A module is imported only when its command is used.
COMMANDS = {
    "run": ("ivr.cli.run", "start PBX and agent, place one real call, keep serving"),
    "serve": ("ivr.cli.serve", "start the agent (with its watchdog) for a PBX that is there"),
    "prepare": ("ivr.cli.prepare", "database, demonstration catalogue, rendered speech"),
    "call": ("ivr.cli.call", "place a SIP call as a synthetic caller"),
    "replay": ("ivr.cli.replay", "run call cases without a telephone, or place them over SIP"),
    "simulate": ("ivr.cli.simulate", "calls of simulated callers, and how many succeed"),
    "calls": ("ivr.cli.calls", "list calls, show one with its turns"),
    "callbacks": ("ivr.cli.callbacks", "whom to call back: list, done"),
    "tickets": ("ivr.cli.tickets", "what callers stated: list, show, close"),
    "aliases": ("ivr.cli.aliases", "what else is said for a name: try, add, undo, list"),
    "report": ("ivr.cli.report", "the month's official tables: screen, CSV, XLSX, HTML"),
    "catalogue": ("ivr.cli.catalogue", "hospitals, departments, doctors: check, export, import"),
    "rules": ("ivr.cli.rules", "the hospitals' booking rules: check, export, import"),
    "desk": ("ivr.cli.desk", "a hospital's desk: 停诊, moves, quotas, attendance, bars"),
    "booking-service": ("ivr.cli.booking_service", "the booking core over HTTP"),
    "booking-key": ("ivr.cli.booking_key", "keys of the channels that book over HTTP"),
    "demo-month": ("ivr.cli.demo_month", "a month of invented bookings with real figures"),
    "demo-data": ("ivr.cli.demo_data", "a day of invented calls in the call log, for the pages"),
    "accounts": ("ivr.cli.accounts", "who may see the pages: list, add, roles, passwords"),
    "retention": ("ivr.cli.retention", "how long recordings and logs are kept: run, show"),
    "models": ("ivr.cli.models", "list, fetch or verify speech models"),
    "chat": ("ivr.cli.chat", "talk to the agent by typing, for whoever writes its wording"),
    "recognise": ("ivr.cli.recognise", "WAV files -> meaning, as JSON lines"),
    "parse": ("ivr.cli.parse", "texts -> meaning, as JSON lines"),
}


class Parser(argparse.ArgumentParser):
    """Bad arguments get one line and exit code 2, without the usage in front of it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (`{self.prog} --help`)\n")


def build_parser(command: str | None) -> argparse.ArgumentParser:
    parser = Parser(
        prog="ivr",
        description="12320 voice booking: dial, talk, and hang up with an appointment.",
        epilog="`ivr COMMAND --help` explains one command. Exit codes: 0 done, "
        "1 something failed on the way, 2 bad input.",
    )
    parser.add_argument(
        "--config", type=Path, default=None, metavar="FILE", help="default: ./config.yaml"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, summary) in COMMANDS.items():
        described = summary[:1].upper() + summary[1:] + "."
        sub = commands.add_parser(name, help=summary, description=described)
        sub.add_argument(
            "--config",
            type=Path,
            default=argparse.SUPPRESS,
            metavar="FILE",
            help="default: ./config.yaml",
        )
        if name == command:
            importlib.import_module(module).add_arguments(sub)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = next((word for word in words if word in COMMANDS), None)
    parser = build_parser(command)
    parsed, unknown = parser.parse_known_args(words)
    if unknown:  # argparse would name the help of `ivr`, which says nothing of the command's own
        own = f"{parser.prog} {parsed.command}"
        parser.exit(2, f"{own}: unrecognized arguments: {' '.join(unknown)} (`{own} --help`)\n")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what was typed may be no UTF-8
    try:
        code: int = importlib.import_module(COMMANDS[parsed.command][0]).run(parsed)
    except (CommandFault, DataFileError, MissingSecret) as fault:
        print(f"ivr {parsed.command}: {fault}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output left (`ivr calls list | head`)
        sys.stderr.close()
        return 0
    return code

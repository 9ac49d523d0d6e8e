"""`ivr run`: PBX and agent up, one real call placed and printed live, then keep serving."""

from __future__ import annotations

import argparse
import asyncio

from ivr.agent.demonstration import demonstrate
from ivr.cli.faults import configuration


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--once", action="store_true", help="stop after the demonstration call instead of serving"
    )
    parser.add_argument(
        "--case", default=None, metavar="FILE", help="another call than the built-in one"
    )


def run(arguments: argparse.Namespace) -> int:
    return asyncio.run(
        demonstrate(configuration(arguments), once=arguments.once, case=arguments.case)
    )

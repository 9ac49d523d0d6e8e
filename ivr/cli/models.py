"""`ivr models list|fetch|verify`."""

from __future__ import annotations

import argparse

from ivr.cli.faults import CommandFault
from speech_models.fetch import fetch_models
from speech_models.store import list_models, verify_models


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|fetch|verify")
    actions.add_parser("list", help="every model of the manifest and whether it is here")
    for action, summary in (
        ("fetch", "fetch models by name, each checked against its sha256"),
        ("verify", "check the files again; without names: every model that is here"),
    ):
        sub = actions.add_parser(action, help=summary)
        sub.add_argument("names", nargs="+" if action == "fetch" else "*", metavar="MODEL")


def run(arguments: argparse.Namespace) -> int:
    raise CommandFault("not wired yet")

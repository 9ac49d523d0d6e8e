"""`ivr models list|fetch|verify`."""

from __future__ import annotations

import argparse

from ivr.cli.faults import CommandFault
from speech_models import (
    ModelError,
    fetch_models,
    list_models,
    verify_models,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|fetch|verify")
    actions.add_parser("list", help="every model of the manifest and whether it is here")
    for action, summary in (
        ("fetch", "fetch models by name, each checked against its sha256"),
        ("verify", "read every byte again; without names: every model that is here"),
    ):
        sub = actions.add_parser(
            action, help=summary, description=summary[:1].upper() + summary[1:] + "."
        )
        sub.add_argument("names", nargs="+" if action == "fetch" else "*", metavar="MODEL")


def run(arguments: argparse.Namespace) -> int:
    try:
        if arguments.action == "list":
            return _list()
        if arguments.action == "fetch":
            fetch_models(arguments.names, lambda line: print(line, flush=True))
            return 0
        return _verify(arguments.names)
    except ModelError as error:
        raise CommandFault(str(error)) from error


def _list() -> int:
    print(f"{'model':28} {'state':10} {'language':9} {'engine':10} {'licence':12} {'MB':>6}  for")
    for model in list_models():
        print(
            f"{model.name:28} {model.state:10} {model.language:9} {model.engine:10} "
            f"{model.licence:12} {model.size / 1e6:6.0f}  {model.purpose}"
        )
        if model.problem:
            print(f"    {model.problem}")
    return 0


def _verify(names: list[str]) -> int:
    results = verify_models(names)
    for name, problem in results:
        print(f"{name:28} {problem or 'every file is as the manifest says'}")
    if not results:
        print("no model is installed: run `ivr models fetch whisper-base kokoro-82m`")
    return 1 if not results or any(problem for _, problem in results) else 0

"""`ivr prepare`: database, demonstration catalogue, rendered speech. Safe to repeat."""

from __future__ import annotations

import argparse
import asyncio

from booking_client import connect
from booking_client.errors import CoreUnavailable
from booking_client.personal_data import DataKeyError
from ivr.agent.preparation import prepare_database, render_speech
from ivr.agent.speech import build_speech
from ivr.call_log import CallLogError
from ivr.cli.faults import CommandFault, configuration
from ivr.clock import SystemClock
from ivr.hotline import HotlineError
from ivr.ports import VoiceError
from ivr.web.accounts.store import AccountsError

# ValueError: a URL that is no database's.
_FAULTS = (
    VoiceError,
    CoreUnavailable,
    CallLogError,
    HotlineError,
    AccountsError,
    DataKeyError,
    ValueError,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--database-only", action="store_true", help="leave the rendered speech for later"
    )


def run(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(_run(arguments))
    except _FAULTS as error:
        raise CommandFault(str(error)) from error


async def _run(arguments: argparse.Namespace) -> int:
    config = configuration(arguments)
    today = SystemClock().now().date()

    def report(line: str) -> None:
        print(f"[prepare] {line}", flush=True)

    config.var.mkdir(parents=True, exist_ok=True)
    await prepare_database(config, today, report)
    if arguments.database_only:
        return 0
    core = await connect(config.core_url)
    speech = build_speech(config)
    try:
        await render_speech(speech, core, config, today, report)
    finally:
        await speech.aclose()
        await core.close()
    return 0

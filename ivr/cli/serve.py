"""`ivr serve`: the agent under its watchdog, for a PBX that is there already."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import gc
import logging
import os
import signal
import sys

from booking_client.errors import CoreUnavailable
from booking_client.personal_data import DataKeyError
from booking_client.sql.database import sqlite_path
from ivr.agent import heap
from ivr.agent.server import Agent
from ivr.agent.watchdog import HEARTBEAT_VARIABLE, Watchdog, beat
from ivr.call_log import CallLogError
from ivr.call_search.store import CallSearchError
from ivr.cli.accounts import greet_administrator
from ivr.cli.faults import CommandFault, configuration
from ivr.clock import SystemClock
from ivr.config import Config
from ivr.hotline import HotlineError
from ivr.ports import RecogniserError, VoiceError
from ivr.retention.store import RetentionError
from ivr.web.accounts.store import AccountsError

log = logging.getLogger(__name__)

_SWITCH_SECONDS = 0.0005
"""After so long a thread that computes lets the sound go on: Python's own 5 ms, a few times in a
row, made a frame late when a call began."""

_FAULTS = (
    RecogniserError,
    VoiceError,
    DataKeyError,
    CoreUnavailable,
    CallLogError,
    HotlineError,
    AccountsError,
    CallSearchError,
    RetentionError,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--without-watchdog", action="store_true", help="one process, nobody restarts it"
    )
    parser.add_argument(
        "--today",
        type=dt.datetime.fromisoformat,
        default=None,
        metavar="2021-03-05T09:10",
        help="for rehearsals: what the agent's clock shows when it starts",
    )


def run(arguments: argparse.Namespace) -> int:
    config = configuration(arguments)
    try:
        sqlite_path(config.database_url)
    except ValueError as error:  # a URL that is no database's
        raise CommandFault(str(error)) from error
    set_up_logging(config)
    watched = os.environ.get(HEARTBEAT_VARIABLE)
    try:
        if watched is None:  # not the watchdog's child, whose output may be a log file
            asyncio.run(greet_administrator(config, lambda line: print(line, flush=True)))
        if watched is None and not arguments.without_watchdog:
            return asyncio.run(_watch(config, agent_command(arguments)))
        return asyncio.run(_serve(config, int(watched) if watched else None, arguments.today))
    except _FAULTS as error:
        raise CommandFault(str(error)) from error
    except OSError as error:
        raise CommandFault(f"cannot serve: {error}") from error


def set_up_logging(config: Config) -> None:
    logging.basicConfig(
        level=config.log_level,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("alembic.runtime.migration").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """A migration that is carried out; not the two lines that every look for one begins with."""
    return not record.getMessage().startswith(("Context impl", "Will assume"))


def agent_command(arguments: argparse.Namespace) -> list[str]:
    """How the watchdog starts the agent: the same configuration, one process."""
    command = [sys.executable, "-m", "ivr"]
    if arguments.config is not None:
        command += ["--config", str(arguments.config)]
    command.append("serve")
    if arguments.today is not None:
        command += ["--today", arguments.today.isoformat()]
    return command


async def _watch(config: Config, command: list[str]) -> int:
    watchdog = Watchdog(command, config.agent.heartbeat_limit)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, watchdog.stop)
    return await watchdog.run()


def _keep_what_is_loaded() -> None:
    """Take the grammars, lists and models, which stay until the end, out of the garbage
    collector's sight: to look through them all took 130 ms, a gap in the sound of every call."""
    gc.collect()
    gc.freeze()


async def _serve(config: Config, heartbeat: int | None, today: dt.datetime | None) -> int:
    sys.setswitchinterval(_SWITCH_SECONDS)
    heap.keep_small()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    beating = None
    try:
        async with Agent(config, SystemClock(today)):
            _keep_what_is_loaded()
            beating = asyncio.create_task(beat(heartbeat)) if heartbeat is not None else None
            log.info("the agent takes calls")
            await stop.wait()
            log.info("stopping; callers still on the line go to a person")
    finally:
        if beating is not None:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
    return 0

"""`ivr chat`: the agent's conversation by typing, for whoever writes wording or grammars."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import secrets
from contextlib import AsyncExitStack
from pathlib import Path

from booking_client import connect, connect_database
from booking_client.demo.people import DemoRealNameRegistry
from booking_client.demo.reports import DemoReportDesk
from booking_client.demo.seed import seed_database
from booking_client.errors import BookingRefused, CoreUnavailable
from booking_client.interface import BookingCore
from booking_client.personal_data import DataKeyError, PersonalDataKeys
from booking_client.sql.database import sqlite_path
from dialogs.commands import Listen
from dialogs.wording import load_wording
from ivr.agent.desk import HotlineDesk
from ivr.aliases.overlay import read_aliases
from ivr.cli.faults import CommandFault, configuration
from ivr.clock import SystemClock
from ivr.config import Config
from ivr.hotline import Hotline
from ivr.session.call_ports import CallFacts
from ivr.session.closed_lists import ClosedLists
from ivr.session.keyboard import Keyboard
from ivr.session.typed_call import LONGEST, TypedCall

DEMO_CALLER = "13800000000"
DEMO_DAYS = 8  # of clinics: a window of seven days and today
_PROMPT = "> "
_HELP = "empty line = silence; #320106... or /keys 1 = keys; Ctrl-D = hang up"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--demo",
        action="store_true",
        help="a fresh demonstration in memory instead of the configured database",
    )
    parser.add_argument(
        "--today", type=_day, default=None, metavar="DATE", help="YYYY-MM-DD; default: today"
    )
    parser.add_argument(
        "--caller",
        default=DEMO_CALLER,
        metavar="NUMBER",
        help=f"the calling number (default {DEMO_CALLER}); '' = withheld",
    )
    parser.add_argument(
        "--explain", action="store_true", help="show what was understood, done, and which sentence"
    )
    parser.add_argument(
        "--wording", type=Path, default=None, metavar="FILE", help="another wording.yaml to try"
    )


def run(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(_run(arguments))
    except (BookingRefused, CoreUnavailable, DataKeyError, ValueError) as error:
        raise CommandFault(str(error)) from error


async def _run(arguments: argparse.Namespace) -> int:
    wording = load_wording(arguments.wording)
    clock = _clock(arguments.today)
    keyboard = Keyboard()

    def show(text: str) -> None:
        print(text, flush=True)

    async def read_line(listen: Listen) -> str:
        print(_PROMPT, end="", flush=True)
        try:
            line = await keyboard.line()
        except EOFError:
            show("")
            raise
        if not keyboard.tty:
            show(line)
        return line

    async with AsyncExitStack() as stack:
        core = await _core(arguments, clock.now().date())
        stack.push_async_callback(core.close)
        lists = ClosedLists(core)
        demo = arguments.demo
        await lists.load({} if demo else read_aliases(configuration(arguments).aliases).overlay)
        show(_HELP)
        # What is stated in a typed call is for nobody to look into.
        hotline = await Hotline.open("sqlite://", PersonalDataKeys(secrets.token_bytes(32)))
        stack.push_async_callback(hotline.close)
        call = TypedCall(
            core,
            DemoRealNameRegistry(),
            DemoReportDesk(),
            HotlineDesk(hotline, clock, lambda: None),
            lists,
            wording,
            clock,
            read_line,
            show,
        )
        facts = CallFacts(f"chat-{secrets.token_hex(4)}", arguments.caller, longest=LONGEST)
        ended = await call.run(facts, explain=arguments.explain)
        show(f"[{ended.outcome}, {ended.category}, {ended.reason}]")
    return 0


async def _core(arguments: argparse.Namespace, today: dt.date) -> BookingCore:
    if arguments.demo:
        keys = PersonalDataKeys(secrets.token_bytes(32))
        demo = await connect_database("sqlite://", keys=keys)
        await seed_database(demo.database, today, DEMO_DAYS)
        return demo
    config = configuration(arguments)
    _check_there(config)
    return await connect(config.core_url)


def _check_there(config: Config) -> None:
    path = None if config.booking_url else sqlite_path(config.database_url)
    if path is not None and not path.exists():
        raise CommandFault(
            f"there is no database at {path}: `ivr prepare` makes it; or give --demo"
        )


def _clock(today: dt.date | None) -> SystemClock:
    """The time of day of this machine, on another day where one is given."""
    if today is None:
        return SystemClock()
    now = SystemClock().now()
    return SystemClock(dt.datetime.combine(today, now.time()))


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date YYYY-MM-DD") from error

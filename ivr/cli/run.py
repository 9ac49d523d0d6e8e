"""`ivr run`: PBX and agent up, one real call placed and printed live, then keep serving."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from booking_client.errors import CoreUnavailable
from ivr.agent.demonstration import NotReady, demonstrate
from ivr.caller.case import load_case
from ivr.caller.sip_caller import CallFault
from ivr.cli.accounts import greet_administrator
from ivr.cli.faults import CommandFault, configuration
from ivr.pbx.settings import PbxError
from ivr.pbx.sip_phone import PhoneError
from ivr.ports import VoiceError
from ivr.web.accounts.store import AccountsError

_FAULTS = (
    AccountsError,
    NotReady,
    CoreUnavailable,
    CallFault,
    PbxError,
    PhoneError,
    VoiceError,
)
DEMONSTRATION = Path(__file__).parents[1] / "caller" / "data" / "demonstration.yaml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--once", action="store_true", help="stop after the demonstration call instead of serving"
    )
    parser.add_argument(
        "--case", type=Path, default=DEMONSTRATION, metavar="FILE", help="another call to place"
    )


def run(arguments: argparse.Namespace) -> int:
    config = configuration(arguments)
    case = load_case(arguments.case)

    async def greet_and_demonstrate() -> int:
        await greet_administrator(config, _show)
        return await demonstrate(
            config, arguments.config, case, arguments.case.parent, once=arguments.once, show=_show
        )

    try:
        return asyncio.run(greet_and_demonstrate())
    except _FAULTS as error:
        raise CommandFault(str(error)) from error


def _show(line: str) -> None:
    print(line, flush=True)

"""`ivr calls list|show|export`: the call log at the terminal."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import replace
from pathlib import Path

from booking_client import connect
from booking_client.errors import CoreUnavailable
from booking_client.personal_data import DataKeyError, PersonalDataKeys
from booking_client.types import Booking
from dialogs.outcomes import Outcome
from ivr.call_log import CallFilter, CallLog, CallLogError, StoredCall
from ivr.call_log.report import call_json, call_page, calls_json, calls_table
from ivr.call_search.store import CallSearch, CallSearchError
from ivr.cli.faults import CommandFault, check_database, configuration
from ivr.config import Config
from ivr.replay.export.case_of_call import ExportFault
from ivr.replay.export.corrections import Corrections, corrections_of
from ivr.replay.export.files import exported_call, write_case
from ivr.replay.export.given import cancelled_code
from ivr.replay.export.recorded_legs import RecordingFault

LAST = "last"
_MORE_THAN_AT_ONCE = 200  # calls: one of so many has ended
# ValueError: a URL that is no database's
_FAULTS = (CallLogError, CallSearchError, CoreUnavailable, DataKeyError, ValueError)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|show|export")
    listing = actions.add_parser("list", help="the newest calls, one a line")
    listing.add_argument("--limit", type=_positive, default=20, metavar="N", help="default 20")
    listing.add_argument(
        "--outcome",
        choices=[outcome.value for outcome in Outcome],
        default=None,
        metavar="OUTCOME",
        help=", ".join(outcome.value for outcome in Outcome),
    )
    showing = actions.add_parser("show", help="one call with its turns")
    showing.add_argument("call", metavar="CALL", help="its id, the beginning of it, or `last`")
    for sub in (listing, showing):
        sub.add_argument("--json", action="store_true", help="JSON instead of text")
    exporting = actions.add_parser("export", help="one call as a case for `ivr replay`")
    exporting.add_argument("call", metavar="CALL", help="its id, the beginning of it, or `last`")
    exporting.add_argument("folder", metavar="DIR", type=Path, help="where the case is written")
    exporting.add_argument(
        "--said",
        action="append",
        default=[],
        type=_said,
        metavar="TURN=TEXT",
        help="what the caller really said in a turn that was misheard; may be repeated",
    )
    exporting.add_argument(
        "--outcome",
        choices=[outcome.value for outcome in Outcome],
        default=None,
        metavar="OUTCOME",
        help="how the call should have ended (default: as it did)",
    )


def run(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(_run(arguments, configuration(arguments)))
    except _FAULTS as error:
        raise CommandFault(str(error)) from error


async def _run(arguments: argparse.Namespace, config: Config) -> int:
    try:
        keys = PersonalDataKeys.from_environment()
    except DataKeyError:
        keys = None  # enough for reading: only a search by number needs it
    check_database(config.database_url)
    call_log = await CallLog.open(config.database_url, keys)
    try:
        if arguments.action == "list":
            outcome = Outcome(arguments.outcome) if arguments.outcome else None
            calls = await call_log.list(arguments.limit, CallFilter(outcome=outcome))
            if calls or not arguments.json:
                print(calls_json(calls) if arguments.json else calls_table(calls))
            return 0
        exporting = arguments.action == "export"
        call = await _wanted(call_log, arguments.call, ended=exporting)
        if exporting:
            corrections = await _corrections(call, arguments, config)
            _export(call, corrections, await _cancelled(call, config), arguments.folder, config)
        else:
            print(call_json(call) if arguments.json else call_page(call))
        return 0
    finally:
        await call_log.close()


async def _wanted(call_log: CallLog, call_id: str, *, ended: bool) -> StoredCall:
    """With `ended` the last call is the newest that is over.

    Raises CommandFault where there is none.
    """
    if call_id == LAST:
        newest = await call_log.list(_MORE_THAN_AT_ONCE)
        last = next((call for call in newest if call.ended_at is not None or not ended), None)
        if last is None:
            raise CommandFault("there are no calls yet")
        call_id = last.call_id
    call = await call_log.show(call_id)
    if call is None:
        raise CommandFault(f"no call {call_id}: `ivr calls list` has the ids")
    return call


async def _corrections(
    call: StoredCall, arguments: argparse.Namespace, config: Config
) -> Corrections:
    """The marks of the pages; what is given here goes before them."""
    outcome = Outcome(arguments.outcome) if arguments.outcome else None
    search = await CallSearch.open(config.database_url)
    try:
        marked = corrections_of(await search.reviews.of(call.call_id), outcome)
    finally:
        await search.close()
    given = dict(arguments.said)
    return replace(marked, said={**marked.said, **given}, unclear=marked.unclear - set(given))


async def _cancelled(call: StoredCall, config: Config) -> Booking | None:
    """The booking that the call cancelled."""
    code = cancelled_code(call)
    if code is None:
        return None
    core = await connect(config.core_url)
    try:
        return await core.booking_by_code(code)
    finally:
        await core.close()


def _export(
    call: StoredCall,
    corrections: Corrections,
    cancelled: Booking | None,
    folder: Path,
    config: Config,
) -> None:
    recording = config.recordings / call.recording if call.recording else None
    try:
        case = exported_call(call, recording, corrections, cancelled)
        path = write_case(case, folder)
    except (ExportFault, RecordingFault) as error:
        raise CommandFault(f"{call.call_id}: {error}") from error
    except OSError as error:
        raise CommandFault(f"{error.filename}: cannot be written: {error.strerror}") from error
    for note in case.notes:
        print(note)
    print(f"{path}: `ivr replay {path}` runs it")


def _said(text: str) -> tuple[int, str]:
    number, _, said = text.partition("=")
    if not number.isdigit() or not said.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not TURN=TEXT, as in 3=鼓楼医院")
    return int(number), said.strip()


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if not 1 <= number <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 100000")
    return number

"""`ivr desk`: what a hospital's desk does: 停诊, moves, quotas, attendance, bars."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence

from booking_client import connect_database
from booking_client.errors import BookingRefused, CoreUnavailable
from booking_client.personal_data import DataKeyError
from booking_client.sql.core import SqlBookingCore
from booking_client.types import AffectedBooking, ClinicSession, SessionQuery
from datafiles import DataFileError
from ivr.cli.faults import (
    CommandFault,
    booking_database,
    check_database,
    configuration,
    refusal_fault,
)
from ivr.clock import SystemClock

_MOST = 1000  # sessions of one answer

Act = Callable[[SqlBookingCore, argparse.Namespace, dt.datetime], Awaitable[Sequence[str]]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="|".join(_ACTS))
    listing = actions.add_parser("sessions", help="a department's sessions with their numbers")
    listing.add_argument("hospital", metavar="HOSPITAL", help="its full name, as in the catalogue")
    listing.add_argument("department", metavar="DEPARTMENT", help="the same")
    listing.add_argument("--on", type=_date, default=None, metavar="DATE", help="this day alone")
    cancelling = actions.add_parser(
        "cancel-session", help="停诊: nobody books it any more; who is booked, and what is nearest"
    )
    cancelling.add_argument(
        "session", type=int, metavar="SESSION", help="its number, as `ivr desk sessions` shows it"
    )
    cancelling.add_argument("--reason", default="", help="kept with the session")
    moving = actions.add_parser("move", help="a booking to another session, under the same code")
    moving.add_argument("code", metavar="CODE", help="the confirmation code")
    moving.add_argument("session", type=int, metavar="SESSION", help="the new session's number")
    quota = actions.add_parser("quota", help="the most places of a session for one channel")
    quota.add_argument("session", type=int, metavar="SESSION")
    quota.add_argument("channel", metavar="CHANNEL", help="its code, such as third_party")
    quota.add_argument("places", type=_places, metavar="PLACES")
    for name, told in (("came", "the patient was there"), ("missed", "the patient was not there")):
        actions.add_parser(name, help=told).add_argument("code", metavar="CODE")
    barring = actions.add_parser("bar", help="a patient may not book; ID number on standard input")
    barring.add_argument("--until", type=_date, required=True, metavar="DATE")
    barring.add_argument("--hospital", default=None, help="there alone; default: everywhere")
    actions.add_parser("lift-bars", help="a patient may book again; ID number on standard input")


def run(arguments: argparse.Namespace) -> int:
    url = booking_database(configuration(arguments))
    check_database(url)
    try:
        for line in asyncio.run(_run(url, arguments)):
            print(line)
    except DataFileError:
        raise
    except BookingRefused as refused:
        raise refusal_fault(refused) from refused
    except (CoreUnavailable, DataKeyError, ValueError) as error:
        raise CommandFault(str(error)) from error
    return 0


async def _run(url: str, arguments: argparse.Namespace) -> Sequence[str]:
    core = await connect_database(url)
    try:
        return await _ACTS[arguments.action](core, arguments, SystemClock().now())
    finally:
        await core.close()


async def _sessions(
    core: SqlBookingCore, arguments: argparse.Namespace, now: dt.datetime
) -> Sequence[str]:
    query = SessionQuery(
        arguments.hospital,
        arguments.department,
        arguments.on or dt.date.min,
        arguments.on or dt.date.max,
        with_places_only=False,
        limit=_MOST,
    )
    found = await core.find_sessions(query, now)
    return [f"{_told(session)}  {session.free} free" for session in found]


async def _cancel_session(
    core: SqlBookingCore, arguments: argparse.Namespace, now: dt.datetime
) -> Sequence[str]:
    affected = await core.cancel_session(arguments.session, now, arguments.reason)
    head = f"session {arguments.session} is cancelled; booked there: {len(affected)}"
    return [head, *(line for each in affected for line in _affected(each))]


def _affected(each: AffectedBooking) -> Iterator[str]:
    booking = each.booking
    yield f"{booking.code}  {booking.start:%H:%M}-{booking.end:%H:%M}  by {booking.channel}"
    for near in each.replacements:
        yield f"    {near.nearness}: {_told(near.session)}  {near.session.free} free"


async def _move(
    core: SqlBookingCore, arguments: argparse.Namespace, now: dt.datetime
) -> Sequence[str]:
    booking = await core.move_booking(arguments.code, arguments.session, now)
    return [f"{booking.code} is now {booking.start:%H:%M} of {_told(booking.session)}"]


async def _quota(
    core: SqlBookingCore, arguments: argparse.Namespace, _: dt.datetime
) -> Sequence[str]:
    await core.set_quota(arguments.session, arguments.channel, arguments.places)
    return [f"session {arguments.session}: {arguments.channel} may take {arguments.places} places"]


async def _attendance(
    core: SqlBookingCore, arguments: argparse.Namespace, now: dt.datetime
) -> Sequence[str]:
    barred = await core.record_attendance(arguments.code, arguments.action == "came", now)
    return [f"{arguments.code}: {arguments.action}{'; the patient is barred now' * barred}"]


async def _bar(
    core: SqlBookingCore, arguments: argparse.Namespace, now: dt.datetime
) -> Sequence[str]:
    if arguments.until < now.date():
        raise CommandFault(f"--until {arguments.until} is past")
    await core.bar(_id_number(), now.date(), arguments.until, arguments.hospital)
    return [f"barred until {arguments.until} {arguments.hospital or 'everywhere'}"]


async def _lift_bars(
    core: SqlBookingCore, _: argparse.Namespace, now: dt.datetime
) -> Sequence[str]:
    return [f"bars lifted: {await core.lift_bars(_id_number(), now)}"]


_ACTS: dict[str, Act] = {
    "sessions": _sessions,
    "cancel-session": _cancel_session,
    "move": _move,
    "quota": _quota,
    "came": _attendance,
    "missed": _attendance,
    "bar": _bar,
    "lift-bars": _lift_bars,
}


def _told(session: ClinicSession) -> str:
    who = f"{session.doctor} {session.doctor_title}" if session.doctor else "普通门诊"
    place = f"{session.hospital} {session.department}"
    return f"{session.id}  {session.date} {session.period}  {place}  {who}"


def _id_number() -> str:
    """One line of standard input: an argument would be seen by every user of the machine."""
    return sys.stdin.readline().strip()


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-12-01") from None


def _places(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= number <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 10000")
    return number

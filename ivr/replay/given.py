"""The bookings that a case begins with, made through the booking core as any channel makes them."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from pathlib import Path

from booking_client.demo.people import DemoRealNameRegistry
from booking_client.errors import BookingRefused, Refusal
from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.opening import open_core
from booking_client.types import Booking, Patient, SessionQuery
from ivr.caller.case import Given, GivenBooking
from ivr.replay.result import MadeBooking
from ivr.replay.world import bookings_of

_CHANNEL = "phone"


class NotGiven(Exception):
    """A booking that a case begins with cannot be made; one line."""


async def make_given(
    template: Path,
    path: Path,
    given: Given,
    *,
    caller: str,
    now: dt.datetime,
    keys: PersonalDataKeys | None,
    seed: int,
) -> tuple[MadeBooking, ...]:
    """Copy `template` to `path` and make the bookings there, in their order; codes follow `seed`.

    `keys` None are those of the environment. Raises NotGiven, CoreUnavailable, DataKeyError.
    """
    shutil.copyfile(template, path)
    chance = random.Random(seed)
    core = await open_core(f"sqlite:///{path}", keys=keys, rules=None, codes=chance)
    try:
        codes = [(await _book(core, each, caller, now)).code for each in given.bookings]
        made = {each.code: each for each in await bookings_of(core, now)}
        return tuple(made[code] for code in codes)
    finally:
        await core.close()


async def _book(
    core: SqlBookingCore, wanted: GivenBooking, caller: str, now: dt.datetime
) -> Booking:
    query = SessionQuery(
        wanted.hospital, wanted.department, wanted.date, wanted.date, period=wanted.session.value
    )
    where = f"{wanted.hospital} {wanted.department} {wanted.date} {wanted.session.value}"
    name = await DemoRealNameRegistry().name_for(wanted.patient)
    if name is None:
        raise NotGiven(f"given: ***{wanted.patient[-4:]} is none of the demonstration's people")
    phone = caller if wanted.phone is None else wanted.phone
    try:
        sessions = await core.find_sessions(query, now)
        session = next((each for each in sessions if each.doctor == wanted.doctor), None)
        if session is None:
            raise NotGiven(f"given: no free session of {where}")
        held = await core.hold(session.id, channel=_CHANNEL, phone=phone, now=now)
        patient = Patient(wanted.patient, name, True, phone)
        return await core.confirm(held.id, patient, f"given {held.id}", now)
    except BookingRefused as refused:
        if refused.reason is Refusal.UNKNOWN and refused.detail:
            fault = f"given: {where}: {refused.detail}; the full names are needed"
            raise NotGiven(fault) from refused
        raise NotGiven(f"given: {where}: refused, {refused.reason.value}") from refused

"""A shell that answers the conversation's commands with anything that is allowed to happen.

What a caller says, hears, keys and leaves out is drawn by chance, and what the
core answers too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from random import Random

from booking_client.errors import Refusal
from booking_client.types import (
    Alternative,
    Booking,
    BookingStatus,
    ClinicSession,
    Department,
    Doctor,
    Hold,
    Nearness,
    Patient,
    PhoneMatch,
    Report,
    SessionQuery,
    SlotBand,
)
from dialogs import commands as do
from dialogs import events as ev
from dialogs.outcomes import Outcome
from tests.dialogs.promises import Ledger
from tests.dialogs.random_world import (
    BOOKED_AT,
    CODES,
    DEPARTMENTS,
    DOCTORS,
    HOSPITALS,
    NOW,
    PERIODS,
    TODAY,
    VALID_IDS,
    WINDOW,
)


def answer_to(chance: Random, ledger: Ledger, command: do.Command) -> ev.Event:
    """What the shell may answer to a command."""
    if isinstance(command, do.Transfer):
        return ev.TransferEnded(NOW, answered=False)
    if isinstance(command, do.JoinCrisisLine):
        return ev.CrisisLineLost(NOW)
    if isinstance(command, do.OpenTicket):
        return ev.TicketOpened(NOW, chance.choice(("2734568", "2734568", None)))
    if isinstance(command, do.ConfirmBooking):
        ledger.asked_to.add(Outcome.BOOKED)
    if chance.random() < 0.01:
        return ev.CoreFailed(NOW)
    if isinstance(command, do.RecordCallback):
        return ev.CallbackRecorded(NOW)
    if isinstance(command, do.FindDepartments):
        names = DEPARTMENTS[: chance.randint(1, len(DEPARTMENTS))]
        departments = tuple(Department(command.hospital, name, "") for name in names)
        return ev.DepartmentsFound(NOW, command.hospital, departments, WINDOW)
    if isinstance(command, do.FindDoctors):
        hospital, department = command.hospital, command.department
        listed = DOCTORS[: chance.randint(0, len(DOCTORS))]
        doctors = tuple(Doctor(hospital, department, name, "主任医师") for name in listed)
        return ev.DoctorsFound(NOW, hospital, department, doctors)
    if isinstance(command, do.FindSessions):
        return ev.SessionsFound(NOW, command.purpose, _sessions(chance, command.query))
    if isinstance(command, do.FindAlternatives):
        found = _sessions(chance, command.query)[:3]
        kinds = chance.sample(list(Nearness), len(found))
        return ev.AlternativesFound(
            NOW, tuple(Alternative(kind, each) for kind, each in zip(kinds, found, strict=True))
        )
    if isinstance(command, do.PlaceHold):
        return _hold(chance, ledger, command)
    if isinstance(command, do.LookUpName):
        return ev.NameFound(NOW, chance.choice((None, "陈德安")))
    if isinstance(command, do.FindBookings):
        ledger.coming = tuple(
            _coming(number, code) for number, code in enumerate(CODES[: chance.randint(0, 3)])
        )
        return ev.BookingsFound(NOW, ledger.coming)
    if isinstance(command, do.MatchPhone):
        return ev.PhoneMatched(NOW, chance.choice(list(PhoneMatch)))
    if isinstance(command, do.FindLastBooking):
        return ev.LastBookingFound(NOW, chance.choice((None, _coming(0, CODES[0]))))
    if isinstance(command, do.FindReports):
        waiting = Report(HOSPITALS[1].name, False, "", chance.choice((None, TODAY)))
        out = Report(HOSPITALS[0].name, True, "到门诊取")
        return ev.ReportsFound(NOW, (waiting, out)[: chance.randint(0, 2)])
    if isinstance(command, do.CancelBooking | do.MoveBooking):
        return _changed(chance, ledger, command)
    assert isinstance(command, do.ConfirmBooking)
    return _booking(chance, ledger, command)


def _coming(number: int, code: str) -> Booking:
    session = replace(_session(100 + number, None, 2 + number, "上午"), department=BOOKED_AT)
    band = session.bands[0]
    return Booking(
        number,
        code,
        BookingStatus.BOOKED,
        session,
        band.start,
        band.end,
        "陈德安",
        False,
        "001X",
        "phone",
    )


def _changed(
    chance: Random, ledger: Ledger, command: do.CancelBooking | do.MoveBooking
) -> ev.Event:
    refusal = _refusal(chance)
    if refusal is not None:
        return ev.Refused(NOW, refusal)
    booking = next(each for each in ledger.coming if each.code == command.code)
    if isinstance(command, do.CancelBooking):
        ledger.asked_to.add(Outcome.CANCELLED)
        return ev.BookingCancelled(NOW, booking)
    ledger.asked_to.add(Outcome.CHANGED)
    return ev.BookingMoved(NOW, booking)


def _sessions(chance: Random, query: SessionQuery) -> tuple[ClinicSession, ...]:
    drawn = [
        _session(number, chance.choice((None, *DOCTORS)), chance.randint(1, 7), period)
        for number in chance.sample(range(1, 40), chance.randint(0, 8))
        for period in chance.sample(PERIODS, 1)
    ]
    return tuple(
        session
        for session in sorted(drawn, key=lambda each: each.date)
        if query.from_date <= session.date <= query.to_date
        and query.period in (None, session.period)
        and query.doctor in (None, session.doctor)
    )


def _session(number: int, doctor: str | None, day: int, period: str) -> ClinicSession:
    start = {"上午": 8, "下午": 14, "晚上": 18}[period]
    return ClinicSession(
        id=number,
        hospital="南京鼓楼医院",
        campus="本部",
        department="心血管内科",
        doctor=doctor,
        doctor_title=None if doctor is None else "主任医师",
        date=TODAY + dt.timedelta(days=day),
        period=period,
        fee_yuan=16 if doctor is None else 40,
        bands=(SlotBand(number * 10, dt.time(start), dt.time(start, 30), 2),),
    )


def _refusal(chance: Random) -> Refusal | None:
    return chance.choice(list(Refusal)) if chance.random() < 0.3 else None


def _hold(chance: Random, ledger: Ledger, command: do.PlaceHold) -> ev.Event:
    refusal = _refusal(chance)
    if refusal is not None:
        return ev.Refused(NOW, refusal)
    ledger.holds_placed += 1
    start = dt.time(chance.choice((8, 9)))
    session = _session(command.session_id, None, 2, "上午")
    hold = Hold(f"hold-{ledger.holds_placed}", session, 1, start, dt.time(start.hour, 30), NOW)
    ledger.holds[hold.id] = hold
    return ev.HoldPlaced(NOW, hold)


def _booking(chance: Random, ledger: Ledger, command: do.ConfirmBooking) -> ev.Event:
    refusal = _refusal(chance)
    if refusal is Refusal.HOLD_EXPIRED or refusal is None:
        hold = ledger.holds.pop(command.hold_id)
    if refusal is not None:
        return ev.Refused(NOW, refusal)
    who = command.patient
    full = who if isinstance(who, Patient) else Patient(VALID_IDS[0], "陈德安", True, who.phone)
    booking = Booking(
        id=1,
        code="23456780",
        status=BookingStatus.BOOKED,
        session=hold.session,
        start=hold.start,
        end=hold.end,
        patient_name=full.name,
        name_unverified=not full.name_verified,
        id_last_four=full.id_number[-4:],
        channel="phone",
    )
    return ev.Booked(NOW, booking)

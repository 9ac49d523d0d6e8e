"""A call that cancelled a booking becomes a case that begins with one."""

from __future__ import annotations

import datetime as dt

import pytest

from booking_client.types import Booking, BookingStatus, ClinicSession
from dialogs.outcomes import Outcome
from grammars.meaning import Slot
from ivr.caller.case import Case
from ivr.replay.export.case_of_call import exported
from ivr.replay.export.corrections import Corrections
from ivr.replay.export.given import cancelled_code
from ivr.replay.export.stand_ins import stand_ins
from tests.ivr.replay.export.logged import call, turn

SESSION = ClinicSession(
    7, "南京鼓楼医院", "本部", "皮肤科", None, None, dt.date(2026, 3, 4), "上午", 16, ()
)
BOOKING = Booking(
    id=1,
    code="80328068",
    status=BookingStatus.CANCELLED,
    session=SESSION,
    start=dt.time(8, 30),
    end=dt.time(9, 0),
    patient_name="某某",
    name_unverified=False,
    id_last_four="123X",
    channel="phone",
)
CANCELLED = call(
    turn(1, Slot.TASK, "我要退号"),
    turn(2, Slot.ID_NUMBER, keys="**************123X"),
    turn(3, Slot.PROOF, "****年*月*号"),
    turn(4, Slot.CONFIRM, "退掉", decided=("cancel_booking 80328068", "say statement.cancelled")),
    outcome=Outcome.CANCELLED,
)


def test_the_log_names_the_booking_that_was_cancelled() -> None:
    assert cancelled_code(CANCELLED) == "80328068"
    assert cancelled_code(call(turn(1, Slot.TASK, "我要挂号"))) is None


def test_the_case_begins_with_that_booking_for_the_demonstrations_patient() -> None:
    made = exported(CANCELLED, None, cancelled=BOOKING)
    case = Case.model_validate(made.case)
    assert case.given is not None
    (given,) = case.given.bookings
    assert (given.patient, given.hospital) == (stand_ins().id_number, "南京鼓楼医院")
    assert (given.department, given.doctor, given.date) == ("皮肤科", None, SESSION.date)
    assert case.expect.given == "cancelled"
    assert case.answers["proof"][0].say == "一九三六年五月七号"
    assert "某某" not in str(made.case)


@pytest.mark.parametrize("outcome", [None, Outcome.BOOKED])
def test_a_corrected_call_says_nothing_of_what_becomes_of_it(outcome: Outcome | None) -> None:
    told = Corrections({1: "我要改时间"}, outcome=outcome)
    case = Case.model_validate(exported(CANCELLED, None, told, BOOKING).case)
    assert case.given is not None
    assert case.expect.given is None

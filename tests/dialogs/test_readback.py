from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from booking_client.types import ClinicSession, Hold, SlotBand
from dialogs.readback import subject
from dialogs.reducer import initial_state
from dialogs.state import State, Step
from dialogs.wording import load_wording

DAY = dt.date(2026, 11, 26)
SESSION = ClinicSession(
    id=7,
    hospital="南京鼓楼医院",
    campus="本部",
    department="骨科",
    doctor=None,
    doctor_title=None,
    date=DAY,
    period="上午",
    fee_yuan=16,
    bands=(SlotBand(70, dt.time(8), dt.time(8, 30), 2),),
)


def _read_back_of(session: ClinicSession, hold_id: str = "hold-1") -> State:
    now = dt.datetime(2026, 11, 24, 9, 0)
    return replace(
        initial_state(load_wording()),
        step=Step.READ_BACK,
        session=session,
        hold=Hold(hold_id, session, 70, dt.time(8), dt.time(8, 30), now),
        id_number="32010619450101001X",
        name="陈德安",
    )


def test_a_place_of_the_same_session_held_anew_is_nothing_new() -> None:
    fuller = replace(SESSION, bands=(SlotBand(71, dt.time(9), dt.time(9, 30), 1),))
    assert subject(_read_back_of(fuller, "hold-2")) == subject(_read_back_of(SESSION))


@pytest.mark.parametrize(
    "other",
    [
        _read_back_of(replace(SESSION, hospital="江苏省人民医院")),
        _read_back_of(replace(SESSION, department="眼科")),
        _read_back_of(replace(SESSION, doctor="周安")),
        _read_back_of(replace(SESSION, date=DAY + dt.timedelta(days=1))),
        _read_back_of(replace(SESSION, period="下午")),
        replace(_read_back_of(SESSION), id_number="320100193605071543"),
        replace(_read_back_of(SESSION), name="王秀英"),
    ],
)
def test_what_the_caller_has_changed_is_something_else(other: State) -> None:
    assert subject(other) != subject(_read_back_of(SESSION))


def test_cancelling_is_no_booking_of_the_same() -> None:
    state = _read_back_of(SESSION)
    assert subject(replace(state, step=Step.CANCEL_BACK)) != subject(state)

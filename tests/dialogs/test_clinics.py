from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from booking_client.types import ClinicSession, Doctor
from dialogs.clinics import doctors_in_question, fits, is_held
from dialogs.reducer import initial_state
from dialogs.state import State, Wish
from dialogs.wording import load_wording
from grammars.meaning import Clinic

TITLES = {"秦明月": "主任医师", "林春生": "副主任医师", "周安": "主治医师"}


def _state(clinic: Clinic | None) -> State:
    doctors = tuple(Doctor("鼓楼", "心内科", name, title) for name, title in TITLES.items())
    return replace(initial_state(load_wording()), wish=Wish(clinic=clinic), doctors=doctors)


def _session(doctor: str | None) -> ClinicSession:
    return ClinicSession(
        id=1,
        hospital="鼓楼",
        campus="本部",
        department="心内科",
        doctor=doctor,
        doctor_title=TITLES.get(doctor or ""),
        date=dt.date(2026, 11, 25),
        period="上午",
        fee_yuan=16,
        bands=(),
    )


@pytest.mark.parametrize(
    ("clinic", "fitting"),
    [
        (None, [None, "秦明月", "林春生", "周安"]),
        (Clinic.ORDINARY, [None, "周安"]),
        (Clinic.EXPERT, ["秦明月", "林春生"]),
        (Clinic.CHIEF, ["秦明月"]),
        (Clinic.DEPUTY, ["林春生"]),
    ],
)
def test_a_title_picks_the_sessions(clinic: Clinic | None, fitting: list[str | None]) -> None:
    state = _state(clinic)
    everybody = (None, *TITLES)
    assert [each for each in everybody if fits(state, _session(each))] == fitting
    assert doctors_in_question(state) == tuple(each for each in fitting if each is not None)


def test_who_is_refused_is_in_question_no_more() -> None:
    state = replace(_state(Clinic.EXPERT), refused_doctors=frozenset({"秦明月"}))
    assert doctors_in_question(state) == ("林春生",)


def test_what_is_held_may_have_the_title_already() -> None:
    held = replace(_state(None), session=_session("秦明月"))
    assert is_held(held, Clinic.EXPERT)
    assert not is_held(held, Clinic.ORDINARY)
    assert not is_held(_state(None), Clinic.ORDINARY)

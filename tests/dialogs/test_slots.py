from __future__ import annotations

from dataclasses import replace

import pytest

from booking_client.types import Hospital
from dialogs.reducer import initial_state
from dialogs.slots import Reading, Several, read
from dialogs.state import Filling, OfferKind, State
from dialogs.wording import load_wording
from grammars.meaning import Scored, Understanding

NAMES = ("南京市江宁医院（湖山路）", "南京医科大学附属逸夫医院", "南京同仁医院")
HOSPITALS = tuple(Hospital(name, (), "江宁区", "三级", ("本部",)) for name in NAMES)


@pytest.fixture(scope="module")
def state() -> State:
    return replace(initial_state(load_wording()), hospitals=HOSPITALS)


def heard(words: str, *confidences: float) -> Understanding:
    names = zip(NAMES, confidences, strict=False)
    return Understanding(words, 0.9, hospital=tuple(Scored(n, c, words) for n, c in names))


def test_a_place_with_several_hospitals_is_said_of_all_of_them(state: State) -> None:
    reading = read(state, heard("江宁", 0.42, 0.33, 0.25))
    assert reading.several == Several(OfferKind.HOSPITALS, NAMES, so_called=True)
    assert not reading.sure


def test_names_that_sound_alike_are_not_called_so(state: State) -> None:
    reading = read(state, heard("江林医院", 0.52, 0.47))
    assert reading.several == Several(OfferKind.HOSPITALS, NAMES[:2])


@pytest.mark.parametrize(
    ("confidence", "sure", "doubtful"), [(0.9, NAMES[0], None), (0.6, None, NAMES[0])]
)
def test_one_name_is_sure_or_to_be_asked_back(
    state: State, confidence: float, sure: str | None, doubtful: str | None
) -> None:
    reading = read(state, heard("江宁医院", confidence))
    assert (reading.sure, reading.doubtful) == (Filling(sure), Filling(doubtful))


def test_a_hospital_that_is_not_in_the_catalogue_is_not_taken(state: State) -> None:
    named = Understanding("鼓楼", 0.9, hospital=(Scored("南京鼓楼医院", 0.95),))
    assert not read(state, named)


def test_a_department_by_complaint_is_marked(state: State) -> None:
    complaint = Understanding(
        "腿疼", 0.9, department=(Scored("骨科", 0.58),), by_complaint=frozenset({"骨科"})
    )
    reading = read(state, complaint)
    assert reading.doubtful == Filling(department="骨科")
    assert reading.by_complaint


def _named(*, no_preference: bool, hospital: bool = True, doctor: bool = False) -> Understanding:
    return Understanding(
        "……骨科随便",
        0.9,
        hospital=(Scored(NAMES[0], 0.95),) if hospital else (),
        department=(Scored("骨科", 0.95),),
        doctor=(Scored("余超", 0.95, "余医生"),) if doctor else (),
        no_preference=no_preference,
    )


def test_who_names_the_place_and_has_no_preference_wants_any_doctor(state: State) -> None:
    assert read(state, _named(no_preference=True)).sure.any_doctor
    assert not read(state, _named(no_preference=False)).sure.any_doctor


def test_no_preference_before_the_hospital_is_known_is_not_about_doctors(state: State) -> None:
    assert not read(state, _named(no_preference=True, hospital=False)).sure.any_doctor


def test_who_names_a_doctor_has_a_preference(state: State) -> None:
    assert not read(state, _named(no_preference=True, doctor=True)).sure.any_doctor


@pytest.mark.parametrize(
    ("surface", "confidence", "doctor"),
    [
        ("那个一生", 0.85, None),
        ("余医生", 0.6, None),
        ("余医生", 0.85, "余超"),
        ("姓余", 0.85, "余超"),
    ],
)
def test_no_preference_wins_over_a_name_that_was_hardly_said(
    state: State, surface: str, confidence: float, doctor: str | None
) -> None:
    said = Understanding(
        "……", 0.9, doctor=(Scored("余超", confidence, surface),), no_preference=True
    )
    assert read(state, said) == Reading(sure=Filling(doctor=doctor))


def test_a_name_by_sound_alone_is_still_asked_back_without_such_words(state: State) -> None:
    said = Understanding("那个一生", 0.9, doctor=(Scored("余超", 0.6, "那个一生"),))
    assert read(state, said).doubtful == Filling(doctor="余超")

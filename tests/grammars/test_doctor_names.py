from __future__ import annotations

import datetime as dt

import pytest

from grammars.closed_list import ClosedList, heard
from grammars.doctor_names import (
    is_named_by,
    is_written,
    named_doctors,
    surname_words,
    surnames_said,
)
from grammars.knowledge import department_candidates, hospital_candidates
from grammars.meaning import DoctorWords, Hypothesis, Slot
from grammars.question import Question
from grammars.spoken import spoken
from grammars.understand import understand

QUESTION = Question(
    Slot.TASK,
    dt.date(2026, 11, 24),
    ClosedList(hospital_candidates()),
    ClosedList(department_candidates()),
)
DOCTORS = ("秦明月", "林春生", "王大力")


def _words(*texts: str, question: Question = QUESTION) -> DoctorWords | None:
    hypotheses = [Hypothesis(text, 1.0 - 0.1 * rank) for rank, text in enumerate(texts)]
    return understand(question, hypotheses).doctor_words


def _called(*texts: str) -> list[str]:
    words = _words(*texts)
    return [] if words is None else [each.value for each in named_doctors(words, DOCTORS)]


@pytest.mark.parametrize(
    ("said", "kept", "titled"),
    [
        ("我要挂鼓楼医院心内科秦明月医生的号", "秦明月医生", True),
        ("挂鼓楼医院心内科秦主任的号", "秦主任", True),
        ("鼓楼医院心内科的那个姓秦的医生", "姓秦", True),
        ("鼓楼医院心内科秦明月", "秦明月", False),
        ("我要找张医生看病", "张医生", True),
        ("我想挂省人民医院骨科明天上午王大夫的号", "王大夫", True),
    ],
)
def test_what_nothing_else_explains_is_kept(said: str, kept: str, titled: bool) -> None:
    words = _words(said)
    assert words is not None
    assert (words.hypotheses[0].text, words.titled) == (kept, titled)


@pytest.mark.parametrize(
    "said",
    [
        "我要挂鼓楼医院的号",
        "鼓楼医院的医生",
        "鼓楼医院骨科主任医师",
        "找个女医生",
        "我想看专家",
        "给我老伴挂个鼓楼医院骨科",
        "不要秦主任",
        "不是秦医生，鼓楼医院骨科",
        "心内科",
    ],
)
def test_no_doctor_is_named(said: str) -> None:
    assert _words(said) is None


def test_where_doctors_are_listened_for_nothing_is_kept() -> None:
    question = Question(Slot.TASK, QUESTION.today, doctors=ClosedList(()))
    assert _words("秦明月医生", question=question) is None


@pytest.mark.parametrize(
    ("said", "doctor"),
    [
        ("鼓楼医院心内科秦明月医生", "秦明月"),
        ("鼓楼医院心内科勤名月医生", "秦明月"),
        ("鼓楼医院心内科林医生", "林春生"),
    ],
)
def test_the_doctor_is_found_by_sound(said: str, doctor: str) -> None:
    assert _called(said)[0] == doctor


def test_a_stranger_is_nobody_of_the_list() -> None:
    assert _called("鼓楼医院心内科赵国强医生") == []


@pytest.mark.parametrize(
    ("heard", "name", "written"),
    [
        ("秦明月医生", "秦明月", True),
        ("秦主任", "秦明月", True),
        ("姓秦", "秦明月", True),
        ("勤名月医生", "秦明月", False),
        ("李医生", "林春生", False),
    ],
)
def test_only_what_was_written_so_needs_no_question(heard: str, name: str, written: bool) -> None:
    assert is_written(DoctorWords((Hypothesis(heard, 1.0),), True), name) is written


@pytest.mark.parametrize(
    ("surface", "named"),
    [
        ("林医生", True),
        ("琳医生", True),
        ("林春生大夫", True),
        ("女的医生", False),
        ("医生", False),
        ("林春生", True),
    ],
)
def test_a_title_alone_names_nobody(surface: str, named: bool) -> None:
    assert is_named_by(surface, "林春生") is named


def test_a_doctor_who_is_a_department_is_nobody_in_any_hypothesis() -> None:
    words = _words("中大医院的心理医生还有好吗", "周大姨院的心理医生还有好吗")
    assert words is None or not words.titled


@pytest.mark.parametrize(
    ("text", "words"),
    [("有没有姓李的", "姓李"), ("李主任在不在", "李主任"), ("姓内科", None), ("女医生", None)],
)
def test_somebody_is_named_whoever_that_is(text: str, words: str | None) -> None:
    found = surname_words(heard((Hypothesis(text, 1.0),)))
    assert (found.hypotheses[0].text if found else None) == words


@pytest.mark.parametrize(("text", "said"), [("有没有姓李的", 1), ("姓李科", 0), ("姓内科", 0)])
def test_a_common_surname_behind_its_word(text: str, said: int) -> None:
    assert len(surnames_said(spoken(text))) == said

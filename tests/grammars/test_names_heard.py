from __future__ import annotations

import datetime as dt

from grammars.meaning import Hypothesis, Slot, Task
from grammars.question import Question
from grammars.understand import understand
from tests.grammars.questions import understood


def test_a_misspelt_name_inside_a_task_phrase_is_heard() -> None:
    """挂…号 was said in so many words, what stands in its gap was not."""
    assert understood(Slot.HOSPITAL, "我想挂股楼医院的号").hospital[0].value == "南京鼓楼医院"


def test_an_unlisted_hospital_is_not_taken_for_another() -> None:
    assert understood(Slot.HOSPITAL, "省中医院").hospital == ()


def test_lists_that_are_not_given_are_not_listened_for() -> None:
    bare = Question(Slot.TASK, dt.date(2026, 11, 24))
    meaning = understand(bare, [Hypothesis("我要挂鼓楼医院心内科", 0.9)])
    assert meaning.hospital == ()
    assert meaning.department == ()
    assert meaning.task[0].value is Task.BOOK


def test_who_is_not_called_so_is_not_meant() -> None:
    assert understood(Slot.DOCTOR, "不姓王").doctor == ()


def test_a_department_whose_word_the_hospitals_name_has_taken_is_heard_behind_it() -> None:
    meaning = understood(Slot.TASK, "儿童医院儿科")
    assert meaning.hospital[0].value == "南京市儿童医院"
    assert meaning.department[0].value == "儿科"


def test_a_word_for_several_departments_is_the_end_of_a_name_that_was_not_so_well_heard() -> None:
    misheard = understood(Slot.CONFIRM, "部队是鼓楼医院圣内科").department
    assert misheard[0].value == "肾内科"
    plain = understood(Slot.CONFIRM, "不对，是鼓楼医院内科").department
    assert plain[0].surface == "内科"
    assert len(plain) > 2


def test_a_hospital_of_another_city_is_named_and_not_taken() -> None:
    meaning = understood(Slot.HOSPITAL, "上海瑞金医院")
    assert meaning.hospital == ()
    assert meaning.elsewhere[0].value.other_city


def test_a_surname_that_is_asked_for_sounds_like_no_department() -> None:
    meaning = understood(Slot.DOCTOR, "有没有姓李的")
    assert meaning.department == ()
    assert meaning.doctor_words is not None

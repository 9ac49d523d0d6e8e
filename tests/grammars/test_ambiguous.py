from __future__ import annotations

import pytest

from grammars.ambiguous import shared_out, shares
from grammars.closed_list import ClosedList, heard
from grammars.knowledge import department_candidates
from grammars.meaning import Slot
from tests.grammars.questions import departments, n_best, understood


@pytest.mark.parametrize("text", ["内科", "我要挂内科", "鼓楼医院内科", "内颗"])
def test_who_says_internal_medicine_is_to_be_asked_which(text: str) -> None:
    named = understood(Slot.DEPARTMENT, text).department
    assert {"全科医学科", "心血管内科", "消化内科", "呼吸内科"} <= {s.value for s in named}
    assert named[0].confidence < 0.3
    assert 0.8 < sum(s.confidence for s in named) <= 1.01


@pytest.mark.parametrize(
    ("text", "name"), [("消化内科", "消化内科"), ("心内科", "心血管内科"), ("大内科", "全科医学科")]
)
def test_a_word_more_makes_it_clear(text: str, name: str) -> None:
    best = understood(Slot.DEPARTMENT, text).department[0]
    assert best.value == name
    assert best.confidence > 0.9


@pytest.mark.parametrize(("text", "likeliest"), [("外科", "普通外科"), ("五官科", "耳鼻咽喉科")])
def test_the_likeliest_comes_first(text: str, likeliest: str) -> None:
    named = understood(Slot.DEPARTMENT, text).department
    assert named[0].value == likeliest
    assert 0.4 < named[0].confidence < 0.75
    assert len(named) >= 3


@pytest.mark.parametrize("text", ["人民医院", "我要去人民医院", "区医院", "附属医院"])
def test_a_name_that_many_hospitals_share_is_nobodys(text: str) -> None:
    named = understood(Slot.HOSPITAL, text).hospital
    assert len(named) >= 3
    assert named[0].confidence < 0.75


@pytest.mark.parametrize(
    "text",
    [
        "鼓楼区的那个医院",
        "鼓楼区",
        "市立医院",
        "浦口",
        "随家仓",
        "汤山",
        "江宁",
        "我在江宁",
        "栖霞",
        "玄武",
        "高淳",
    ],
)
def test_a_place_where_several_hospitals_lie_is_none_of_them_for_sure(text: str) -> None:
    named = understood(Slot.HOSPITAL, text).hospital
    assert len(named) >= 2
    assert named[0].confidence < 0.75


@pytest.mark.parametrize("text", ["六合", "溧水", "六合的医院", "溧水区"])
def test_a_place_with_one_hospital_of_ours_among_others_is_asked_back(text: str) -> None:
    (best,) = understood(Slot.HOSPITAL, text).hospital
    assert 0.45 <= best.confidence < 0.75


@pytest.mark.parametrize(
    "text", ["上海瑞金医院", "上海紫金医院", "北京中医院", "苏州市第一医院", "上海的儿童医院"]
)
def test_a_hospital_of_another_city_is_none_of_this_one(text: str) -> None:
    assert understood(Slot.HOSPITAL, text).hospital == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("广州路儿童医院", "南京市儿童医院"),
        ("我从上海来的想挂鼓楼医院", "南京鼓楼医院"),
        ("随家仓胸科医院", "南京市胸科医院"),
        ("浦口中医院", "南京市浦口区中医院"),
    ],
)
def test_streets_and_journeys_do_not_take_a_hospital_away(text: str, name: str) -> None:
    best = understood(Slot.HOSPITAL, text).hospital[0]
    assert best.value == name
    assert best.confidence > 0.75


def test_the_districts_or_the_province_make_it_clear() -> None:
    for text, name in (("省人民医院", "江苏省人民医院"), ("六合人民医院", "南京市六合区人民医院")):
        best = understood(Slot.HOSPITAL, text).hospital[0]
        assert best.value == name
        assert best.confidence > 0.75


def test_in_a_hospital_with_one_of_them_it_is_that_one() -> None:
    here = [c for c in department_candidates() if c.name in ("消化内科", "骨科", "眼科", "儿科")]
    names = ClosedList(here)
    (best, *_) = shared_out(names.spot(heard(n_best("内科"))))
    (unshared, *_) = names.spot(heard(n_best("内科")))
    assert best.name == "消化内科"
    assert best.gain == pytest.approx(unshared.gain)


def test_other_words_keep_their_gain() -> None:
    spots = departments().spot(heard(n_best("牙科")))
    assert shared_out(spots) == spots
    assert "牙科" not in shares()

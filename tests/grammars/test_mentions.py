from __future__ import annotations

import pytest

from grammars.closed_list import heard
from grammars.meaning import Elsewhere, Hypothesis, Slot, Task
from grammars.mentions import Mention, name_mentions, unrivalled, without_trespassers
from tests.grammars.questions import departments, hospitals, n_best, understood


def _named(text: str, expect: Slot = Slot.HOSPITAL) -> list[str]:
    found = heard(n_best(text))
    spots = hospitals().spot(found)
    mentions = name_mentions(found, hospitals(), spots, Slot.HOSPITAL, expect)
    return [m.names[0][0] for m in mentions]


def test_two_names_are_two_mentions() -> None:
    assert set(_named("鼓楼医院或者儿童医院")) == {"南京鼓楼医院", "南京市儿童医院"}


def test_a_refused_name_leaves_no_rival_behind() -> None:
    assert _named("我不去鼓楼") == []
    assert _named("不是鼓楼，是省人医") == ["江苏省人民医院"]


def test_what_only_sounds_alike_needs_to_be_asked_for() -> None:
    assert _named("古楼") == ["南京鼓楼医院"]
    assert _named("古楼", expect=Slot.CONFIRM) == []
    assert _named("鼓楼", expect=Slot.CONFIRM) == ["南京鼓楼医院"]


def test_the_stronger_claim_keeps_the_words() -> None:
    strong = Mention(Slot.HOSPITAL, (("甲", 0.9),), 0, 2, 6, 4.0)
    weak = Mention(Slot.DEPARTMENT, (("乙", 0.9),), 0, 2, 4, 2.0)
    apart = Mention(Slot.DATE, (), 0, 6, 8, 1.0)
    assert unrivalled([weak, apart, strong]) == [strong, apart]


def test_a_name_does_not_reach_into_another_one() -> None:
    # 鼓楼医院仙林 sounds like 鼓楼医院心里, but 心里科 is 心内科 misheard.
    found = heard([*n_best("我要挂古楼医院心内科"), Hypothesis("我要挂鼓楼医院心里科", 0.8)])
    fitted = without_trespassers(hospitals().spot(found), departments().spot(found))
    assert fitted[0].name == "南京鼓楼医院"


def test_a_word_inside_a_name_takes_nothing_from_it() -> None:
    found = heard(n_best("肿瘤医院"))
    fitted = without_trespassers(hospitals().spot(found), departments().spot(found))
    assert fitted[0].name == "江苏省肿瘤医院"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("省中医院", "江苏省中医院"),
        ("升中医院", "江苏省中医院"),
        ("我想挂脑科医院", "南京脑科医院"),
        ("口腔医院", "南京市口腔医院"),
        ("省妇幼", "江苏省妇幼保健院"),
        ("浦口医院", "南京市浦口区人民医院"),
    ],
)
def test_a_hospital_that_cannot_be_booked_is_named(text: str, name: str) -> None:
    meaning = understood(Slot.HOSPITAL, text)
    assert meaning.elsewhere[0].value == Elsewhere(name)
    assert meaning.elsewhere[0].confidence > 0.75
    assert meaning.hospital == ()
    assert meaning.department == ()
    assert all(scored.value is not Task.COMPLAINT for scored in meaning.task)


@pytest.mark.parametrize(
    "text", ["鼓楼医院", "市妇幼", "市中医院", "不去省中医院，去鼓楼", "六合医院"]
)
def test_a_hospital_that_can_be_booked_is_not_elsewhere(text: str) -> None:
    assert understood(Slot.HOSPITAL, text).elsewhere == ()


def test_a_dentists_hospital_is_a_department_where_one_was_asked_for() -> None:
    assert understood(Slot.DEPARTMENT, "口腔医院").department[0].value == "口腔科"
    assert understood(Slot.DEPARTMENT, "省中医院的骨科").hospital == ()


def test_a_refusal_with_nothing_in_its_place_is_asked_back() -> None:
    """我要挂 and 不要挂 sound much alike, and who is asked which department rather names one."""
    (best, *_) = understood(Slot.DEPARTMENT, "不要挂针灸科").department
    assert best.value == "针灸推拿科"
    assert best.confidence < 0.75


def test_a_refusal_with_something_in_its_place_is_one() -> None:
    assert understood(Slot.DEPARTMENT, "不要挂骨科，挂针灸科").department[0].value == "针灸推拿科"


@pytest.mark.parametrize("text", ["滁州的医院", "上海的华山医院", "我要挂苏州市第一医院"])
def test_a_hospital_of_another_city_is_elsewhere(text: str) -> None:
    meaning = understood(Slot.HOSPITAL, text)
    assert meaning.elsewhere[0].value.other_city
    assert meaning.elsewhere[0].confidence > 0.75


@pytest.mark.parametrize("text", ["我在滁州，鼓楼医院", "我从上海来，鼓楼医院", "不去上海的医院"])
def test_where_the_caller_is_is_no_hospital(text: str) -> None:
    assert understood(Slot.HOSPITAL, text).elsewhere == ()


@pytest.mark.parametrize(
    "text",
    [
        *("我今年八十二了", "我老伴七十二了", "我都七十二了", "我八十二岁了", "今年七十二"),
        *("我今年都快九十二了", "我82了", "我七十二岁", "虚岁九十二"),
    ],
)
def test_an_age_is_no_hospital(text: str) -> None:
    assert understood(Slot.HOSPITAL, text).hospital == ()


@pytest.mark.parametrize(
    "text", ["十二", "市二", "十二了", "我七十二了要去市二院", "我八十岁，去十二院"]
)
def test_the_same_syllables_are_one_where_they_are_no_age(text: str) -> None:
    assert understood(Slot.HOSPITAL, text).hospital[0].value == "南京市第二医院"


def test_who_is_old_names_no_hospital_for_the_old() -> None:
    assert understood(Slot.HOSPITAL, "我是老年人不会弄").hospital == ()
    assert understood(Slot.HOSPITAL, "老年医院").hospital[0].value == "江苏省省级机关医院"

from __future__ import annotations

from grammars.closed_list import heard
from grammars.meaning import Slot
from grammars.mentions import Mention, name_mentions, unrivalled
from tests.grammars.questions import hospitals, n_best


def _named(text: str, expect: Slot = Slot.HOSPITAL) -> list[str]:
    found = heard(n_best(text))
    return [m.names[0][0] for m in name_mentions(found, hospitals(), Slot.HOSPITAL, expect)]


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

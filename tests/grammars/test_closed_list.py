from __future__ import annotations

import random

import pytest

from grammars.closed_list import ClosedList, heard
from grammars.meaning import Candidate, Hypothesis, Scored, Slot
from grammars.sampler import misheard, samples
from tests.grammars.questions import TODAY, departments, hospitals


def _match(names: ClosedList, *texts: str) -> tuple[Scored[str], ...]:
    return names.match([Hypothesis(text, 0.9 - 0.1 * at) for at, text in enumerate(texts)])


def test_names_keep_their_order_and_are_counted() -> None:
    names = ClosedList([Candidate("乙"), Candidate("甲", ("子",)), Candidate("乙", ("丑",))])
    assert names.names == ("乙", "甲")
    assert len(names) == 2
    assert "甲" in names


def test_an_empty_list_and_silence_match_nothing() -> None:
    assert ClosedList([]).match([Hypothesis("鼓楼", 1.0)]) == ()
    assert hospitals().match([]) == ()
    assert hospitals().match([Hypothesis("，。", 1.0)]) == ()


@pytest.mark.parametrize("names", [hospitals(), departments()])
def test_every_canonical_name_is_itself(names: ClosedList) -> None:
    for name in names.names:
        best = names.match([Hypothesis(name, 1.0)])[0]
        assert best.value == name
        assert best.confidence > 0.8


@pytest.mark.parametrize("slot", [Slot.HOSPITAL, Slot.DEPARTMENT])
def test_homophones_are_matched_by_sound(slot: Slot) -> None:
    names = hospitals() if slot is Slot.HOSPITAL else departments()
    rng = random.Random(11)
    tried = samples(slot, 4, 150, TODAY)
    right = 0
    for sample in tried:
        found = names.match([Hypothesis(misheard(sample.sentence.replace("，", ""), rng, 0), 1.0)])
        right += bool(found) and found[0].value == sample.value
    assert right >= 0.94 * len(tried)


def test_characters_decide_between_homophones() -> None:
    names = ClosedList([Candidate("李明"), Candidate("黎明"), Candidate("王强")])
    found = _match(names, "黎明")
    assert found[0].value == "黎明"
    assert found[1].value == "李明"


def test_near_ties_are_not_certain() -> None:
    names = ClosedList([Candidate("李明"), Candidate("黎明"), Candidate("王强")])
    found = _match(names, "离明")
    assert found[0].confidence < 0.6
    assert {scored.value for scored in found[:2]} == {"李明", "黎明"}


def test_an_alias_of_two_gives_both() -> None:
    found = _match(departments(), "妇产科")
    assert {scored.value for scored in found[:2]} == {"妇科", "产科"}
    assert found[0].confidence == pytest.approx(found[1].confidence, abs=0.01)


def test_the_longer_name_wins() -> None:
    assert _match(hospitals(), "江北鼓楼医院")[0].value == "南京鼓楼医院江北国际医院"


def test_fillers_inside_a_name() -> None:
    assert _match(hospitals(), "仙林的那个鼓楼")[0].value == "泰康仙林鼓楼医院"


def test_heteronyms_are_tried() -> None:
    names = ClosedList([Candidate("单雪梅"), Candidate("曾国强"), Candidate("解小东")])
    assert _match(names, "山雪梅")[0].value == "单雪梅"
    assert _match(names, "谢小东")[0].value == "解小东"


def test_hypotheses_are_combined() -> None:
    alone = _match(hospitals(), "苦流一元")
    together = _match(hospitals(), "苦流一元", "古楼医院", "鼓楼一院")
    assert together[0].value == "南京鼓楼医院"
    assert not alone or together[0].confidence > alone[0].confidence


def test_confidence_lies_between_nothing_and_certainty() -> None:
    for text in ("鼓楼医院", "江林", "中西医结合", "省人意"):
        for scored in _match(hospitals(), text):
            assert 0 <= scored.confidence <= 1


def test_the_surface_is_what_was_heard() -> None:
    assert _match(hospitals(), "我想挂古楼医院的号")[0].surface == "古楼医院"


def test_hypotheses_are_cleaned() -> None:
    found = heard([Hypothesis("", 0.9), Hypothesis("好。", 0.5), Hypothesis("好", 0.4)])
    assert [row.text for row in found.rows] == ["好"]
    assert found.confidences == (0.5,)


def test_a_name_goes_on_in_longer_names_by_sound() -> None:
    names = ClosedList(
        [Candidate("南京鼓楼医院", ("鼓楼医院",)), Candidate("江北国际医院", ("鼓楼医院江北",))]
    )
    assert names.continued("鼓楼医院") == (("江北国际医院", "鼓楼医院江北"),)
    assert ("南京鼓楼医院", "鼓楼医院") in names.continued("古楼")
    assert names.continued("医院") == names.continued("") == ()

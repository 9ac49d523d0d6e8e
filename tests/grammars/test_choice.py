from __future__ import annotations

import pytest

from grammars.choice import beyond, choices
from grammars.closed_list import ClosedList, heard
from grammars.meaning import Candidate, Slot
from tests.grammars.questions import n_best, offered, understood

TWO = ClosedList([Candidate("鼓楼医院本部"), Candidate("江北院区")])


def _chosen(text: str, names: ClosedList) -> str | None:
    found = choices(heard(n_best(text)), names)
    return found[0].value if found else None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("第一个", 0),
        ("后面那个", 1),
        ("前面的", 0),
        ("最后一个", 1),
        ("二号", 1),
        ("1", 0),
        ("江北", 1),
    ],
)
def test_of_two(text: str, at: int) -> None:
    assert _chosen(text, TWO) == TWO.names[at]


def test_there_is_no_middle_of_two() -> None:
    assert _chosen("中间的", TWO) is None
    assert _chosen("中间的", offered()) == offered().names[1]


def test_a_name_outweighs_an_order_word() -> None:
    assert _chosen("最后说的消化内科那个", offered()) == "消化内科"


def test_a_refused_place_is_not_chosen() -> None:
    assert _chosen("不要第一个，第二个", offered()) == offered().names[1]


def test_beyond_the_list_is_nothing() -> None:
    assert _chosen("第四个", offered()) is None
    assert _chosen("嗯", offered()) is None


@pytest.mark.parametrize(
    ("text", "past"), [("第五个", True), ("我要第四个", True), ("第三个", False)]
)
def test_an_order_word_past_the_end_is_told_from_nothing(text: str, past: bool) -> None:
    assert beyond(heard(n_best(text)), 3) is past


@pytest.mark.parametrize("text", ["哗啦", "不要第五个", "二零二六", ""])
def test_what_is_no_order_word_is_past_no_end(text: str) -> None:
    assert not beyond(heard(n_best(text)), 3)


def _shares(text: str) -> dict[str, float]:
    return {s.value: s.confidence for s in choices(heard(n_best(text)), offered())}


def test_hypotheses_that_disagree_on_the_place_share_it() -> None:
    first, second, _ = offered().names
    shares = _shares("第一个|第二个")
    assert list(shares) == [first, second]
    assert 0.35 < shares[second] < shares[first] < 0.6


def test_hypotheses_that_agree_outvote_the_one_that_does_not() -> None:
    first, second, _ = offered().names
    shares = _shares("第一个|第一个吧|第二个")
    assert shares[first] > 0.6 > 0.3 > shares[second]
    assert _shares("第一个|嗯第一个")[first] > 0.9


def test_a_hypothesis_without_a_place_takes_nothing_away() -> None:
    assert _shares("第一个|低一个")[offered().names[0]] > 0.9


@pytest.mark.parametrize("text", ["第四个", "我要第五个", "倒数第四个"])
def test_there_is_no_fourth_of_three(text: str) -> None:
    assert understood(Slot.CHOICE, text).choice == ()


@pytest.mark.parametrize("text", ["去第一医院", "市二院吧", "还是第二医院"])
def test_an_order_word_in_the_name_of_something_else_chooses_nothing(text: str) -> None:
    meaning = understood(Slot.CHOICE, text)
    assert meaning.choice == ()
    assert meaning.hospital[0].confidence > 0.75


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("第一个", 0),
        ("要第一家", 0),
        ("第二个", 1),
        ("第一医院", 1),
        ("去市一院", 1),
        ("第二医院", 2),
    ],
)
def test_the_first_on_the_list_is_not_the_first_hospital(text: str, chosen: int) -> None:
    names = ("南京鼓楼医院", "南京市第一医院", "南京市第二医院")
    aliases = ((), ("第一医院", "市一院"), ("第二医院",))
    on_offer = ClosedList(Candidate(name, own) for name, own in zip(names, aliases, strict=True))
    assert _chosen(text, on_offer) == names[chosen]

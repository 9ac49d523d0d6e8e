from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grammars.closed_list import heard
from grammars.id_lattice import IdHearing, hear_id_number, volunteered_id_number
from grammars.meaning import Hypothesis
from grammars.sampler import random_id_number, say_id_number
from tests.grammars.questions import TODAY, n_best

NUMBER = "320106194903120019"
SAID = "三二零一零六一九四九零三一二零零一九"


def _hear(text: str, so_far: str = "") -> IdHearing:
    return hear_id_number(heard(n_best(text)), so_far, TODAY)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9))
def test_any_valid_number_in_any_grouping_is_heard(seed: int) -> None:
    rng = random.Random(seed)
    number = random_id_number(rng, TODAY)
    best = _hear(say_id_number(number, rng)).numbers[0]
    assert best.value.digits == number
    assert best.value.complete
    assert best.value.valid
    assert not best.value.mended
    assert best.confidence > 0.9


def test_a_digit_that_hypotheses_disagree_on_is_mended_by_the_check_character() -> None:
    wrong = SAID.replace("四", "七", 1)
    also_wrong = SAID.replace("二", "一", 1)
    best = _hear(f"{wrong}|{also_wrong}").numbers[0]
    assert best.value.digits == NUMBER
    assert best.value.mended
    assert 0.5 < best.confidence < 0.95


def test_one_clearly_wrong_digit_is_not_guessed_with_confidence() -> None:
    best = _hear("三二零一零六一九五九零三一二零零一九").numbers[0]
    assert best.confidence < 0.5


def test_a_whole_number_of_a_lesser_hypothesis_than_a_beginning_is_read_back() -> None:
    """A caller who stops after the birth date; the fifth hypothesis says some of it twice."""
    found = _hear("3201021953092|32010219530926|2201021953092|3202021953092|320102195309210926")
    number = next(each.value for each in found.numbers if each.value.complete)
    assert number.valid
    assert number.mended


def test_a_homophone_is_no_mending() -> None:
    best = _hear("三二零要零六要九四九零三要二零零要九").numbers[0]
    assert best.value.digits == NUMBER
    assert not best.value.mended


@pytest.mark.parametrize(
    "text",
    [
        "深份正号吗是散儿铃要铃流要就寺就铃散要儿铃铃要就",
        "身份证好码是三儿林要林六要九四九林三要儿林林要九",
        "我的申份证是山而零腰零六腰九四九零山腰而零零腰九",
        "嗯我报一下啊散儿铃要铃流要就寺就铃散要儿铃铃要就",
        "三儿林要林六要九四九林三要儿林林要九",
    ],
)
def test_homophones_behind_a_garbled_beginning_are_a_number(text: str) -> None:
    best = _hear(text).numbers[0]
    assert best.value.digits == NUMBER
    assert best.value.valid
    assert best.confidence > 0.75


@pytest.mark.parametrize(
    "text", ["身份证在家里我去拿一下", "我不想报身份证号码", "身份证号码是多少来着我想想"]
)
def test_speaking_of_the_number_is_not_saying_it(text: str) -> None:
    assert _hear(text).numbers == ()


@pytest.mark.parametrize(
    ("so_far", "text", "digits"),
    [
        ("", "三二零一零六", "320106"),
        ("320106", "一九四九零三一二", "32010619490312"),
        ("320106", "零六一九四九", "3201061949"),
        ("32010619490312", "零零一九", NUMBER),
        ("320106", SAID, NUMBER),
        ("320105", "不对，是三二零一零六", "320106"),
        ("32010519", "不对不对，零六一九", "32010619"),
        ("", "三二零一零五不对是零六", "320106"),
        ("320105", "不对，重来，三二零一零六", "320106"),
    ],
)
def test_numbers_given_piece_by_piece(so_far: str, text: str, digits: str) -> None:
    candidates = [scored.value.digits for scored in _hear(text, so_far).numbers]
    assert candidates[0] == digits


def test_starting_again_forgets_what_was_said() -> None:
    hearing = _hear("不对重来", "320106")
    assert hearing.restart
    assert hearing.numbers == ()


def test_fifteen_digits_are_an_old_number() -> None:
    best = _hear("三二零一零六四九零三一二零零一").numbers[0]
    assert best.value.digits == "320106490312001"
    assert best.value.complete
    assert not best.value.valid


def test_fifteen_digits_of_a_new_number_are_its_beginning() -> None:
    best = _hear("三二零一零六一九四九零三一二零").numbers[0]
    assert best.value.digits == "320106194903120"
    assert not best.value.complete


@pytest.mark.parametrize(
    "text", ["我要人工", "等一下", "不知道", "是的", "今天天气不错", "我没有身份证"]
)
def test_sentences_are_no_digits(text: str) -> None:
    assert _hear(text).numbers == ()


@pytest.mark.parametrize(
    ("text", "digits"),
    [(f"我的身份证是{SAID}", NUMBER), ("320106 19490312", "32010619490312")],
)
def test_a_volunteered_number_is_noticed(text: str, digits: str) -> None:
    numbers = volunteered_id_number(heard([Hypothesis(text, 0.9)]), TODAY)
    assert numbers[0].value.digits == digits


@pytest.mark.parametrize(
    "text", ["我电话13905181234", "三月十二号上午", "四五四医院", "一二三四五"]
)
def test_other_digits_are_no_volunteered_number(text: str) -> None:
    assert volunteered_id_number(heard([Hypothesis(text, 0.9)]), TODAY) == ()


def test_the_number_never_shows_in_its_repr() -> None:
    assert NUMBER not in repr(_hear(SAID).numbers)

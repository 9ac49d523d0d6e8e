"""When the sound of an ID number is asked, and what its answer is worth."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from grammars.id_number import is_valid
from grammars.id_sound import dictation, with_sound
from grammars.meaning import Hypothesis, IdNumber, Scored, Slot, Understanding
from grammars.question import Question

TODAY = dt.date(2021, 3, 1)
QUESTION = Question(Slot.ID_NUMBER, TODAY)
NUMBER, OTHER = "11010519491231002X", "320106195003225674"


def heard(text: str) -> list[Hypothesis]:
    return [Hypothesis(text, 0.6)]


def written(*numbers: tuple[str, float, bool]) -> Understanding:
    scored = (Scored(IdNumber(d, True, True, mended), sure, d) for d, sure, mended in numbers)
    return Understanding("", 0.6, id_number=tuple(scored))


def test_a_number_with_digits_left_out_is_asked_of_the_sound() -> None:
    asked = dictation(QUESTION, heard("身份证号码，110105194912302差"))
    assert asked is not None
    assert asked.before == "身份证号码"
    assert set(asked.words) == set("0123456789X")


def test_only_an_answer_to_the_question_for_it_is_dictation() -> None:
    text = heard("110105194912310021")
    assert dictation(replace(QUESTION, expect=Slot.DATE), text) is None


def test_a_few_digits_are_a_part_of_a_number() -> None:
    assert dictation(QUESTION, heard("三二零一零六")) is None


@pytest.mark.parametrize("said", ["喂", "好的", "人工", "等一下", "你听见没有"])
def test_words_in_the_midst_of_a_number_are_no_rest_of_it(said: str) -> None:
    assert dictation(replace(QUESTION, id_so_far="32010219430730"), heard(said)) is None


def test_a_number_that_broke_off_is_not_made_whole() -> None:
    beginning = Scored(IdNumber("32010219430730", False, False), 0.8, "")
    understood = replace(Understanding("", 0.6), id_number=(beginning,))
    found = with_sound(understood, [(NUMBER, -30.0), (OTHER, -32.0)], unfinished=-12.0)
    assert found == understood


def test_a_whole_number_may_fit_a_little_worse_than_its_beginning() -> None:
    found = with_sound(Understanding("", 0.6), [(NUMBER, -9.0), (OTHER, -19.0)], unfinished=-6.0)
    assert found.id_number[0].value.digits == NUMBER


def test_a_written_number_needs_no_comparison_with_its_beginnings() -> None:
    understood = written((NUMBER, 0.95, False))
    found = with_sound(understood, [(NUMBER, -30.0), (OTHER, -32.0)], unfinished=-12.0)
    assert found.id_number[0].value.digits == NUMBER


def test_where_the_likeliest_text_dropped_too_much_the_next_one_is_dictation() -> None:
    texts = [Hypothesis("3201023", 0.6), Hypothesis("320102194307302", 0.4)]
    assert dictation(QUESTION, texts) is not None


def test_words_before_a_number_are_no_digits() -> None:
    asked = dictation(QUESTION, heard("我要报身份证110105194912310021"))
    assert asked is not None
    assert asked.before == "我要报身份证"


def test_a_number_of_the_first_generation_stays_one() -> None:
    old = Scored(IdNumber("320106500322567", True, False), 0.85, "")
    understood = replace(Understanding("", 0.6), id_number=(old,))
    found = with_sound(understood, [(NUMBER, -20.0), (OTHER, -21.0)])
    assert [each.value for each in found.id_number] == [old.value]


def test_fifteen_digits_that_were_heard_are_asked_back() -> None:
    """18 of which three were lost are commoner."""
    old = Scored(IdNumber("320106500322567", True, False), 0.85, "")
    found = with_sound(replace(Understanding("", 0.6), id_number=(old,)), [])
    assert 0.45 < found.id_number[0].confidence < 0.75


def test_fifteen_of_eighteen_digits_are_no_number_of_the_first_generation() -> None:
    old = Scored(IdNumber("320106500322567", True, False), 0.85, "")
    understood = replace(Understanding("", 0.6), id_number=(old,))
    found = with_sound(understood, [(NUMBER, -6.0), (OTHER, -12.0)])
    assert found.id_number[0].value.digits == NUMBER


def test_a_beginning_is_kept_where_no_whole_number_is_likely() -> None:
    beginning = Scored(IdNumber("3201061950032", False, False), 0.8, "")
    understood = replace(Understanding("", 0.6), id_number=(beginning,))
    found = with_sound(understood, [(NUMBER, -20.0), (OTHER, -20.3)])
    assert found.id_number[0] == beginning


def test_a_written_number_that_fits_badly_is_not_saved_by_being_a_rival() -> None:
    found = with_sound(written((OTHER, 0.95, False)), [(NUMBER, -6.0), (OTHER, -14.0)])
    assert found.id_number[0].value.digits == NUMBER


def test_the_rest_of_a_number_goes_on_from_what_is_known() -> None:
    asked = dictation(replace(QUESTION, id_so_far="110105"), heard("194912310021"))
    assert asked is not None
    assert asked.start == "110105"
    assert asked.follow("1101051949") == "01"  # a month
    assert asked.follow(NUMBER) == ""


def test_the_grammar_leads_to_valid_numbers_only() -> None:
    asked = dictation(QUESTION, heard("110105194912310021"))
    assert asked is not None
    text = ""
    while following := asked.follow(text):
        text += following[0]
    assert is_valid(text, TODAY)
    assert asked.whole(text)
    assert not asked.whole(text[:-1])


def test_the_number_of_the_sound_stands_first_and_is_to_be_read_back() -> None:
    found = with_sound(Understanding("", 0.6), [(NUMBER, -6.0), (OTHER, -15.0)])
    best = found.id_number[0]
    assert (best.value.digits, best.value.mended) == (NUMBER, True)
    assert 0.6 < best.confidence < 0.75


def test_two_numbers_that_fit_alike_are_both_unsure() -> None:
    found = with_sound(Understanding("", 0.6), [(NUMBER, -6.0), (OTHER, -6.2)])
    assert all(each.confidence < 0.75 for each in found.id_number)


def test_what_was_written_and_heard_alike_needs_no_mending() -> None:
    understood = written((NUMBER, 0.95, False))
    found = with_sound(understood, [(NUMBER, -6.0), (OTHER, -7.0)])
    assert not found.id_number[0].value.mended
    assert found.id_number[0].confidence == 0.95


def test_a_written_number_that_the_sound_contradicts_is_less_sure() -> None:
    found = with_sound(written((OTHER, 0.9, False)), [(NUMBER, -6.0)])
    assert [scored.value.digits for scored in found.id_number] == [NUMBER, OTHER]
    assert found.id_number[1].confidence < 0.5


def test_without_the_sound_everything_stays() -> None:
    understood = written((OTHER, 0.9, False))
    assert with_sound(understood, []) == understood


def test_who_begins_again_has_given_no_number() -> None:
    understood = replace(Understanding("", 0.6), restart=True)
    assert with_sound(understood, [(NUMBER, -6.0)]) == understood

"""What the sound says of rival names joins what was written."""

from __future__ import annotations

import datetime as dt

from grammars.closed_list import ClosedList
from grammars.evidence import MOST_SENTENCES, Rivals, evidence, rivals
from grammars.meaning import Candidate, Hypothesis, Slot
from grammars.question import Question
from grammars.understand import understand

HOSPITALS = ClosedList(
    [
        Candidate("南京鼓楼医院", ("鼓楼", "鼓楼医院")),
        Candidate("江苏省人民医院", ("省人医",)),
        Candidate("南京市儿童医院", ("儿童医院",)),
    ]
)
QUESTION = Question(Slot.HOSPITAL, dt.date(2021, 3, 1), hospitals=HOSPITALS)


def heard(*texts: str) -> list[Hypothesis]:
    return [Hypothesis(text, 0.8 - 0.1 * place) for place, text in enumerate(texts)]


def asked(*texts: str) -> Rivals:
    found = rivals(QUESTION, heard(*texts))
    assert found is not None
    return found


def test_every_rival_takes_the_place_of_the_name_in_the_sentence() -> None:
    sentences = asked("我想挂股楼的号").sentences
    assert sentences[0] == "我想挂股楼的号"
    assert "我想挂鼓楼的号" in sentences
    assert "我想挂省人医的号" in sentences


def test_a_name_said_bare_is_scored_bare() -> None:
    sentences = asked("股楼医院").sentences
    assert {"鼓楼医院", "省人医", "儿童医院"} <= set(sentences)


def test_where_nothing_resembles_a_name_the_whole_utterance_may_be_one() -> None:
    assert "省人医" in asked("什么任意").sentences


def test_no_more_sentences_than_an_engine_can_score_in_time() -> None:
    many = ClosedList(
        Candidate(f"{a}{b}{c}") for a in "王李张" for b in "建国华" for c in "东西南" * 9
    )
    names = ClosedList(Candidate(name + "医院") for name in many.names)
    found = rivals(Question(Slot.HOSPITAL, QUESTION.today, hospitals=names), heard("王见动医院"))
    assert found is not None
    assert len(found.named) <= MOST_SENTENCES


def test_a_question_without_a_list_of_names_is_not_scored() -> None:
    assert rivals(Question(Slot.DATE, QUESTION.today), heard("明天上午")) is None


def test_silence_is_not_scored() -> None:
    assert rivals(QUESTION, []) is None


def test_a_long_story_is_not_scored() -> None:
    assert rivals(QUESTION, heard("我那个昨天在家里头摔了一跤后来腿就一直疼到现在也没有好")) is None


def test_the_sound_decides_between_names_that_are_written_alike() -> None:
    found = asked("什么任意")
    totals = {
        "什么任意": -9.0,
        "省人医": -10.0,
        "鼓楼": -24.0,
        "鼓楼医院": -25.0,
        "儿童医院": -28.0,
    }
    weighed = evidence(found, totals)
    assert weighed is not None
    understood = understand(QUESTION, heard("什么任意"), weighed)
    assert understood.hospital[0].value == "江苏省人民医院"


def test_a_name_that_the_sound_contradicts_is_less_sure() -> None:
    texts = ("我想挂股楼的号",)
    weighed = evidence(asked(*texts), {texts[0]: -5.0, "我想挂鼓楼的号": -24.0})
    assert weighed is not None
    before = understand(QUESTION, heard(*texts)).hospital
    after = understand(QUESTION, heard(*texts), weighed).hospital
    assert before[0].value == "南京鼓楼医院"
    assert not after or after[0].confidence < before[0].confidence


def test_without_a_score_for_the_free_text_there_is_nothing_to_compare() -> None:
    assert evidence(asked("股楼医院"), {"鼓楼医院": -3.0}) is None


def test_a_name_is_behind_the_best_free_text_by_the_difference_of_their_totals() -> None:
    weighed = evidence(asked("股楼医院"), {"股楼医院": -3.0, "鼓楼医院": -4.5, "鼓楼": -9.0})
    assert weighed is not None
    assert weighed.fits["南京鼓楼医院"].behind == -1.5
    assert weighed.fits["南京鼓楼医院"].rival.phrase == "鼓楼医院"

"""Which sentences are put to the sound, and what its answers say."""

from __future__ import annotations

import datetime as dt

from grammars.closed_list import ClosedList
from grammars.evidence import MOST_SENTENCES, Rivals, Scores, evidence, rivals
from grammars.meaning import Answer, Candidate, DateWish, Hypothesis, Period, Slot
from grammars.question import Question

HOSPITALS = ClosedList(
    [
        Candidate("南京鼓楼医院", ("鼓楼", "鼓楼医院")),
        Candidate("江苏省人民医院", ("省人医",)),
        Candidate("南京市儿童医院", ("儿童医院",)),
    ]
)
TODAY = dt.date(2021, 3, 1)
QUESTION = Question(Slot.HOSPITAL, TODAY, hospitals=HOSPITALS)


def heard(*texts: str) -> list[Hypothesis]:
    return [Hypothesis(text, 0.8 - 0.1 * place) for place, text in enumerate(texts)]


def asked(*texts: str, question: Question = QUESTION) -> Rivals:
    found = rivals(question, heard(*texts))
    assert found is not None
    return found


def sentences(found: Rivals) -> set[str]:
    return {rival.sentence for rival in found.named}


def test_every_rival_takes_the_place_of_the_name_in_the_sentence() -> None:
    assert {"我想挂鼓楼的号", "我想挂省人医的号"} <= sentences(asked("我想挂股楼的号"))


def test_the_free_texts_are_to_be_scored_too() -> None:
    assert asked("股楼", "古楼").free == ("股楼", "古楼")


def test_a_name_said_bare_is_scored_bare() -> None:
    assert {"鼓楼医院", "省人医", "儿童医院"} <= sentences(asked("股楼医院"))


def test_where_nothing_resembles_a_name_the_whole_utterance_may_be_one() -> None:
    assert "省人医" in sentences(asked("什么任意"))


def test_what_people_say_around_an_answer_stays_around_it() -> None:
    assert "嗯省人医谢谢" in sentences(asked("嗯什么任意谢谢"))


def test_what_may_be_part_of_an_answer_is_not_left_standing_beside_it() -> None:
    question = Question(
        Slot.DEPARTMENT, TODAY, departments=ClosedList([Candidate("骨科", ("关节科", "看关节的"))])
    )
    assert "我想挂关节科" in sentences(asked("我想挂规矩科", question=question))


def test_yes_and_no_are_scored_in_all_their_forms() -> None:
    found = asked("部队", question=Question(Slot.CONFIRM, TODAY))
    values = {rival.said: rival.value for rival in found.named}
    assert values["不对"] is Answer.NO
    assert values["对的"] is Answer.YES


def test_days_are_scored_as_they_are_said() -> None:
    found = asked("下周山上午", question=Question(Slot.DATE, TODAY))
    values = {rival.said: rival.value for rival in found.named}
    assert DateWish(dt.date(2021, 3, 10), Period.MORNING) in values.values()


def test_no_more_sentences_than_an_engine_can_score_in_time() -> None:
    names = ClosedList(
        Candidate(f"{a}{b}{c}医院") for a in "王李张赵" for b in "建国华明" for c in "东西南北中"
    )
    found = asked("我要挂王见动医院", question=Question(Slot.HOSPITAL, TODAY, hospitals=names))
    assert 0 < len(found.named) + len(found.free) <= MOST_SENTENCES


def test_what_was_refused_is_no_rival() -> None:
    found = rivals(Question(Slot.DATE, TODAY), heard("不要明天"))
    assert found is None or "不要明天" not in sentences(found)


def test_an_id_number_is_not_scored() -> None:
    assert rivals(Question(Slot.ID_NUMBER, TODAY), heard("三二零一零六")) is None


def test_a_list_that_is_missing_is_not_scored() -> None:
    assert rivals(Question(Slot.DOCTOR, TODAY), heard("王医生")) is None


def test_silence_is_not_scored() -> None:
    assert rivals(QUESTION, []) is None


def test_a_long_story_is_not_scored() -> None:
    story = "我那个昨天在家里头摔了一跤后来腿就一直疼到现在也没有好"
    assert rivals(QUESTION, heard(story)) is None


def test_without_a_score_for_the_free_text_there_is_nothing_to_compare() -> None:
    assert evidence(asked("股楼医院"), Scores({"鼓楼医院": -3.0})) is None


def test_a_name_is_behind_by_the_difference_to_the_best_sentence() -> None:
    found = evidence(asked("股楼医院"), Scores({"股楼医院": -3.0, "鼓楼医院": -4.5, "鼓楼": -9.0}))
    assert found is not None
    assert found.fits["南京鼓楼医院"].behind == -1.5
    assert found.fits["南京鼓楼医院"].said == "鼓楼医院"


def test_a_name_that_fits_better_than_any_free_text_is_not_behind() -> None:
    found = evidence(asked("什么任意"), Scores({"什么任意": -9.0, "省人医": -2.0}))
    assert found is not None
    assert found.fits["江苏省人民医院"].behind == 0


def test_a_name_fits_as_well_as_a_byname_that_differs_in_a_tone_alone() -> None:
    departments = ClosedList([Candidate("肾内科", ()), Candidate("神经内科", ("神内科",))])
    found = asked("沈内克", question=Question(Slot.DEPARTMENT, TODAY, departments=departments))
    sound = {"沈内克": -0.1, "肾内科": -0.9, "神内科": -0.2, "神经内科": -2.0}
    weighed = evidence(found, Scores(sound, 3))
    assert weighed is not None
    assert weighed.fits["肾内科"].behind == weighed.fits["神经内科"].behind
    assert weighed.fits["肾内科"].said == "肾内科"
    sound["神内科"], sound["肾内科"] = -0.9, -0.2
    weighed = evidence(found, Scores(sound, 3))
    assert weighed is not None
    assert weighed.fits["肾内科"].behind > weighed.fits["神经内科"].behind


def test_it_is_known_whether_an_answer_was_spotted_among_words_that_may_stand_beside_it() -> None:
    day = Question(Slot.DATE, TODAY)
    assert asked("我想明天上午去", question=day).placed
    assert not asked("我找明天上午去明天上午", question=day).placed
    yes_no = Question(Slot.CONFIRM, TODAY)
    assert asked("嗯好的", question=yes_no).placed
    assert not asked("不是的我要鼓楼医院明天", question=yes_no).placed

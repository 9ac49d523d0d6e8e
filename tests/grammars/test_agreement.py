"""The written opinion and the sound's, brought together."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars.agreement import agreed, pool
from grammars.data_files import AgreementWeights, agreement_data
from grammars.evidence import Evidence, Fitted
from grammars.meaning import Answer, DateWish, Scored, Slot, Understanding

WEIGHTS = AgreementWeights(written=1.0, sound=0.5, expected=6, outstanding=0.2, furthest=20)


def fits(**behind: float) -> dict[str, Fitted]:
    return {name: Fitted(name, distance) for name, distance in behind.items()}


def test_the_sound_chooses_between_names_that_are_written_alike() -> None:
    written = (Scored("北京", 0.45), Scored("背景", 0.45))
    assert pool(written, fits(背景=-1, 北京=-9), WEIGHTS)[0].value == "背景"


def test_a_name_that_was_not_written_can_be_heard() -> None:
    best = pool((), fits(省人医=0), WEIGHTS)[0]
    assert best.value == "省人医"
    assert best.surface == "省人医"


def test_what_neither_knows_is_nothing() -> None:
    none_left = pool((), fits(省人医=-20), WEIGHTS)
    assert all(scored.confidence < 0.5 for scored in none_left)


def test_a_name_that_the_sound_contradicts_is_less_sure() -> None:
    written = (Scored("鼓楼", 0.7),)
    agreeing = pool(written, fits(鼓楼=-1), WEIGHTS)[0].confidence
    contradicting = pool(written, fits(鼓楼=-12), WEIGHTS)[0].confidence
    assert contradicting < 0.7 < agreeing


def test_a_name_that_stands_out_in_the_sound_is_surer() -> None:
    alone = pool((), fits(省人医=-4, 鼓楼=-14), WEIGHTS)[0].confidence
    in_company = pool((), fits(省人医=-4, 鼓楼=-12), WEIGHTS)[0].confidence
    assert alone > in_company


@given(
    st.lists(st.tuples(st.floats(0, 0.25), st.floats(-40, 0)), max_size=4),
    st.sampled_from([slot for slot in agreement_data().weights]),
)
def test_probabilities_are_ordered_and_do_not_exceed_one(
    opinions: list[tuple[float, float]], slot: Slot
) -> None:
    written = tuple(Scored(str(at), sure) for at, (sure, _) in enumerate(opinions))
    heard = {str(at): Fitted(str(at), behind) for at, (_, behind) in enumerate(opinions)}
    pooled = pool(written, heard, agreement_data().weights[slot])
    sures = [scored.confidence for scored in pooled]
    assert sures == sorted(sures, reverse=True)
    assert sum(sures) <= 1.001


def test_only_the_slot_in_question_is_weighed_again() -> None:
    understood = Understanding(
        "", 1.0, hospital=(Scored("a", 0.6),), department=(Scored("b", 0.6),)
    )
    after = agreed(understood, Evidence(Slot.HOSPITAL, {"a": Fitted("a", 0.0)}))
    assert after.department == understood.department
    assert after.hospital[0].confidence > 0.6


def test_a_written_no_is_never_outvoted_into_a_yes() -> None:
    understood = Understanding("不对", 1.0, confirm=(Scored(Answer.NO, 0.97),))
    sound = Evidence(Slot.CONFIRM, {Answer.YES: Fitted("对", 0.0), Answer.NO: Fitted("不对", -19)})
    assert agreed(understood, sound).confirm[0].value is Answer.NO


@pytest.mark.parametrize("wish", [DateWish(earliest=True), DateWish(dt.date(2030, 1, 1))])
def test_a_wish_that_is_not_in_the_list_of_days_is_left_alone(wish: DateWish) -> None:
    understood = Understanding("越快越好", 1.0, date=(Scored(wish, 0.9),))
    tomorrow = DateWish(dt.date(2021, 3, 2))
    assert agreed(understood, Evidence(Slot.DATE, {tomorrow: Fitted("明天", 0.0)})) is understood

"""The written opinion and the sound's, brought together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.policy import load_policy
from grammars.agreement import agreed, pool
from grammars.evidence import Evidence, Fitted
from grammars.fitted_data import AgreementWeights, agreement_data
from grammars.meaning import Answer, DateWish, Hypothesis, Period, Scored, Slot, Task
from grammars.sound_limits import SOUND_ALONE
from grammars.understand import understand
from tests.grammars.heard_sound import heard_by_sound
from tests.grammars.questions import question, understood

WEIGHTS = AgreementWeights(
    written=1.0, sound=0.5, expected=6, outstanding=0.2, furthest=20, clear=1.0
)


def fits(clearest: float = 0.0, /, **behind: float) -> Evidence:
    heard: dict[Hashable, Fitted] = {name: Fitted(name, far) for name, far in behind.items()}
    return Evidence(Slot.HOSPITAL, heard, clearest)


def named(name: Hashable, sure: float) -> Scored[Hashable]:
    return Scored(name, sure)


def test_the_nearest_name_to_foreign_speech_is_no_answer() -> None:
    clear = pool((), fits(1.0, 省人医=0), WEIGHTS)[0].confidence
    foreign = pool((), fits(-2.0, 省人医=0), WEIGHTS)[0].confidence
    assert foreign < 0.5 * clear


def test_the_sound_chooses_between_names_that_are_written_alike() -> None:
    written = (named("北京", 0.45), named("背景", 0.45))
    assert pool(written, fits(背景=-1, 北京=-9), WEIGHTS)[0].value == "背景"


def test_a_name_that_was_not_written_can_be_heard() -> None:
    best = pool((), fits(省人医=0), WEIGHTS)[0]
    assert best.value == "省人医"
    assert best.surface == "省人医"


def test_what_neither_knows_is_nothing() -> None:
    none_left = pool((), fits(省人医=-20), WEIGHTS)
    assert all(scored.confidence < 0.5 for scored in none_left)


def test_a_name_that_the_sound_contradicts_is_less_sure() -> None:
    written = (named("鼓楼", 0.7),)
    agreeing = pool(written, fits(鼓楼=-1), WEIGHTS)[0].confidence
    contradicting = pool(written, fits(鼓楼=-12), WEIGHTS)[0].confidence
    assert contradicting < 0.7 < agreeing


def test_a_name_that_stands_out_in_the_sound_is_surer() -> None:
    alone = pool((), fits(省人医=-4, 鼓楼=-14), WEIGHTS)[0].confidence
    in_company = pool((), fits(省人医=-4, 鼓楼=-12), WEIGHTS)[0].confidence
    assert alone > in_company


@given(
    st.lists(st.tuples(st.floats(0, 0.25), st.floats(-40, 0)), max_size=4),
    st.floats(-10, 3),
    st.sampled_from([slot for slot in agreement_data().weights]),
)
def test_probabilities_are_ordered_and_do_not_exceed_one(
    opinions: list[tuple[float, float]], clearest: float, slot: Slot
) -> None:
    written = tuple(named(str(at), sure) for at, (sure, _) in enumerate(opinions))
    heard = {str(at): behind for at, (_, behind) in enumerate(opinions)}
    pooled = pool(written, fits(clearest, **heard), agreement_data().weights[slot])
    sures = [scored.confidence for scored in pooled]
    assert sures == sorted(sures, reverse=True)
    assert sum(sures) <= 1.001


def test_only_the_slot_in_question_is_weighed_again() -> None:
    written = understood(Slot.HOSPITAL, "鼓楼医院心内科")
    after = heard_by_sound(Slot.HOSPITAL, "鼓楼医院心内科", 鼓楼医院=("南京鼓楼医院", 0.0))
    assert after.department == written.department
    assert after.hospital[0].value == "南京鼓楼医院"


def test_a_complaint_is_not_outvoted_by_names_of_departments() -> None:
    written = understood(Slot.DEPARTMENT, "腰疼")
    after = heard_by_sound(
        Slot.DEPARTMENT, "腰疼", 妇科=("妇科", 0.0), 骨科=(written.department[0].value, -9.0)
    )
    assert after.department == written.department


def test_a_place_in_the_list_is_not_outvoted_by_names() -> None:
    written = understood(Slot.CHOICE, "第二个")
    after = heard_by_sound(
        Slot.CHOICE, "第二个", 心血管内科=("心血管内科", 0.0), 呼吸内科=("呼吸内科", -9.0)
    )
    assert after.choice == written.choice


def test_a_name_that_cannot_be_booked_is_no_other_name() -> None:
    after = heard_by_sound(Slot.HOSPITAL, "省中医院", 市中医院=("南京市中医院", 0.0))
    assert after.hospital == ()


@pytest.mark.parametrize("said", ["越快越好", "除了周三都行"])
def test_a_wish_that_is_not_in_the_list_of_days_is_left_alone(said: str) -> None:
    tomorrow = DateWish(dt.date(2026, 11, 25))
    written = understood(Slot.DATE, said)
    assert heard_by_sound(Slot.DATE, said, 明天=(tomorrow, 0.0)).date == written.date


def test_a_task_said_in_so_many_words_is_as_sure_as_before() -> None:
    said = "我要挂鼓楼医院心内科"
    written = understood(Slot.TASK, said)
    after = heard_by_sound(Slot.TASK, said, 我要挂=(Task.BOOK, -9.0), 投诉=(Task.COMPLAINT, -4.0))
    assert after.task == written.task


def test_words_for_a_person_are_not_outvoted() -> None:
    after = heard_by_sound(
        Slot.TASK, "我要转人工", 转人工=(Task.OPERATOR, -9.0), 挂号=(Task.BOOK, 0.0)
    )
    assert after.task[0].value is Task.OPERATOR


def test_a_day_that_was_not_written_is_found_by_its_part_of_the_day() -> None:
    tonight = DateWish(dt.date(2026, 11, 25), Period.EVENING)
    after = heard_by_sound(Slot.DATE, "你第二晚上", 今儿晚上=(tonight, -1.0))
    assert after.date[0].value == tonight
    assert after.date[0].confidence < load_policy().thresholds.date.accept


def test_a_part_of_the_day_alone_stays_one() -> None:
    tonight = DateWish(dt.date(2026, 11, 25), Period.EVENING)
    after = heard_by_sound(Slot.DATE, "晚上", 今儿晚上=(tonight, -12.0))
    assert after.date[0].value == DateWish(period=Period.EVENING)


def test_an_answer_is_clear_that_fits_the_sound_well() -> None:
    heard: dict[Hashable, Fitted] = {
        Answer.YES: Fitted("对的", -1.0),
        Answer.NO: Fitted("不对", -12.0),
    }
    asked, written = question(Slot.CONFIRM), understood(Slot.CONFIRM, "对的")
    assert agreed(asked, written, Evidence(Slot.CONFIRM, heard, 1.2)).clear
    assert not agreed(asked, written, Evidence(Slot.CONFIRM, heard, -1.5)).clear


@pytest.mark.parametrize(("behind", "named"), [(-18.3, []), (-2.0, ["韦成昌"])])
def test_whoever_has_no_preference_is_given_no_doctor_unless_the_sound_is_near_one(
    behind: float, named: list[str]
) -> None:
    """The sound knew 韦成 to be the nearest of five names, and none of them was near."""
    nearest: dict[Hashable, Fitted] = {
        "韦成昌": Fitted("韦成", behind),
        "袁文健": Fitted("袁主任", behind - 3.4),
    }
    written = understood(Slot.DOCTOR, "随便")
    after = agreed(question(Slot.DOCTOR), written, Evidence(Slot.DOCTOR, nearest, -2.2, 4))
    assert after.no_preference
    assert [scored.value for scored in after.doctor[:1]] == named


@pytest.mark.parametrize(
    "said", ["湖市的武药浦口区中医院后天早上", "布斯迪未要鼓楼医院", "四的明天上午"]
)
def test_the_sound_hears_no_yes_beside_a_name_or_a_day(said: str) -> None:
    after = heard_by_sound(Slot.CONFIRM, said, 是的=(Answer.YES, 0.0))
    assert all(each.value is Answer.NO for each in after.confirm)


def test_the_sound_makes_no_task_of_what_is_written_to_be_none() -> None:
    after = heard_by_sound(Slot.TASK, "我是退休的一个人住", 退号=(Task.CANCEL, 0.0))
    assert after.task == ()
    after = heard_by_sound(Slot.TASK, "我要推好", 退号=(Task.CANCEL, 0.0))
    assert after.task[0].value is Task.CANCEL


def test_a_task_that_was_spelled_otherwise_is_asked_back() -> None:
    after = heard_by_sound(Slot.TASK, "你好我要遇见", 我有意见=(Task.COMPLAINT, 0.0))
    assert after.task[0].value is Task.COMPLAINT
    assert after.task[0].confidence <= SOUND_ALONE
    plain = heard_by_sound(Slot.TASK, "我有意见", 我有意见=(Task.COMPLAINT, 0.0))
    assert plain.task[0].confidence > SOUND_ALONE


def test_a_no_that_the_recogniser_made_up_decides_nothing_whatever_it_fits() -> None:
    heard: dict[Hashable, Fitted] = {
        Answer.NO: Fitted("不会", 0.0),
        Answer.YES: Fitted("对的", -4.0),
    }
    asked = question(Slot.CONFIRM)
    limits = load_policy().thresholds
    for sure, decides in ((0.16, False), (0.6, True)):
        written = understand(asked, [Hypothesis("不会的", sure)])
        after = agreed(asked, written, Evidence(Slot.CONFIRM, heard, 1.0, 3))
        assert after.confirm[0].value is Answer.NO
        assert (after.confirm[0].confidence >= limits.confirm.confirm) is decides


def test_a_no_at_the_head_of_a_sentence_stands_though_no_sentence_fits() -> None:
    said = "不是的我要南京一科大学附属一夫医院圣诶科明天早上"
    heard: dict[Hashable, Fitted] = {
        Answer.NO: Fitted("不是的", -22.0),
        Answer.YES: Fitted("是的", -23.0),
    }
    asked, written = question(Slot.CONFIRM), understood(Slot.CONFIRM, said)
    after = agreed(asked, written, Evidence(Slot.CONFIRM, heard, -1.0, 22, placed=False))
    assert after.confirm == written.confirm
    assert after.confirm[0].confidence >= load_policy().thresholds.read_back.accept


def test_a_day_said_twice_is_as_sure_as_it_was_written() -> None:
    tomorrow = DateWish(dt.date(2026, 11, 25), Period.MORNING)
    heard: dict[Hashable, Fitted] = {tomorrow: Fitted("明天上午", -20.0)}
    asked, written = question(Slot.DATE), understood(Slot.DATE, "我找明天上午去明天上午")
    after = agreed(asked, written, Evidence(Slot.DATE, heard, -1.0, 11, placed=False))
    assert after.date == written.date
    assert after.date[0].value == tomorrow

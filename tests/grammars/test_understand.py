from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grammars import phrases
from grammars.closed_list import ClosedList
from grammars.data_files import patterns_data
from grammars.meaning import Answer, Candidate, Command, DateWish, Hypothesis, Period, Slot, Task
from grammars.understand import understand, warm_up
from tests.grammars.questions import question, understood


def test_one_sentence_fills_four_slots() -> None:
    meaning = understood(Slot.TASK, "我要挂鼓楼医院心内科明天上午的号")
    assert meaning.task[0].value is Task.BOOK
    assert meaning.hospital[0].value == "南京鼓楼医院"
    assert meaning.department[0].value == "心血管内科"
    assert meaning.date[0].value == DateWish(dt.date(2026, 11, 25), Period.MORNING)
    assert meaning.hospital[0].surface == "鼓楼医院"


def test_slots_that_were_not_asked_for_are_reported() -> None:
    meaning = understood(Slot.HOSPITAL, "鼓楼医院心内科")
    assert meaning.department[0].value == "心血管内科"


def test_a_correction_of_a_read_back_is_a_no_and_a_value() -> None:
    meaning = understood(Slot.CONFIRM, "不是，是后天")
    assert meaning.confirm[0].value is Answer.NO
    assert meaning.date[0].value.date == dt.date(2026, 11, 26)


@pytest.mark.parametrize("text", ["部队是南京市红十字医院肛肠科", "部罪，我要南京市红十字医院"])
def test_a_correction_whose_no_was_written_as_something_alike(text: str) -> None:
    meaning = understood(Slot.CONFIRM, text)
    assert meaning.confirm[0].value is Answer.NO
    assert meaning.hospital[0].value == "南京市红十字医院"


def test_a_yes_that_was_hardly_heard_names_nothing() -> None:
    texts = ("不会的", "补牙的")  # the N-best list of a 对的
    hardly = understand(question(Slot.CONFIRM), [Hypothesis(text, 0.16) for text in texts])
    assert not hardly.department
    plainly = understand(question(Slot.CONFIRM), [Hypothesis("补牙的", 0.6)])
    assert plainly.department[0].value == "口腔科"
    for correction in ("骨科", "后天", "明天下午"):
        soft = understand(question(Slot.CONFIRM), [Hypothesis(correction, 0.3)])
        assert soft.department or soft.date, correction
    correction = "不对，是鼓楼医院，后天上午"
    soft = understand(question(Slot.CONFIRM), [Hypothesis(correction, 0.16)])
    assert soft.hospital
    assert soft.date


def test_a_no_that_the_recogniser_made_up_decides_nothing() -> None:
    made_up = understand(question(Slot.CONFIRM), [Hypothesis("不会的", 0.16)])
    assert made_up.confirm[0].confidence < 0.5
    hardly = understand(question(Slot.CONFIRM), [Hypothesis("不对", 0.3)])
    assert hardly.confirm[0].confidence > 0.65


def test_a_correction_with_a_name() -> None:
    meaning = understood(Slot.CONFIRM, "不对，我说的是儿童医院")
    assert meaning.confirm[0].value is Answer.NO
    assert meaning.hospital[0].value == "南京市儿童医院"


@pytest.mark.parametrize("sentence", patterns_data().sentences["correction"])
@pytest.mark.parametrize(
    ("slot", "old", "new", "value"),
    [
        (Slot.HOSPITAL, "鼓楼医院", "儿童医院", "南京市儿童医院"),
        (Slot.HOSPITAL, "市一院", "省人医", "江苏省人民医院"),
        (Slot.DEPARTMENT, "心内科", "骨科", "骨科"),
        (Slot.DEPARTMENT, "牙科", "眼科", "眼科"),
        (Slot.DATE, "明天", "后天", dt.date(2026, 11, 26)),
        (Slot.DATE, "礼拜三", "下礼拜一", dt.date(2026, 11, 30)),
    ],
)
def test_what_replaces_something_is_meant(
    sentence: str, slot: Slot, old: str, new: str, value: object
) -> None:
    meant = getattr(understood(slot, sentence.format(old=old, new=new)), slot.value)
    best = meant[0].value.date if slot is Slot.DATE else meant[0].value
    assert best == value
    assert len(meant) == 1 or meant[1].confidence < 0.2


@pytest.mark.parametrize(
    "text",
    [
        *("不要挂号", "我不挂号", "我不是要取消", "不要取消", "不是投诉", "不要投诉"),
        *("我不是来投诉的", "不要取消我的预约", "我不看牙科"),
    ],
)
def test_what_is_not_wanted_is_no_task(text: str) -> None:
    meaning = understood(Slot.TASK, text)
    assert meaning.task == ()
    assert meaning.department == ()


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("我不挂号我要投诉", Task.COMPLAINT),
        ("不是取消是改时间", Task.CHANGE),
        ("我要取消不是挂号", Task.CANCEL),
        ("挂不挂号啊", Task.BOOK),
    ],
)
def test_what_is_wanted_instead_is_the_task(text: str, task: Task) -> None:
    assert [scored.value for scored in understood(Slot.TASK, text).task] == [task]


def test_a_department_that_is_not_wanted_is_none_unless_it_may_be_misheard() -> None:
    assert understood(Slot.DEPARTMENT, "我不看牙科").department == ()
    (perhaps,) = understood(Slot.DEPARTMENT, "不要挂牙科").department  # as 我要挂 is heard
    assert perhaps.confidence < 0.75


def test_a_surname_with_a_title_is_refused_like_a_name() -> None:
    assert understood(Slot.DOCTOR, "不要张医生").doctor == ()
    (wanted,) = understood(Slot.DOCTOR, "不要张医生，要王医生").doctor
    assert wanted.value == "王建国"


@pytest.mark.parametrize(("text", "names"), [("徐", ["徐志远"]), ("李", ["李明", "李晓东"])])
def test_a_surname_alone_is_unsure(text: str, names: list[str]) -> None:
    meant = understood(Slot.DOCTOR, text).doctor
    assert [scored.value for scored in meant] == names
    assert all(scored.confidence < 0.75 for scored in meant)


@pytest.mark.parametrize("text", ["我想挂", "那个", "我要", "好"])
@pytest.mark.parametrize("names", [("徐静", "王想", "纳歌"), ("郝好", "桂香", "向华", "贾明")])
def test_words_around_an_answer_name_no_doctor(text: str, names: tuple[str, ...]) -> None:
    doctors = ClosedList(Candidate(name) for name in names)
    asked = replace(question(Slot.DOCTOR), doctors=doctors)
    assert understand(asked, [Hypothesis(text, 0.9)]).doctor == ()


def test_despair_leaves_every_script() -> None:
    for expect in Slot:
        meaning = understood(expect, "我不想活了")
        assert meaning.despair
        assert meaning.task[0].value is Task.CRISIS


def test_who_is_in_danger_is_brought_to_a_person_whatever_was_asked() -> None:
    for expect in Slot:
        meaning = understood(expect, "我喘不上气")
        assert meaning.danger
        assert not meaning.despair
        assert meaning.task[0].value is Task.OPERATOR


def test_operator_at_any_time() -> None:
    for expect in Slot:
        assert understood(expect, "转人工").command[0].value is Command.OPERATOR


def test_a_volunteered_id_number_is_found_and_nothing_is_made_of_its_digits() -> None:
    meaning = understood(Slot.HOSPITAL, "三二零一零六一九四九零三一二零零一九")
    assert meaning.id_number[0].value.digits == "320106194903120019"
    assert meaning.hospital == ()
    assert meaning.date == ()


def test_a_complaint_is_a_department_with_less_confidence() -> None:
    complaint = understood(Slot.DEPARTMENT, "我牙疼").department[0]
    named = understood(Slot.DEPARTMENT, "口腔科").department[0]
    assert complaint.value == named.value == "口腔科"
    assert complaint.confidence < 0.7 < named.confidence
    assert complaint.surface == "牙疼"


def test_backchannels_and_syllables() -> None:
    assert understood(Slot.CONFIRM, "嗯").backchannel
    assert understood(Slot.CONFIRM, "嗯").syllables == 0
    assert understood(Slot.CONFIRM, "嗯，对的").syllables == 2
    assert not understood(Slot.CONFIRM, "嗯，对的").backchannel


def test_no_preference() -> None:
    assert understood(Slot.DOCTOR, "随便").no_preference
    assert not understood(Slot.DATE, "周六周日都可以").no_preference


def test_a_hospital_that_sounds_like_any_is_no_lack_of_preference() -> None:
    assert not understood(Slot.HOSPITAL, "省人医").no_preference
    assert understood(Slot.HOSPITAL, "任意").no_preference


def test_restarting_an_id_number() -> None:
    assert understood(Slot.ID_NUMBER, "不对重来", id_so_far="3201").restart


def test_silence_means_nothing() -> None:
    meaning = understand(question(Slot.HOSPITAL), [])
    assert meaning.text == ""
    assert meaning.hospital == ()
    assert understand(question(Slot.HOSPITAL), [Hypothesis("。", 0.3)]).syllables == 0


@settings(deadline=None, max_examples=80)
@given(
    st.sampled_from(list(Slot)),
    st.lists(
        st.text(alphabet="一二三四零十百月号日周不是对好鼓楼医院内科 ，x7A的明天嗯", max_size=24),
        max_size=3,
    ),
)
def test_any_text_is_taken_and_confidence_is_a_probability(expect: Slot, texts: list[str]) -> None:
    hypotheses = [Hypothesis(text, 0.9 - 0.2 * at) for at, text in enumerate(texts)]
    meaning = understand(question(expect), hypotheses)
    for entries in (
        *(meaning.task, meaning.hospital, meaning.department, meaning.doctor, meaning.date),
        *(meaning.id_number, meaning.confirm, meaning.command, meaning.choice),
    ):
        confidences = [scored.confidence for scored in entries]
        assert all(0 <= confidence <= 1 for confidence in confidences)


def test_warming_up_builds_the_tables() -> None:
    phrases._commands.cache_clear()
    warm_up()
    assert phrases._commands.cache_info().currsize == 1


@pytest.mark.parametrize(
    ("said", "day"),
    [("早上星期四", "2026-11-26"), ("晚上星期四", "2026-11-26"), ("特别想周三", "2026-11-25")],
)
def test_a_word_that_only_looks_like_another_moves_no_day(said: str, day: str) -> None:
    [best, *_] = understood(Slot.DATE, said).date
    assert best.value.date == dt.date.fromisoformat(day)


def test_what_is_not_to_be_cancelled_is_not_cancelled() -> None:
    assert understood(Slot.TASK, "你不要给我取消了").task == ()


def test_days_refused_in_one_breath_are_not_taken() -> None:
    assert understood(Slot.DATE, "今天和明天不行").date == ()


@pytest.mark.parametrize("text", ["女医生", "找个好医生", "这位医生"])
def test_what_stands_before_the_title_is_not_always_a_surname(text: str) -> None:
    assert understood(Slot.DOCTOR, text).doctor == ()


def test_a_doctors_name_that_sounds_like_the_soul_is_no_department() -> None:
    """颖莉医生 sounds like 心理医生; said plainly that is the department."""
    named = understood(Slot.TASK, "南京鼓楼医院眼科的邱颖莉医生还有号吗")
    assert [each.value for each in named.department] == ["眼科"]
    assert not understood(Slot.TASK, "南京鼓楼医院的邱颖莉医生还有号吗").department
    plain = understood(Slot.TASK, "我想看心理医生")
    assert plain.department[0].value == "精神心理科"


def test_the_eyes_of_a_complaint_do_not_name_the_department() -> None:
    assert "眼科" in understood(Slot.ID_NUMBER, "我眼睛不好").by_complaint
    assert "眼科" not in understood(Slot.DEPARTMENT, "我眼睛不好，挂眼科").by_complaint
    assert "眼科" not in understood(Slot.DEPARTMENT, "看眼睛的").by_complaint

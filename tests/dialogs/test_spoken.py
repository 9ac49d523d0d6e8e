from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_client.types import Hospital
from dialogs import spoken
from grammars.meaning import DateWish, Period


def said(fragments: spoken.Fragments) -> list[str]:
    return [fragment.text for fragment in fragments]


def test_a_date_is_read_for_the_ear() -> None:
    fragments = (
        *spoken.date(dt.date(2027, 3, 10)),
        *spoken.period("上午"),
        *spoken.band(dt.time(9), dt.time(9, 30)),
    )
    assert said(fragments) == ["三月十号", "星期三", "上午", "九点到九点半"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "零"),
        (7, "七"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (31, "三十一"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (1050, "一千零五十"),
        (9999, "九千九百九十九"),
    ],
)
def test_numbers(value: int, words: str) -> None:
    assert spoken.number(value) == words


@pytest.mark.parametrize("value", [-1, 10000])
def test_a_number_that_has_no_words_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        spoken.number(value)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (dt.time(8), "八点"),
        (dt.time(12), "十二点"),
        (dt.time(14), "两点"),
        (dt.time(14, 30), "两点半"),
        (dt.time(9, 5), "九点零五分"),
        (dt.time(9, 45), "九点四十五分"),
    ],
)
def test_times_are_on_the_twelve_hour_clock(time: dt.time, words: str) -> None:
    assert spoken.clock(time) == words


def test_two_yuan_is_not_er_yuan() -> None:
    assert said(spoken.fee(2)) == ["挂号费", "两元"]
    assert said(spoken.fee(120)) == ["挂号费", "一百二十元"]


def test_a_code_is_said_digit_by_digit_with_a_rest_in_the_middle() -> None:
    fragments = spoken.code("20345678")
    assert said(fragments) == list("二零三四五六七八")
    rests = [fragment.pause_after for fragment in fragments]
    assert rests[3] > rests[2]
    assert all(rest > 0 for rest in rests)


def test_an_id_number_is_said_in_six_eight_four_and_is_personal() -> None:
    fragments = spoken.id_number("32010619450101001X")
    assert said(fragments) == list("三二零幺零六幺九四五零幺零幺零零幺叉")
    assert all(fragment.personal for fragment in fragments)
    assert [i for i, f in enumerate(fragments) if f.pause_after] == [5, 13, 17]


def test_only_the_last_four_of_an_id_number_are_named() -> None:
    tail = spoken.id_tail("32010619450101001X")
    assert said(tail) == ["身份证尾号", *"零零幺叉"]
    assert [fragment.personal for fragment in tail] == [False, True, True, True, True]


def test_brackets_become_a_pause() -> None:
    assert said(spoken.hospital("东部战区总医院(秦淮医疗区)")) == ["东部战区总医院，秦淮医疗区"]
    assert said(spoken.hospital("南京市江宁医院（湖山路）")) == ["南京市江宁医院，湖山路"]


def test_a_wish_is_said_as_far_as_it_goes() -> None:
    assert said(spoken.wish(DateWish(earliest=True, period=Period.MORNING))) == ["最早的", "上午"]
    assert said(spoken.wish(DateWish(date=dt.date(2027, 3, 10)))) == ["三月十号", "星期三"]


@given(
    date=st.dates(dt.date(2026, 1, 1), dt.date(2030, 12, 31)),
    hour=st.sampled_from([8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19]),
    half=st.booleans(),
    period=st.sampled_from(list(Period)),
)
def test_everything_about_a_session_is_rendered_ahead(
    date: dt.date, hour: int, half: bool, period: Period
) -> None:
    start = dt.datetime.combine(date, dt.time(hour, 30 if half else 0))
    end = start + dt.timedelta(minutes=30)
    ahead = {*spoken.all_fixed_texts(), *spoken.dates_ahead(date, 0)}
    fragments = (
        *spoken.date(date),
        *spoken.period(period.value),
        *spoken.band(start.time(), end.time()),
        *spoken.code("02345678"),
        *spoken.id_number("32010619450101001X"),
        *spoken.id_tail("32010619450101001X"),
        *spoken.doctor(None),
    )
    assert set(said(fragments)) <= ahead


def test_the_coming_days_start_today() -> None:
    assert spoken.dates_ahead(dt.date(2026, 12, 31), 2) == (
        "十二月三十一号",
        "一月一号",
        "一月二号",
    )


def test_a_hospital_needs_its_name_and_its_campuses() -> None:
    hospital = Hospital("南京市儿童医院", (), "鼓楼区", "三级甲等", ("广州路院区", "河西院区"))
    assert spoken.hospital_texts(hospital) == ("南京市儿童医院", "广州路院区", "河西院区")


@pytest.mark.parametrize(
    ("digits", "groups"),
    [
        ("13912345678", "幺三九，幺二三四，五六七八"),
        ("02583600001", "零二五，八三六零，零零零幺"),
        ("051683600001", "零五幺六，八三六零，零零零幺"),
        ("83600001", "八三六零，零零零幺"),
    ],
)
def test_a_phone_number_is_said_in_groups(digits: str, groups: str) -> None:
    fragments = spoken.phone_number(digits)
    said = "".join(f.text + ("，" if f.pause_after else "") for f in fragments)
    assert said.rstrip("，") == groups
    assert all(fragment.personal for fragment in fragments)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("02:00", "凌晨两点"),
        ("11:15", "上午十一点十五分"),
        ("12:00", "中午十二点"),
        ("19:30", "晚上七点半"),
    ],
)
def test_a_time_of_day_has_its_part_of_the_day(time: str, words: str) -> None:
    assert "".join(spoken.texts(spoken.time_of_day(dt.time.fromisoformat(time)))) == words

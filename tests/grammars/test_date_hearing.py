from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grammars.closed_list import heard
from grammars.date_hearing import date_mentions
from grammars.meaning import DateWish, Period, Slot
from grammars.sampler import samples
from tests.grammars.questions import TODAY, n_best, understood


def _wishes(text: str, *, expected: bool = True) -> list[DateWish]:
    return [m.wish for m in date_mentions(heard(n_best(text)), TODAY, expected=expected)]


@settings(deadline=None, max_examples=40)
@given(st.dates(dt.date(2024, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 10**6))
def test_dates_as_people_say_them(today: dt.date, seed: int) -> None:
    (sample,) = samples(Slot.DATE, seed, 1, today)
    wish = date_mentions(heard(n_best(sample.sentence)), today, expected=True)[0].wish
    said = {
        "date": wish.date.isoformat() if wish.date else None,
        "session": wish.period.value if wish.period else None,
    }
    assert said == sample.value


def test_two_days_are_two_wishes() -> None:
    assert [w.date for w in _wishes("明天或者后天")] == [
        dt.date(2026, 11, 25),
        dt.date(2026, 11, 26),
    ]


@pytest.mark.parametrize("text", ["礼拜五或者礼拜六", "周五或周六吧", "礼拜五礼拜六"])
def test_of_two_days_neither_is_sure(text: str) -> None:
    friday, saturday = date_mentions(heard(n_best(text)), TODAY, expected=True)
    assert (friday.wish.date, saturday.wish.date) == (dt.date(2026, 11, 27), dt.date(2026, 11, 28))
    assert friday.confidence == saturday.confidence < 0.5


def test_the_afternoon_before_its_weekday_is_perhaps_next_week() -> None:
    """下星期四 is often written 下午星期四."""
    next_week, afternoon = date_mentions(heard(n_best("下午星期四")), TODAY, expected=True)
    assert next_week.wish == DateWish(dt.date(2026, 12, 3))
    assert afternoon.wish == DateWish(dt.date(2026, 11, 26), Period.AFTERNOON)
    assert 0.45 <= afternoon.confidence < next_week.confidence < 0.6
    (sure,) = date_mentions(heard(n_best("星期四下午")), TODAY, expected=True)
    assert sure.wish == afternoon.wish
    assert sure.confidence > 0.9


def test_any_of_two_days_will_do() -> None:
    assert date_mentions(heard(n_best("周五周六都行")), TODAY, expected=True)[0].confidence > 0.9


def test_a_weekday_that_contradicts_its_date_makes_both_doubtful() -> None:
    both = date_mentions(heard(n_best("十二月一号星期三")), TODAY, expected=True)
    assert {m.wish.date for m in both} == {dt.date(2026, 12, 1), dt.date(2026, 11, 25)}
    assert all(m.confidence < 0.5 for m in both)


def test_a_day_that_no_calendar_has_leaves_only_the_part_of_the_day() -> None:
    assert _wishes("二月三十号上午") == [DateWish(period=Period.MORNING)]


def test_on_weekdays_is_no_day_but_not_at_the_weekend() -> None:
    assert _wishes("工作日都行") == [DateWish(not_on=frozenset({5, 6}))]
    assert _wishes("工作日上午")[0] == DateWish(period=Period.MORNING, not_on=frozenset({5, 6}))
    assert _wishes("工作日不行") == [DateWish(not_on=frozenset(range(5)))]


@pytest.mark.parametrize(
    ("text", "weekdays"),
    [
        ("周三不行其他都行", {2}),
        ("周三不行别的都行", {2}),
        ("周三没空别的时候都可以", {2}),
        ("周六周日不行其他都行", {5, 6}),
    ],
)
def test_any_day_but_those(text: str, weekdays: set[int]) -> None:
    meaning = understood(Slot.DATE, text)
    assert meaning.date[0].value == DateWish(not_on=frozenset(weekdays))
    assert meaning.date[0].confidence > 0.9
    assert not meaning.no_preference
    assert not meaning.change


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("周四以后", DateWish(not_before=dt.date(2026, 11, 27))),
        ("下周四之后都行", DateWish(not_before=dt.date(2026, 12, 4))),
        ("二十号以后", DateWish(not_before=dt.date(2026, 12, 21))),
        ("周四以前", DateWish(not_after=dt.date(2026, 11, 26))),
        (
            "周三以后月底之前",
            DateWish(not_before=dt.date(2026, 11, 26), not_after=dt.date(2026, 11, 30)),
        ),
    ],
)
def test_a_limit_is_not_taken_for_the_day(text: str, wish: DateWish) -> None:
    (mention,) = date_mentions(heard(n_best(text)), TODAY, expected=True)
    assert mention.wish == wish
    assert mention.confidence > 0.9


def test_a_day_named_beside_a_limit_is_the_day() -> None:
    assert _wishes("周四以后，最好周五") == [DateWish(date=dt.date(2026, 11, 27))]


@pytest.mark.parametrize("text", ["五一过后", "初三", "十二月下旬", "这两天", "明天要下雨"])
def test_what_is_no_certain_day_is_to_be_asked_back(text: str) -> None:
    assert 0.45 <= date_mentions(heard(n_best(text)), TODAY, expected=True)[0].confidence < 0.75


def test_from_monday_to_friday_excludes_the_weekend() -> None:
    (wish,) = _wishes("周一到周五")
    assert wish == DateWish(not_on=frozenset({5, 6}))


@pytest.mark.parametrize("text", ["这两天胃不舒服", "我这几天老是头晕"])
def test_in_the_last_days_is_no_wish(text: str) -> None:
    assert _wishes(text) == []


@pytest.mark.parametrize(("text", "day"), [("下周舞", 4), ("下洲三", 2), ("下周田", 6)])
def test_a_misheard_day_of_next_week(text: str, day: int) -> None:
    assert _wishes(text)[0].date == dt.date(2026, 11, 30) + dt.timedelta(days=day)


def test_each_part_of_the_day_goes_with_its_day() -> None:
    assert set(_wishes("明天上午或者后天下午")) == {
        DateWish(dt.date(2026, 11, 25), Period.MORNING),
        DateWish(dt.date(2026, 11, 26), Period.AFTERNOON),
    }


@pytest.mark.parametrize(
    ("text", "weekdays"),
    [
        ("除了周三都行", {2}),
        ("除了周三周四都可以", {2, 3}),
        ("周三没空", {2}),
        ("不要礼拜五", {4}),
        ("除了周末都可以", {5, 6}),
    ],
)
def test_excluded_weekdays(text: str, weekdays: set[int]) -> None:
    (wish,) = _wishes(text)
    assert wish.not_on == weekdays
    assert wish.date is None


def test_a_day_with_another_excluded() -> None:
    (wish,) = _wishes("下午，除了周三")
    assert wish.period is Period.AFTERNOON
    assert wish.not_on == {2}


def test_earliest_with_a_part_of_the_day() -> None:
    (wish,) = _wishes("最早的上午")
    assert wish == DateWish(period=Period.MORNING, earliest=True)


def test_hypotheses_vote() -> None:
    assert _wishes("明天上午|明天上午吧|后天上午")[0].date == dt.date(2026, 11, 25)


def test_a_fuller_hypothesis_beats_a_bare_part_of_the_day() -> None:
    assert _wishes("名前上午|明天上午")[0] == DateWish(dt.date(2026, 11, 25), Period.MORNING)


def test_a_bare_number_is_a_day_only_when_a_date_was_asked_for() -> None:
    assert _wishes("十五")[0].date == dt.date(2026, 12, 15)
    assert _wishes("十五", expected=False) == []


def test_a_misheard_date_is_less_certain() -> None:
    mended = date_mentions(heard(n_best("后田")), TODAY, expected=True)[0]
    plain = date_mentions(heard(n_best("后天")), TODAY, expected=True)[0]
    assert mended.wish == plain.wish
    assert mended.confidence < plain.confidence


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_invented_from_a_lone_prefix(seed: int) -> None:
    text = random.Random(seed).choice(["下个星期", "这个", "下个月", "礼拜"])
    assert all(wish.date is None for wish in _wishes(text))


@pytest.mark.parametrize(
    "text", ["不是的我要1月2日大后街上午", "1月2日，大后天上午", "大后天上午八月十号"]
)
def test_what_was_misheard_as_a_far_day_does_not_drown_a_near_one(text: str) -> None:
    today = dt.date(2026, 3, 2)
    [mention] = date_mentions(heard(n_best(text)), today, expected=True)
    assert mention.wish == DateWish(dt.date(2026, 3, 5), Period.MORNING)
    assert mention.confidence > 0.9


@pytest.mark.parametrize(
    "text", ["不是明天，是八月十号", "明天不行，八月十号", "明天，不对，八月十号"]
)
def test_a_far_day_stands_where_the_near_one_is_refused(text: str) -> None:
    [first, *_] = date_mentions(heard(n_best(text)), dt.date(2026, 3, 2), expected=True)
    assert first.wish.date == dt.date(2026, 8, 10)


def test_a_yes_is_no_day_that_sounds_like_it_unless_a_day_was_asked_for() -> None:
    today = dt.date(2026, 12, 2)
    assert not date_mentions(heard(n_best("那就好")), today, expected=False)
    assert date_mentions(heard(n_best("就好")), today, expected=True)

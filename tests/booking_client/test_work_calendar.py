from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from booking_client.work_calendar import CALENDAR_FOLDER, Day, load_calendar
from datafiles import DataFileError


@pytest.mark.parametrize(
    ("date", "kind", "weekday_clinics"),
    [
        ("2026-02-13", Day.WORKDAY, True),
        ("2026-02-14", Day.MAKE_UP, True),  # a Saturday before the Spring Festival
        ("2026-02-17", Day.HOLIDAY, False),
        ("2026-02-21", Day.HOLIDAY, False),
        ("2026-02-22", Day.HOLIDAY, False),
        ("2026-03-01", Day.WEEKEND, False),
        ("2021-02-11", Day.HOLIDAY, False),
        ("2021-02-20", Day.MAKE_UP, True),
    ],
)
def test_what_kind_of_day_it_is(date: str, kind: Day, weekday_clinics: bool) -> None:
    calendar, day = load_calendar(), dt.date.fromisoformat(date)
    assert calendar.kind(day) is kind
    assert calendar.is_holiday(day) is (kind is Day.HOLIDAY)
    assert calendar.has_weekday_clinics(day) is weekday_clinics


def test_an_unknown_year_is_said_and_nothing_is_guessed() -> None:
    calendar = load_calendar()
    new_year = dt.date(2040, 1, 1)  # a Sunday
    assert calendar.kind(new_year) is Day.UNKNOWN
    assert not calendar.is_holiday(new_year)
    assert not calendar.has_weekday_clinics(new_year)
    assert calendar.has_weekday_clinics(dt.date(2040, 1, 2))
    (warning,) = calendar.unknown_years(dt.date(2026, 12, 1), dt.date(2027, 1, 5))
    assert "2027" in warning
    assert "2027.yaml" in warning
    assert calendar.unknown_years(dt.date(2026, 1, 1), dt.date(2026, 12, 31)) == []


@pytest.mark.parametrize(
    ("good", "bad", "field", "problem"),
    [
        ("work: [2026-01-04]", "work: [2026-01-05]", "holidays.0", "no weekend day"),
        ("last: 2026-01-03", "last: 2025-12-31", "holidays.0", "before first"),
        ("last: 2026-01-03", "last: soon", "holidays.0.last", "date"),
        ("first: 2026-01-01", "first: 2025-12-31", "", "belongs into the file of 2025"),
        ("year: 2026", "year: 2025", "", "belongs into the file of 2026"),
    ],
)
def test_a_clerks_mistake_is_named(
    tmp_path: Path, good: str, bad: str, field: str, problem: str
) -> None:
    text = (CALENDAR_FOLDER / "2026.yaml").read_text(encoding="utf-8")
    assert good in text
    (tmp_path / "2026.yaml").write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(DataFileError, match=problem) as caught:
        load_calendar(tmp_path)
    assert caught.value.field == field


def test_a_file_is_named_after_its_year(tmp_path: Path) -> None:
    text = (CALENDAR_FOLDER / "2026.yaml").read_text(encoding="utf-8")
    (tmp_path / "next.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=r"belongs into 2026\.yaml"):
        load_calendar(tmp_path)

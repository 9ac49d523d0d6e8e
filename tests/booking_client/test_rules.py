from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from booking_client.errors import Refusal
from booking_client.rules_file import RULES_FILE, load_rules, rules_text
from datafiles import DataFileError
from tests.booking_client.clinic import hospital_rules

TUESDAY = dt.date(2026, 11, 24)
PROVINCIAL = "hospitals.江苏省人民医院"


def at(clock: str) -> dt.datetime:
    return dt.datetime.combine(TUESDAY, dt.time.fromisoformat(clock))


def day(offset: int) -> dt.date:
    return TUESDAY + dt.timedelta(days=offset)


def test_the_window_is_tomorrow_to_the_same_weekday() -> None:
    assert hospital_rules().window(at("09:00")) == (day(1), day(7))


def test_from_the_cut_off_on_tomorrow_is_too_late() -> None:
    default = hospital_rules(next_day_cut_off="16:30")
    assert default.window(at("16:29")) == (day(1), day(7))
    assert default.window(at("16:30")) == (day(2), day(7))
    assert default.refusal_for(day(1), at("16:30")) is Refusal.TOO_LATE


def test_the_last_day_opens_at_the_release_hour() -> None:
    default = hospital_rules(release_hour="06:30")
    assert default.window(at("06:29")) == (day(1), day(6))
    assert default.window(at("06:30")) == (day(1), day(7))
    assert default.refusal_for(day(7), at("06:29")) is Refusal.NOT_RELEASED
    assert default.refusal_for(day(8), at("06:29")) is Refusal.TOO_EARLY


def test_the_window_may_be_empty() -> None:
    first, last = hospital_rules(first_day=1, last_day=1).window(at("17:00"))
    assert first > last


@given(st.integers(-3, 12), st.times(), st.times(), st.none() | st.times())
def test_a_date_is_refused_exactly_when_it_is_outside_the_window(
    offset: int, clock: dt.time, release: dt.time, cut_off: dt.time | None
) -> None:
    default = hospital_rules(release_hour=release, next_day_cut_off=cut_off)
    now = dt.datetime.combine(TUESDAY, clock)
    first, last = default.window(now)
    refused = default.refusal_for(day(offset), now)
    assert (refused is None) == (first <= day(offset) <= last)


def test_without_a_deadline_one_can_cancel_until_the_booked_time() -> None:
    deadline = hospital_rules().cancel_deadline(TUESDAY, "上午", dt.time(9, 30))
    assert deadline == at("09:30")


def test_a_deadline_depends_on_the_part_of_the_day() -> None:
    until = {"上午": "07:00", "下午": "12:00", "晚上": "16:00"}
    default = hospital_rules(cancel_until=until)
    assert default.cancel_deadline(TUESDAY, "下午", dt.time(15)) == at("12:00")
    assert default.cancel_deadline(TUESDAY, "晚上", dt.time(18)) == at("16:00")


@pytest.mark.parametrize(
    "nonsense", [{"first_day": 3, "last_day": 2}, {"first_day": 0, "next_day_cut_off": "16:30"}]
)
def test_rules_that_contradict_themselves_are_refused(nonsense: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        hospital_rules(**nonsense)


def test_a_hospital_keeps_the_default_for_what_it_does_not_change() -> None:
    loaded = load_rules()
    changed, other = loaded.of("江苏省人民医院", TUESDAY), loaded.of("任何别的医院", TUESDAY)
    assert (changed.last_day, other.last_day) == (14, 7)
    assert changed.next_day_cut_off == other.next_day_cut_off == dt.time(16, 30)


@pytest.mark.parametrize(
    ("good", "bad", "field", "problem"),
    [
        (
            "      last_day: 14",
            "      last_day: soon",
            f"{PROVINCIAL}.0.last_day",
            "integer",
        ),
        (
            "      last_day: 14",
            "      lastday: 14",
            f"{PROVINCIAL}.0.lastday",
            "no such field",
        ),
        (
            "      last_day: 14",
            "      last_day: 0",
            f"{PROVINCIAL}.0",
            "before first_day",
        ),
        ('"16:30"', "16:30", "default.0.next_day_cut_off", "in quotes"),
    ],
)
def test_an_editors_mistake_is_named_with_file_line_and_field(
    tmp_path: Path, good: str, bad: str, field: str, problem: str
) -> None:
    text = RULES_FILE.read_text(encoding="utf-8").replace(good, bad, 1)
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=problem) as caught:
        load_rules(file)
    assert (caught.value.file, caught.value.field) == (file, field)
    named = text.splitlines()[caught.value.line - 1]
    # An entry of a list begins with its first field.
    begins = field.rpartition(".")[2].replace("0", "- valid_from")
    assert named.split(":")[0].strip() == begins


def test_what_is_written_is_read_back_as_it_was(tmp_path: Path) -> None:
    shipped = load_rules()
    path = tmp_path / "rules.yaml"
    path.write_text(rules_text(shipped), encoding="utf-8")
    assert load_rules(path).says_the_same(shipped)
    assert 'release_hour: "06:30"' in path.read_text(encoding="utf-8")

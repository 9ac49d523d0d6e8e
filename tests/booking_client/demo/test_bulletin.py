from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from booking_client.demo.bulletin import load_bulletin
from booking_client.month import Month
from booking_client.rules_file import DATA
from datafiles import DataFileError
from tests.booking_client.demo.small_month import MONTH, write_small_bulletin


def test_the_bulletin_of_february_2021() -> None:
    bulletin = load_bulletin(MONTH)
    assert len(bulletin.hospitals) == 38
    assert bulletin.total == 280_750
    channels = [line.by_channel for line in bulletin.hospitals]
    assert sum(counts["phone"] for counts in channels) == 29_843
    assert sum(line.bookings for line in bulletin.sub_channels) == 82_510


def test_another_month_has_no_bulletin() -> None:
    with pytest.raises(DataFileError, match="bookings_by_hospital_2021-03"):
        load_bulletin(Month(2021, 3))


def test_a_line_that_does_not_add_up_is_named(tmp_path: Path) -> None:
    for path in DATA.glob("bookings_by_*.csv"):
        shutil.copy(path, tmp_path)
    file = tmp_path / "bookings_by_hospital_2021-02.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("998,82751", "999,82751"), encoding="utf-8")
    with pytest.raises(DataFileError, match="not the sum") as error:
        load_bulletin(MONTH, tmp_path)
    assert error.value.line == 3


def test_not_made_smaller_it_is_the_bulletin_itself(tmp_path: Path) -> None:
    """So what the small month shows of ranks and files is true of the whole one."""
    write_small_bulletin(tmp_path, smaller=1)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (DATA / path.name).read_bytes()

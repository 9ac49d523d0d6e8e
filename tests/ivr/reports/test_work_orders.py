from __future__ import annotations

from pathlib import Path

import pytest

from booking_client.month import Month
from datafiles import DataFileError
from ivr.reports.work_orders import load_work_orders


def test_february_2021_is_shipped() -> None:
    orders = load_work_orders(Month(2021, 2))
    assert [(line.source, line.count) for line in orders] == [
        ("市12345工单", 1793),
        ("省12345工单", 9598),
    ]


def test_another_month_has_none() -> None:
    assert load_work_orders(Month(2021, 3)) == []


@pytest.mark.parametrize(
    ("line", "field"),
    [("2021-2,市12345工单,3", "month"), ("2021-02,,3", "source"), ("2021-02,市,-1", "count")],
)
def test_a_clerks_mistake_is_named(tmp_path: Path, line: str, field: str) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(f"month,source,count\n{line}\n", encoding="utf-8")
    with pytest.raises(DataFileError) as error:
        load_work_orders(Month(2021, 2), file)
    assert (error.value.line, error.value.field) == (2, field)

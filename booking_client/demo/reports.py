"""The demonstration's report desk: invented reports of the demonstration's people.

When a report is due counts from the day the caller asks, so that the file does not grow old.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from booking_client.rules_file import DATA
from booking_client.types import Report
from datafiles import load_csv

REPORTS_FILE = DATA / "demo_reports.csv"


class DemoReport(BaseModel):
    """One line of `data/demo_reports.csv`: a report that is out (`how` to fetch it) or one that
    will be in `due_in_days`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id_number: str = Field(repr=False, pattern=r"^\d{17}[\dX]$")
    hospital: str = Field(min_length=1)
    ready: bool
    how: str = Field(max_length=40)
    due_in_days: Annotated[int, Field(ge=0, le=60)]

    @model_validator(mode="after")
    def _can_be_told(self) -> Self:
        if self.ready and not self.how:
            raise ValueError("a report that is out needs words on how to fetch it")
        return self


def load_reports(path: Path = REPORTS_FILE) -> list[DemoReport]:
    """Raises DataFileError (file, line, field)."""
    return load_csv(path, DemoReport)


class DemoReportDesk:
    """`booking_client.interface.ReportDesk` over the demonstration's people."""

    def __init__(self, path: Path = REPORTS_FILE) -> None:
        """Reads `path`. Raises DataFileError."""
        self._reports = load_reports(path)

    async def reports_of(self, id_number: str, now: dt.datetime) -> Sequence[Report]:
        return [
            Report(
                each.hospital,
                each.ready,
                each.how,
                None if each.ready else now.date() + dt.timedelta(days=each.due_in_days),
            )
            for each in self._reports
            if each.id_number == id_number
        ]

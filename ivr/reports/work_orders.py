"""Work orders that the 12345 lines hand to the hotline: counts that are imported, not calls.

`data/work_orders.csv` has a line for every month and source (the shipped ones are of the
bulletin of February 2021); `ivr report monthly --work-orders` takes another file.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from booking_client.month import Month
from datafiles import load_csv

WORK_ORDERS_FILE = Path(__file__).parent / "data" / "work_orders.csv"


class WorkOrders(BaseModel):
    """The work orders of one source in one month."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    month: str
    source: str = Field(min_length=1)
    count: int = Field(ge=0)

    @field_validator("month")
    @classmethod
    def _is_month(cls, text: str) -> str:
        return str(Month.parse(text))


def load_work_orders(month: Month, path: Path = WORK_ORDERS_FILE) -> list[WorkOrders]:
    """Those of `month`, in the file's order. Raises DataFileError (file, line, field)."""
    return [line for line in load_csv(path, WorkOrders) if line.month == str(month)]

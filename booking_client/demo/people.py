"""The demonstration's real-name registry: thirty invented people.

Their ID numbers are valid (GB 11643), and all but the first carry the area code
320100, which no person's number has: 00 is not a county.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from booking_client.id_number import is_valid_id_number
from booking_client.rules_file import DATA
from datafiles import load_csv

PEOPLE_FILE = DATA / "demo_people.csv"


class DemoPerson(BaseModel):
    """One line of `data/demo_people.csv`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id_number: str = Field(repr=False)
    name: str = Field(repr=False, min_length=2)

    @field_validator("id_number")
    @classmethod
    def _valid(cls, text: str) -> str:
        if not is_valid_id_number(text, dt.date.max):
            raise ValueError("not a valid ID number (GB 11643)")
        return text


def load_people(path: Path = PEOPLE_FILE) -> list[DemoPerson]:
    """Raises DataFileError (file, line, field)."""
    return load_csv(path, DemoPerson)


class DemoRealNameRegistry:
    """`booking_client.interface.RealNameRegistry` over the demonstration's people."""

    def __init__(self, path: Path = PEOPLE_FILE) -> None:
        """Reads `path`. Raises DataFileError."""
        self._names = {person.id_number: person.name for person in load_people(path)}

    async def name_for(self, id_number: str) -> str | None:
        return self._names.get(id_number)

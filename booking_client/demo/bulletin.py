"""A month's bulletin: how many bookings each hospital had by channel, and each sub-channel.

`data/bookings_by_hospital_2021-02.csv` and `data/bookings_by_subchannel_2021-02.csv` are the
tables of the Nanjing 12320 bulletin of February 2021, unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from booking_client.month import Month
from booking_client.rules_file import DATA
from datafiles import load_csv

CHANNELS = ("online_12320", "phone", "in_clinic", "third_party")


class HospitalLine(BaseModel):
    """A hospital's bookings by channel; the last line of a file, without a rank, is the total."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rank: str
    hospital: str
    online_12320: int = Field(ge=0)
    phone: int = Field(ge=0)
    in_clinic: int = Field(ge=0)
    third_party: int = Field(ge=0)
    total: int = Field(ge=0)

    @model_validator(mode="after")
    def _adds_up(self) -> HospitalLine:
        if sum(self.by_channel.values()) != self.total:
            raise ValueError("total is not the sum of the channels")
        return self

    @property
    def by_channel(self) -> Mapping[str, int]:
        return {channel: getattr(self, channel) for channel in CHANNELS}


class SubChannelLine(BaseModel):
    """The bookings that carry a sub-channel's label."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rank: str
    subchannel: str
    bookings: int = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Both tables of one month without their totals, in the bulletin's order."""

    month: Month
    hospitals: tuple[HospitalLine, ...]
    sub_channels: tuple[SubChannelLine, ...]

    @property
    def total(self) -> int:
        return sum(line.total for line in self.hospitals)


def load_bulletin(month: Month, folder: Path = DATA) -> Bulletin:
    """Raises DataFileError (file, line, field), also when there is no bulletin of this month."""
    hospitals = load_csv(folder / f"bookings_by_hospital_{month}.csv", HospitalLine)
    sub_channels = load_csv(folder / f"bookings_by_subchannel_{month}.csv", SubChannelLine)
    return Bulletin(
        month,
        tuple(line for line in hospitals if line.rank),
        tuple(line for line in sub_channels if line.rank),
    )

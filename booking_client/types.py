"""Plain types of the booking core, in the field's terms.

session = a doctor's or department's clinic on one date and period (FHIR
Schedule); slot = a 30-minute band of it with a capacity (FHIR Slot); hold =
a place taken for a short while, without a patient (FHIR busy-tentative);
booking = FHIR Appointment. Times are naive local times of Asia/Shanghai.
Hospital names and, within a hospital, department names are unique and are the
keys that channels use; sessions, slots, holds and bookings have ids.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum


class BookingStatus(StrEnum):
    """FHIR R4 Appointment.status, the part that is used."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"


@dataclass(frozen=True, slots=True)
class Hospital:
    name: str
    aliases: tuple[str, ...]
    district: str
    level: str
    campuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Department:
    hospital: str
    name: str
    parent: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doctor:
    hospital: str
    department: str
    name: str
    title: str
    expertise: str = ""


@dataclass(frozen=True, slots=True)
class SlotBand:
    """One 30-minute band: `free` places left right now, `held` ones that may come back."""

    id: int
    start: dt.time
    end: dt.time
    free: int
    held: int = 0


@dataclass(frozen=True, slots=True)
class ClinicSession:
    """A clinic session with its bands, earliest first.

    `doctor` None = ordinary clinic (普通门诊).
    """

    id: int
    hospital: str
    campus: str
    department: str
    doctor: str | None
    doctor_title: str | None
    date: dt.date
    period: str  # 上午 / 下午 / 晚上
    fee_yuan: int
    bands: tuple[SlotBand, ...]

    @property
    def free(self) -> int:
        return sum(band.free for band in self.bands)


@dataclass(frozen=True, slots=True)
class SessionQuery:
    """Which sessions to find. None = any. `from_date`..`to_date` inclusive."""

    hospital: str
    department: str
    from_date: dt.date
    to_date: dt.date
    doctor: str | None = None
    period: str | None = None
    not_on: frozenset[int] = frozenset()
    with_places_only: bool = True
    limit: int = 20
    channel: str | None = None  # whose window and quota count; None = the public's
    experts_only: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """A place held without a patient until `expires_at`."""

    id: str
    session: ClinicSession
    slot_id: int
    start: dt.time
    end: dt.time
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Patient:
    """Who the booking is for. `name_verified` False marks it `name_unverified` for the desk."""

    id_number: str = field(repr=False)
    name: str = field(repr=False)
    name_verified: bool
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PatientByPhone:
    """A patient who has booked from this phone before, told by the last four characters of the ID
    number: enough to make one more booking, not to be told anything."""

    phone: str = field(repr=False)
    last_four: str = field(repr=False)


class PhoneMatch(StrEnum):
    """How many patients a `PatientByPhone` fits."""

    NONE = "none"
    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Booking:
    """A confirmed booking. `code` is the confirmation code that the caller writes down."""

    id: int
    code: str
    status: BookingStatus
    session: ClinicSession
    start: dt.time
    end: dt.time
    patient_name: str = field(repr=False)
    name_unverified: bool
    id_last_four: str
    channel: str
    sub_channel: str | None = None


class Nearness(StrEnum):
    """In what an alternative is near to the wish."""

    SAME_DOCTOR = "same_doctor"  # another time
    SAME_DAY = "same_day"  # another doctor of the department, or its ordinary clinic
    SAME_DEPARTMENT = "same_department"  # at another hospital


@dataclass(frozen=True, slots=True)
class Alternative:
    nearness: Nearness
    session: ClinicSession


@dataclass(frozen=True, slots=True)
class AffectedBooking:
    """A live booking of a session that the hospital has cancelled, and what is nearest to it."""

    booking: Booking
    replacements: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A test report, without what it says or what was tested: only whether it can be fetched.

    `how` is what is told of fetching it ("带身份证到门诊一楼自助机打印"); `expected` is the day it
    should be out where it is not.
    """

    hospital: str
    ready: bool
    how: str
    expected: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PersonalDataPermission:
    """Who asks for personal data in the clear, and what for; both are written down."""

    actor: str
    purpose: str

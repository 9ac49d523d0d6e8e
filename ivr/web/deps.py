"""What the pages work with, made once by whoever serves them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from booking_client.types import Booking, Patient, PersonalDataPermission
from ivr.aliases.trials import Trials
from ivr.board.store import Board
from ivr.call_log import StoredCall
from ivr.call_search.store import CallSearch
from ivr.hotline.handovers import HandedOver
from ivr.live.calls import LiveCalls
from ivr.live.control import LiveControl
from ivr.ports import Clock
from ivr.reports.months import MonthReports
from ivr.retention.store import Retention
from ivr.web.accounts.store import AccountBook


class Calls(Protocol):
    """Where the pages' calls come from."""

    async def show(self, call_id: str) -> StoredCall | None:
        """Raises CallLogError."""
        ...


class Handovers(Protocol):
    async def of(self, call_id: str) -> HandedOver | None:
        """Raises CoreUnavailable."""
        ...


class Bookings(Protocol):
    """The bookings that calls made. Every method raises CoreUnavailable."""

    async def booking_of_hold(self, hold_id: str) -> Booking | None: ...

    async def booking_by_code(self, code: str) -> Booking | None: ...

    async def patient_of_booking(
        self, code: str, permission: PersonalDataPermission, now: dt.datetime
    ) -> Patient:
        """The access is written down. Raises BookingRefused."""
        ...


@dataclass(frozen=True, slots=True)
class Deps:
    """`recordings`: the folder that StoredCall.recording starts from. `bookings`: None where calls
    book through a service, which shows its bookings itself. `program_secret`: with which
    a program fetches the page of a call that is handed over (empty: none can). `https`: browsers
    come through a TLS proxy, one of `proxies`, which says for whom it asks."""

    book: AccountBook
    calls: Calls
    handovers: Handovers
    clock: Clock
    recordings: Path
    search: CallSearch
    board: Board
    reports: MonthReports
    trials: Trials
    live: LiveCalls
    retention: Retention
    bookings: Bookings | None = None
    control: LiveControl | None = None
    program_secret: str = ""
    https: bool = False
    proxies: frozenset[str] = frozenset()

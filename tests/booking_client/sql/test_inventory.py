"""Anything that callers can do in any order, against a model of a few lines."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)
from sqlalchemy import text

import booking_client
from booking_client.errors import BookingRefused, Refusal
from booking_client.sql.core import SqlBookingCore
from booking_client.types import Hold, SessionQuery
from tests.booking_client.clinic import (
    HEART,
    HOSPITAL,
    KEYS,
    NOW,
    open_clinic,
    open_session,
    patient,
    rules,
)
from tests.booking_client.conftest import copied_database
from tests.booking_client.truth import falsehoods

Answer = TypeVar("Answer")
DATE = NOW.date() + dt.timedelta(days=5)
SESSIONS = (1, 2)
PHONES = ("", "13800000000", "13900000000")
LIMIT = 2


@dataclass(slots=True)
class HoldModel:
    hold: Hold
    phone: str
    released: bool = False
    confirmed_by: tuple[str, int] | None = None  # key, patient
    code: str = ""
    cancelled: bool = False

    def live(self, now: dt.datetime) -> bool:
        return not self.released and not self.confirmed_by and now < self.hold.expires_at

    def booked(self) -> bool:
        return self.confirmed_by is not None and not self.cancelled


@dataclass(slots=True)
class ClinicModel:
    now: dt.datetime = NOW
    capacity: dict[int, int] = field(default_factory=dict)  # by slot, earliest first
    session_of: dict[int, int] = field(default_factory=dict)
    holds: dict[str, HoldModel] = field(default_factory=dict)

    def free(self, slot_id: int) -> int:
        taken = [
            entry
            for entry in self.holds.values()
            if entry.hold.slot_id == slot_id and (entry.live(self.now) or entry.booked())
        ]
        return self.capacity[slot_id] - len(taken)

    def earliest(self, session_id: int) -> int | None:
        slots = (slot for slot, session in self.session_of.items() if session == session_id)
        return next((slot for slot in slots if self.free(slot) > 0), None)

    def phone_is_full(self, phone: str) -> bool:
        live = [e for e in self.holds.values() if e.phone == phone and e.live(self.now)]
        return bool(phone) and len(live) >= LIMIT

    def has_booking_that_day(self, number: int) -> bool:
        return any(
            entry.booked() and entry.confirmed_by and entry.confirmed_by[1] == number
            for entry in self.holds.values()
        )


class Callers(RuleBasedStateMachine):
    """Both sessions are on one day in one department, so a patient can have one booking."""

    holds: Bundle[str] = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.model = ClinicModel()
        self.core = self.run(self.connect())

    async def connect(self) -> SqlBookingCore:
        return await booking_client.connect_database("sqlite://", keys=KEYS, rules=rules())

    def run(self, operation: Coroutine[Any, Any, Answer]) -> Answer:
        return self.runner.run(operation)

    def refused(self, operation: Coroutine[Any, Any, Any]) -> Refusal | None:
        try:
            self.run(operation)
        except BookingRefused as refusal:
            return refusal.reason
        return None

    @initialize(capacities=st.lists(st.integers(0, 2), min_size=4, max_size=4))
    def open(self, capacities: list[int]) -> None:
        database = self.core.database
        self.run(open_clinic(database))
        self.run(open_session(database, 1, DATE, capacities[:2]))
        self.run(open_session(database, 2, DATE, capacities[2:], period="下午"))
        self.model.capacity = {slot + 1: number for slot, number in enumerate(capacities)}
        self.model.session_of = {1: 1, 2: 1, 3: 2, 4: 2}

    @rule(minutes=st.integers(1, 16))
    def time_passes(self, minutes: int) -> None:
        self.model.now += dt.timedelta(minutes=minutes)

    @rule(target=holds, session_id=st.sampled_from(SESSIONS), phone=st.sampled_from(PHONES))
    def place_hold(self, session_id: int, phone: str) -> Any:
        expected = self.model.earliest(session_id)
        operation = self.core.hold(session_id, channel="phone", phone=phone, now=self.model.now)
        if self.model.phone_is_full(phone):
            assert self.refused(operation) is Refusal.TOO_MANY_HOLDS
        elif expected is None:
            assert self.refused(operation) is Refusal.FULL
        else:
            hold = self.run(operation)
            assert hold.slot_id == expected
            self.model.holds[hold.id] = HoldModel(hold, phone)
            return hold.id
        return multiple()

    @rule(hold_id=holds)
    def release(self, hold_id: str) -> None:
        self.run(self.core.release(hold_id))
        entry = self.model.holds[hold_id]
        # After its expiry a release may come too late to count: the place was free already.
        if entry.confirmed_by is None and not self.written_off(hold_id):
            entry.released = True

    @rule(hold_id=holds, key=st.sampled_from(["1", "2", "3", "4"]), number=st.integers(1, 3))
    def confirm(self, hold_id: str, key: str, number: int) -> None:
        entry = self.model.holds[hold_id]
        operation = self.core.confirm(hold_id, patient(number), key, self.model.now)
        earlier = next(
            (e for e in self.model.holds.values() if e.confirmed_by and e.confirmed_by[0] == key),
            None,
        )
        if earlier is not None:
            if earlier is entry and earlier.confirmed_by == (key, number):
                assert self.run(operation).code == earlier.code
            else:
                assert self.refused(operation) is Refusal.KEY_REUSED
        elif self.model.has_booking_that_day(number):
            assert self.refused(operation) is Refusal.ALREADY_BOOKED
        elif entry.released or entry.confirmed_by or not self.place_is_there(entry):
            assert self.refused(operation) is Refusal.HOLD_EXPIRED
        else:
            entry.code = self.run(operation).code
            entry.confirmed_by = (key, number)

    @rule(hold_id=holds)
    def cancel(self, hold_id: str) -> None:
        entry = self.model.holds[hold_id]
        if entry.booked():
            self.run(self.core.cancel(entry.code, self.model.now))
            entry.cancelled = True

    @invariant()
    def the_database_tells_the_truth(self) -> None:
        assert self.run(self.broken()) == []

    @invariant()
    def what_is_offered_is_what_is_free(self) -> None:
        query = SessionQuery(HOSPITAL, HEART, DATE, DATE, with_places_only=False)
        if not self.model.capacity:
            return
        found = self.run(self.core.find_sessions(query, self.model.now))
        offered = {band.id: band.free for session in found for band in session.bands}
        assert offered == {slot: self.model.free(slot) for slot in self.model.capacity}

    def place_is_there(self, entry: HoldModel) -> bool:
        return entry.live(self.model.now) or self.model.free(entry.hold.slot_id) > 0

    def written_off(self, hold_id: str) -> bool:
        return self.run(self.state(hold_id)) == "expired"

    async def state(self, hold_id: str) -> str:
        async with self.core.database.reading() as connection:
            state = await connection.execute(
                text("SELECT state FROM hold WHERE id = :id"), {"id": hold_id}
            )
            return str(state.scalar_one())

    async def broken(self) -> list[str]:
        async with self.core.database.reading() as connection:
            return await falsehoods(connection)

    def teardown(self) -> None:
        self.run(self.core.close())
        self.runner.close()


class CallersOnAServer(Callers):
    server: ClassVar = ""

    async def connect(self) -> SqlBookingCore:
        url = await copied_database(self.server)
        return await booking_client.connect_database(url, keys=KEYS, rules=rules())


@pytest.fixture
def server_for_callers(postgresql_server: str) -> None:
    CallersOnAServer.server = postgresql_server


TestCallers = Callers.TestCase
TestCallers.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)

TestCallersOnAServer = pytest.mark.usefixtures("server_for_callers")(CallersOnAServer.TestCase)
TestCallersOnAServer.settings = settings(max_examples=5, stateful_step_count=30, deadline=None)

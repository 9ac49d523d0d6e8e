"""A booking core of any kind, and the database behind it in which tests set the scene."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from booking_client.errors import BookingRefused, Refusal
from booking_client.interface import BookingCore, HospitalDesk
from booking_client.sql.database import Database
from booking_client.types import Booking, Hold, Patient
from tests.booking_client.clinic import NOW, hospital_rules, patient
from tests.booking_client.truth import falsehoods


@dataclass(frozen=True, slots=True)
class Place:
    core: BookingCore
    desk: HospitalDesk
    database: Database
    rules_file: Path

    async def use_rules(
        self,
        hospitals: Mapping[str, Mapping[str, object]] | None = None,
        now: dt.datetime = NOW,
        **changes: object,
    ) -> bool:
        """Import the small clinic's rules with `changes`; `hospitals` differ from them."""
        since = dt.date(2020, 1, 1)
        default = hospital_rules(**changes).model_dump(mode="json")
        content = {
            "default": [{"valid_from": since, **default}],
            "hospitals": {
                name: [{"valid_from": since, **own}] for name, own in (hospitals or {}).items()
            },
        }
        self.rules_file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return await self.desk.import_rules(self.rules_file, now)

    async def hold(
        self, session_id: int, now: dt.datetime = NOW, *, channel: str = "phone", phone: str = ""
    ) -> Hold:
        return await self.core.hold(session_id, channel=channel, phone=phone, now=now)

    async def book(
        self,
        session_id: int,
        who: Patient | None = None,
        now: dt.datetime = NOW,
        *,
        channel: str = "phone",
    ) -> Booking:
        held = await self.hold(session_id, now, channel=channel)
        return await self.core.confirm(held.id, who or patient(), f"key of {held.id}", now)

    async def refusal_to_book(
        self,
        session_id: int,
        who: Patient | None = None,
        now: dt.datetime = NOW,
        *,
        channel: str = "phone",
    ) -> Refusal:
        """Why it cannot be booked; `may_book` must have said the same."""
        said = await self.core.may_book((who or patient()).id_number, session_id, now, channel)
        with pytest.raises(BookingRefused) as caught:
            await self.book(session_id, who, now, channel=channel)
        assert said is caught.value.reason
        return caught.value.reason

    async def is_true(self) -> bool:
        async with self.database.reading() as connection:
            return await falsehoods(connection) == []

"""What becomes of a booking core that refuses, is away, or does not answer."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from booking_client.errors import BookingRefused, CoreUnavailable, Refusal
from booking_client.types import Nearness, Patient, SessionQuery
from dialogs import commands as do
from dialogs import events as ev
from ivr.session import core_answers
from ivr.session.core_answers import CoreAnswers
from tests.dialogs.clinic import KNOWN_ID, NOW, Registry, Reports, make_clinic, open_core

CONFIRM = do.ConfirmBooking(
    "hold", Patient(KNOWN_ID, "陈德安", name_verified=True, phone="13800000000"), "key"
)


class BrokenCore:
    """Every operation raises `error`; None: it never answers."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return self._break

    async def _break(self, *arguments: object, **named: object) -> None:
        self.asked += 1
        if self._error is not None:
            raise self._error
        await asyncio.Event().wait()


def answers(core: Any, notices: list[tuple[str, Any]] | None = None) -> CoreAnswers:
    notices = [] if notices is None else notices
    return CoreAnswers(
        core=core,
        registry=Registry(),
        reports=Reports(),
        now=lambda: NOW,
        call_id="call-1",
        caller="13800000000",
        channel="phone",
        notice=lambda kind, fields: notices.append((kind, fields)),
    )


async def test_a_refusal_is_an_event_with_its_reason() -> None:
    asked = answers(BrokenCore(BookingRefused(Refusal.FULL)))
    assert await asked.ask(do.PlaceHold(1)) == ev.Refused(NOW, Refusal.FULL)


async def test_a_core_that_is_away_has_failed() -> None:
    asked = answers(BrokenCore(CoreUnavailable("no file")))
    assert await asked.ask(do.FindDepartments("南京鼓楼医院")) == ev.CoreFailed(NOW)


async def test_a_core_that_does_not_answer_in_time_has_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(core_answers, "CORE_LIMIT", 0.0)
    assert await answers(BrokenCore(None)).ask(do.FindDepartments("x")) == ev.CoreFailed(NOW)


async def test_a_hold_that_cannot_be_released_stops_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await answers(BrokenCore(CoreUnavailable("no file"))).release("hold")
    assert "hold not released" in caplog.text


async def test_a_confirmation_without_an_answer_is_sent_once_more() -> None:
    core = BrokenCore(CoreUnavailable("the line broke"))
    assert await answers(core).ask(CONFIRM) == ev.CoreFailed(NOW)
    assert core.asked == 2


async def test_a_booking_is_told_with_the_last_four_only(tmp_path: Path) -> None:
    path = tmp_path / "booking.db"
    await make_clinic(path)
    core = await open_core(path)
    told: list[tuple[str, Any]] = []
    asked = answers(core, told)
    held = await asked.ask(do.PlaceHold(1))
    assert isinstance(held, ev.HoldPlaced)
    booked = await asked.ask(do.ConfirmBooking(held.hold.id, CONFIRM.patient, "key"))
    assert isinstance(booked, ev.Booked)
    ((kind, fields),) = told
    assert kind == "booked"
    assert fields["code"] == booked.booking.code
    assert fields["booking"]["id_last_four"] == KNOWN_ID[-4:]
    assert dt.date.fromisoformat(fields["booking"]["date"]) == held.hold.session.date
    assert KNOWN_ID not in str(told)
    await core.close()


async def test_what_is_near_to_a_full_session_and_to_no_session_at_all(tmp_path: Path) -> None:
    path = tmp_path / "booking.db"
    await make_clinic(path)
    core = await open_core(path)
    asked = answers(core)
    thursday = dt.date(2026, 11, 26)
    full = SessionQuery("南京鼓楼医院", "骨科", thursday, thursday)
    for query in (full, replace(full, period="下午")):  # which 骨科 does not have
        found = await asked.ask(do.FindAlternatives(query))
        assert isinstance(found, ev.AlternativesFound)
        kinds = {each.nearness: each.session for each in found.alternatives}
        assert kinds[Nearness.SAME_DEPARTMENT].hospital == "江苏省人民医院"
        assert kinds[Nearness.SAME_DEPARTMENT].date == thursday
        assert kinds[Nearness.SAME_DOCTOR].date != thursday
    nowhere = replace(full, doctor="周安")
    assert await asked.ask(do.FindAlternatives(nowhere)) == ev.AlternativesFound(NOW, ())
    await core.close()

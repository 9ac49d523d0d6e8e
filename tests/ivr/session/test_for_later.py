"""What a call leaves for later is written down within a bound, and a ticket at most once."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from booking_client.errors import CoreUnavailable
from dialogs import commands as do
from dialogs import events as ev
from dialogs.outcomes import Category, Reason
from ivr.session.call_ports import StatedIn
from ivr.session.for_later import ForLater

NOW = dt.datetime(2026, 11, 24, 9, 0)
TICKET = do.OpenTicket("call-1:1", Category.COMPLAINT, "等了三个小时")


class FailingDesk:
    """A desk that fails so many times."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.keys: list[str] = []

    async def open_ticket(self, call_id: str, ticket: do.OpenTicket, stated: StatedIn) -> str:
        self.keys.append(ticket.key)
        self._fail()
        return "2734568"

    async def hand_over(self, call_id: str, reason: Reason, handover: do.Handover) -> None:
        self._fail()

    async def call_back(self, call_id: str, callback: do.RecordCallback) -> None:
        self._fail()

    async def send_text(self, call_id: str, text: do.SendText) -> None:
        self._fail()

    async def keep(self, call_id: str, kept: do.Keeping) -> None:
        self._fail()

    def _fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise CoreUnavailable("no database")


def for_later(desk: FailingDesk) -> ForLater:
    return ForLater(desk, "call-1", lambda: NOW)


async def test_a_ticket_is_asked_for_once_more_under_its_key() -> None:
    desk = FailingDesk(1)
    event = await for_later(desk).open_ticket(TICKET, StatedIn())
    assert event == ev.TicketOpened(NOW, "2734568")
    assert desk.keys == ["call-1:1"] * 2


async def test_a_ticket_that_cannot_be_kept_has_no_number() -> None:
    event = await for_later(FailingDesk(2)).open_ticket(TICKET, StatedIn())
    assert event == ev.TicketOpened(NOW, None)


async def test_an_answer_that_cannot_be_kept_breaks_no_call() -> None:
    desk = FailingDesk(1)
    await for_later(desk).keep(do.KeepScore("booking", 5))
    assert desk.failures == 0, "the desk was asked, and failed"


CALLBACK = do.RecordCallback("02583600001", NOW, Reason.KEY_ZERO)


class StuckDesk(FailingDesk):
    async def call_back(self, call_id: str, callback: do.RecordCallback) -> None:
        await asyncio.Event().wait()


async def test_a_call_back_that_is_written_is_told_to_the_caller() -> None:
    assert await for_later(FailingDesk(0)).call_back(CALLBACK) == ev.CallbackRecorded(NOW)


@pytest.mark.parametrize("desk", [FailingDesk(1), StuckDesk(0)])
async def test_a_call_back_that_is_not_written_in_time_is_not_promised(
    desk: FailingDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("ivr.session.for_later.DESK_LIMIT", 0.01)
    assert await for_later(desk).call_back(CALLBACK) == ev.CoreFailed(NOW)
    assert "02583600001" not in caplog.text

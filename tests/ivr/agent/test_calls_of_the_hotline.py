"""Whole calls over real SIP for the hotline's other work: a complaint that becomes a ticket."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio

from booking_client.personal_data import PersonalDataKeys
from dialogs.outcomes import Category, Outcome
from ivr.audio_file import read_speech
from ivr.clock import SystemClock
from ivr.hotline import Hotline
from ivr.ports import SAMPLE_RATE
from tests.ivr.agent.whole_call import Exchange, exchange, story

pytestmark = [pytest.mark.sip, pytest.mark.models]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def up(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Exchange]:
    async with exchange(tmp_path_factory.mktemp("hotline")) as running:
        yield running


@pytest.mark.asyncio(loop_scope="module")
async def test_a_complaint_is_a_ticket_with_its_words_and_its_place_in_the_recording(
    up: Exchange,
) -> None:
    report = await up.call("complains.yaml")
    assert report.outcome == "ticket", story(report)
    logged = await up.logged()
    assert (logged.outcome, logged.category) == (Outcome.TICKET, Category.COMPLAINT)
    hotline = await Hotline.open(up.config.database_url, PersonalDataKeys.from_environment())
    try:
        (listed,) = await hotline.tickets.list()
        ticket = await hotline.tickets.read(listed.number, "test", SystemClock().now())
    finally:
        await hotline.close()
    assert ticket is not None
    assert (ticket.call_id, ticket.category) == (logged.call_id, Category.COMPLAINT)
    assert "小时" in ticket.statement, ticket.statement
    assert ticket.statement not in repr(logged), "the words are in the ticket only"
    digits = "零幺二三四五六七八九"
    spoken = [digits[int(digit)] for digit in ticket.number]
    said = next(
        str(notice["text"])
        for notice in report.notices
        if notice["kind"] == "said" and "受理号是" in str(notice["text"])
    )
    assert [word for word in said if word in digits] == spoken * 2
    assert ticket.recording == logged.recording
    sound = np.frombuffer(read_speech(up.config.recordings / ticket.recording), "<i2")
    assert ticket.spans
    for begin, end in ticket.spans:
        assert 0.5 < end - begin < 28
        stated = sound[int(begin * SAMPLE_RATE) : int(end * SAMPLE_RATE)]
        assert np.abs(stated).max() > 1000, "the caller is heard there"

"""Whole calls over real SIP that need a person: one who is not there, and one in a crisis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from booking_client.personal_data import PersonalDataKeys
from dialogs.outcomes import Category, Outcome, Reason
from ivr.caller.case import load_case
from ivr.clock import SystemClock
from ivr.hotline import Hotline
from tests.ivr.agent.whole_call import CASES, Exchange, exchange, story
from tests.pbx.lab import longest_heard

pytestmark = [pytest.mark.sip, pytest.mark.models]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def up(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Exchange]:
    folder = tmp_path_factory.mktemp("people")
    async with exchange(folder, queue_seconds=5) as running:
        yield running


@pytest.mark.asyncio(loop_scope="module")
async def test_nobody_answers_and_the_caller_is_called_back(up: Exchange) -> None:
    case = load_case(CASES / "nobody_answers_call_back.yaml")
    await up.lab.asterisk.cli("queue pause member PJSIP/operator queue operators")
    try:
        report = await up.call(case)
    finally:
        await up.lab.asterisk.cli("queue unpause member PJSIP/operator queue operators")
    assert (report.outcome, report.reason) == ("callback", "queue_unanswered"), story(report)
    logged = await up.logged()
    assert logged.outcome is Outcome.CALLBACK
    hotline = await Hotline.open(up.config.database_url, PersonalDataKeys.from_environment())
    try:
        (callback,) = await hotline.callbacks.open_ones("test", SystemClock().now(), 10)
    finally:
        await hotline.close()
    assert (callback.call_id, callback.phone) == (logged.call_id, case.caller)
    assert callback.reason is Reason.CALLER_ASKED
    for path in (up.config.root / "agent.log", up.config.root / "calls.db"):
        assert case.caller.encode() not in path.read_bytes()
    assert case.caller not in repr(logged)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_caller_in_despair_is_listened_to_and_joined_with_a_person(
    up: Exchange, tmp_path: Path
) -> None:
    heard = tmp_path / "heard.wav"
    queued = up.lab.operator.times("incoming")
    async with up.lab.counsellor(stays=15.0, rings=3.0, speaks=15.0) as counsellor:
        await counsellor.wait_for("registered", seconds=5)
        report = await up.call("despair.yaml", heard)
        await counsellor.wait_for("disconnected", seconds=30)
    assert (report.outcome, report.reason) == ("transferred", "crisis"), story(report)
    said = [str(notice["text"]) for notice in report.notices if notice["kind"] == "said"]
    assert any("我在听" in text for text in said), said
    assert not any("预约" in text for text in said[2:]), said
    assert longest_heard(heard, "counsellor") > 0.5, "the two were joined"
    assert up.lab.operator.times("incoming") == queued, "nobody was put in a queue"
    logged = await up.logged()
    assert (logged.outcome, logged.category) == (Outcome.TRANSFERRED, Category.CRISIS)

"""Whole calls over real SIP: phone, Asterisk, agent process, speech in and out, database."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from sqlalchemy import func, select

from booking_client.model import HoldRow
from dialogs.outcomes import Category, Outcome, Reason
from ivr.audio_file import read_speech
from ivr.caller.case import load_case
from tests.ivr.agent.whole_call import CASES, Exchange, exchange, story
from tests.pbx.lab import first_heard

pytestmark = [pytest.mark.sip, pytest.mark.models]

FIRST_WORD_LIMIT = 5.0  # seconds from the fault
QUEUE_LIMIT = 10.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def up(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Exchange]:
    async with exchange(tmp_path_factory.mktemp("exchange")) as running:
        yield running


@pytest.mark.asyncio(loop_scope="module")
async def test_a_caller_hangs_up_with_an_appointment(up: Exchange) -> None:
    report = await up.call("booked.yaml")
    assert (report.outcome, report.reason) == ("booked", "completed"), story(report)
    assert report.code is not None
    booking = await up.core.booking_by_code(report.code)
    assert booking is not None
    wanted = load_case(CASES / "booked.yaml").expect.booking
    assert wanted is not None
    assert booking.session.hospital == wanted.hospital
    assert booking.session.department == wanted.department
    assert booking.id_last_four == str(wanted.id_number)[-4:]
    logged = await up.logged()
    assert (logged.outcome, logged.category) == (Outcome.BOOKED, Category.BOOKING)
    assert logged.turn_count >= 5


@pytest.mark.asyncio(loop_scope="module")
async def test_the_id_number_is_neither_in_the_log_nor_in_the_recording(up: Exchange) -> None:
    number = "32010619450101001"
    logged = await up.logged()
    assert number[4:14] not in repr(logged)
    for path in (up.config.root / "agent.log", up.config.root / "calls.db"):
        assert number.encode() not in path.read_bytes()
    recording = up.config.recordings / logged.recording
    seconds = len(read_speech(recording)) / 16000
    assert logged.ended_at is not None
    assert seconds == pytest.approx((logged.ended_at - logged.started_at).total_seconds(), abs=3)


@pytest.mark.asyncio(loop_scope="module")
async def test_everything_in_one_sentence_and_a_correction_at_the_read_back(up: Exchange) -> None:
    report = await up.call("says_everything_at_once.yaml")
    assert report.outcome == "booked", story(report)
    meanings = [n["meaning"] for n in report.notices if n["kind"] == "understood"]
    assert isinstance(meanings[0], dict)
    assert {"hospital", "department", "date"} <= set(meanings[0])


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("case", "reason"),
    [("asks_for_a_person.yaml", Reason.CALLER_ASKED), ("key_zero.yaml", Reason.KEY_ZERO)],
)
async def test_who_wants_a_person_hears_one(
    up: Exchange, tmp_path: Path, case: str, reason: Reason
) -> None:
    heard = tmp_path / "heard.wav"
    report = await up.call(case, heard)
    assert (report.outcome, report.reason) == ("transferred", reason.value)
    assert first_heard(heard, "ringing") is not None or first_heard(heard, "operator") is not None


@pytest.mark.asyncio(loop_scope="module")
async def test_a_hang_up_in_mid_sentence_leaves_nothing_held(up: Exchange) -> None:
    report = await up.call("hangs_up_in_mid_sentence.yaml")
    assert (report.outcome, report.reason) == ("abandoned", "hung_up")
    async with up.core.database.reading() as connection:
        held = await connection.scalar(
            select(func.count()).select_from(HoldRow).where(HoldRow.state == "held")
        )
    assert held == 0


@pytest.mark.asyncio(loop_scope="module")
async def test_the_recording_has_both_legs_in_time(up: Exchange) -> None:
    logged = await up.logged()
    pcm = np.frombuffer((up.config.recordings / logged.recording).read_bytes()[44:], "<i2").reshape(
        -1, 2
    )
    agent = np.abs(pcm[:, 1].astype(int))
    assert agent[: 3 * 8000].max() > 1000  # the greeting is on the right channel from the start


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
async def test_an_agent_that_dies_in_mid_call_leaves_the_caller_with_a_person(
    up: Exchange, fault: signal.Signals
) -> None:
    answered_before = up.lab.operator.times("incoming")
    async with up.lab.caller(number="02583600009") as phone:
        await phone.wait_for("answered", seconds=5)
        async with asyncio.timeout(15):
            async for frame in phone.heard():  # the agent is speaking
                if max(frame[1::2]) > 8:
                    break
        os.kill(up.pids[-1], fault)
        failed = asyncio.get_running_loop().time()
        operator = await up.lab.operator.wait_for(
            "incoming", seconds=QUEUE_LIMIT + 5, call=answered_before + 1
        )
        await phone.wait_for("disconnected", seconds=30)
        media = phone.happened("media")
    assert media is not None
    heard = up.lab.recordings[-1]
    sentence, person = first_heard(heard, "safety net"), first_heard(heard, "operator")
    assert sentence is not None
    assert person is not None
    assert media.t + sentence - failed <= FIRST_WORD_LIMIT
    assert operator.t - failed <= QUEUE_LIMIT
    await _serving_again(up)


async def _serving_again(up: Exchange) -> None:
    async with asyncio.timeout(90):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", up.lab.agent_port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            writer.close()
            return

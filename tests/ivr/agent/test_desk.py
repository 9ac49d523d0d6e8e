"""What a call leaves behind lands in the hotline's tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from booking_client.personal_data import PersonalDataKeys
from dialogs.commands import Handover, RecordCallback, SendText
from dialogs.outcomes import Reason
from ivr.agent.desk import HotlineDesk
from ivr.hotline import Hotline
from tests.ivr.session.test_conversation import NOW, PinnedClock

CALL = "3f2c9d1e-0000-4000-8000-000000000001"
DUE = NOW + dt.timedelta(hours=2)


@pytest.fixture
async def hotline(tmp_path: Path) -> AsyncIterator[Hotline]:
    hotline = await Hotline.open(f"sqlite:///{tmp_path}/ivr.db", PersonalDataKeys(bytes(32)))
    yield hotline
    await hotline.close()


async def test_a_call_back_a_text_and_a_handover_are_kept(hotline: Hotline) -> None:
    told: list[str] = []
    desk = HotlineDesk(hotline, PinnedClock(), lambda: told.append("new"))
    await desk.call_back(CALL, RecordCallback("02583600001", DUE, Reason.KEY_ZERO))
    await desk.hand_over(CALL, Reason.KEY_ZERO, Handover(hospital="南京鼓楼医院"))
    await desk.send_text(CALL, SendText("13912345678", "【南京12320】已约", "1234-booked-1"))
    (callback,) = await hotline.callbacks.open_ones("test", NOW, 10)
    assert (callback.phone, callback.due, callback.requested_at) == ("02583600001", DUE, NOW)
    handed = await hotline.handovers.of(CALL)
    assert handed is not None
    assert (handed.reason, handed.wish.hospital) == (Reason.KEY_ZERO, "南京鼓楼医院")
    text = await hotline.texts.take(NOW, DUE)
    assert text is not None
    assert text.message_id == "1234-booked-1"
    assert told == ["new"], "the delivery is woken"

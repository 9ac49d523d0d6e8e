"""What was handed over with a call is there for whoever takes it."""

from __future__ import annotations

import datetime as dt

from dialogs.commands import Handover
from dialogs.outcomes import Reason
from ivr.hotline import Hotline
from ivr.hotline.handovers import HandedOver

AT = dt.datetime(2026, 11, 24, 9, 30)
FIRST = HandedOver(AT, Reason.CALLER_ASKED, Handover(hospital="南京鼓楼医院"))
SECOND = HandedOver(AT, Reason.CRISIS, Handover(hospital="南京鼓楼医院", department="骨科"))


async def test_the_latest_of_a_call_counts(hotline: Hotline) -> None:
    await hotline.handovers.keep("call-1", FIRST)
    await hotline.handovers.keep("call-2", FIRST)
    await hotline.handovers.keep("call-1", SECOND)
    assert await hotline.handovers.of("call-1") == SECOND
    assert await hotline.handovers.of("call-2") == FIRST


async def test_a_call_that_was_not_handed_over_has_none(hotline: Hotline) -> None:
    assert await hotline.handovers.of("call-3") is None

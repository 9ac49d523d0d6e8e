"""A call-back that was promised is kept until somebody has called."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import select

from dialogs.outcomes import Reason
from ivr.hotline import Hotline
from ivr.hotline.callbacks import Callback
from ivr.hotline.model import CallbackAccessRow, CallbackRow

AT = dt.datetime(2026, 11, 24, 9, 30)
PHONE = "02583600001"
WANTED = Callback(
    call_id="3f2c9d1e-0000-4000-8000-000000000001",
    phone=PHONE,
    reason=Reason.CALLER_ASKED,
    requested_at=AT,
    due=AT + dt.timedelta(hours=2),
)


async def test_the_most_urgent_is_listed_first_with_its_number(hotline: Hotline) -> None:
    sooner = replace(WANTED, call_id="other", due=AT)
    await hotline.callbacks.keep(WANTED)
    await hotline.callbacks.keep(sooner)
    assert await hotline.callbacks.open_ones("li", AT, 10) == (sooner, WANTED)
    assert await hotline.callbacks.open_ones("li", AT, 1) == (sooner,)


async def test_the_same_call_again_changes_nothing(hotline: Hotline) -> None:
    await hotline.callbacks.keep(WANTED)
    await hotline.callbacks.keep(replace(WANTED, phone="13912345678"))
    assert await hotline.callbacks.open_ones("li", AT, 10) == (WANTED,)


async def test_a_call_back_is_made_once(hotline: Hotline) -> None:
    await hotline.callbacks.keep(WANTED)
    assert await hotline.callbacks.done("3f2c", "li", AT)
    assert not await hotline.callbacks.done("3f2c", "wang", AT)
    assert await hotline.callbacks.open_ones("li", AT, 10) == ()


async def test_an_id_that_could_be_two_finds_neither(hotline: Hotline) -> None:
    await hotline.callbacks.keep(WANTED)
    await hotline.callbacks.keep(replace(WANTED, call_id="3f2c-other"))
    assert not await hotline.callbacks.done("3f2c", "li", AT)
    assert not await hotline.callbacks.done("unknown", "li", AT)


async def test_the_number_lies_sealed_and_whoever_reads_it_is_noted(hotline: Hotline) -> None:
    await hotline.callbacks.keep(WANTED)
    await hotline.callbacks.open_ones("li", AT, 10)
    await hotline.callbacks.done(WANTED.call_id, "wang", AT)
    async with hotline.database.reading() as connection:
        sealed = await connection.scalar(select(CallbackRow.phone))
        noted = await connection.execute(
            select(CallbackAccessRow.actor, CallbackAccessRow.what).order_by(CallbackAccessRow.id)
        )
        assert [tuple(row) for row in noted] == [("li", "read"), ("wang", "done")]
    assert sealed is not None
    assert PHONE.encode() not in sealed
    assert PHONE not in repr(WANTED)

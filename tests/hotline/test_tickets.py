"""What a caller has stated is kept, once, sealed, and dealt with once."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace

from sqlalchemy import select

from dialogs.outcomes import Category
from ivr.hotline import Hotline, Statement, TicketState
from ivr.hotline.model import TicketAccessRow, TicketRow
from ivr.hotline.tickets import NUMBER_LENGTH
from tests.hotline.conftest import KEYS

AT = dt.datetime(2026, 11, 24, 9, 30)
CALL = "3f2c9d1e-0000-4000-8000-000000000001"
WORDS = "昨天在医院等了三个小时，没有人管"
PHONE = "13900001234"
COMPLAINT = Statement(
    key=f"{CALL}:1",
    category=Category.COMPLAINT,
    call_id=CALL,
    at=AT,
    words=WORDS,
    caller=PHONE,
    recording="2026-11-24/call.wav",
    spans=((12.5, 31.04), (32.0, 40.0)),
)
SUPERVISOR = "li"


async def test_a_ticket_has_a_number_that_is_easy_by_ear(hotline: Hotline) -> None:
    number = await hotline.tickets.open(COMPLAINT)
    assert len(number) == NUMBER_LENGTH
    assert not set(number) & set("19")


async def test_what_was_stated_is_read_back_whole(hotline: Hotline) -> None:
    number = await hotline.tickets.open(COMPLAINT)
    ticket = await hotline.tickets.read(number, SUPERVISOR, AT)
    assert ticket is not None
    assert (ticket.statement, ticket.caller) == (WORDS, PHONE)
    assert (ticket.state, ticket.category) == (TicketState.OPEN, Category.COMPLAINT)
    assert (ticket.call_id, ticket.opened_at) == (CALL, AT)
    assert ticket.recording == "2026-11-24/call.wav"
    assert ticket.spans == ((12.5, 31.04), (32.0, 40.0))


async def test_the_same_key_again_is_the_same_ticket(hotline: Hotline) -> None:
    first = await hotline.tickets.open(COMPLAINT)
    assert await hotline.tickets.open(replace(COMPLAINT, words="另外一句")) == first
    assert len(await hotline.tickets.list()) == 1


async def test_two_writers_of_one_key_make_one_ticket(url: str, hotline: Hotline) -> None:
    other = await Hotline.open(url, KEYS)
    numbers = await asyncio.gather(
        *(each.tickets.open(COMPLAINT) for each in (hotline, other, hotline, other))
    )
    await other.close()
    assert len(set(numbers)) == 1


async def test_nothing_a_caller_said_lies_open_in_the_table(hotline: Hotline) -> None:
    spoken = replace(COMPLAINT, words="我的身份证是三二零一零五一九六五幺幺二四幺二三叉")
    number = await hotline.tickets.open(spoken)
    await hotline.tickets.close(number, SUPERVISOR, AT, "已打电话解释")
    async with hotline.database.reading() as connection:
        row = (await connection.execute(select(*TicketRow.__table__.columns))).one()
    assert "已打电话".encode() not in row.resolution
    for sealed in (row.statement, row.caller):
        assert PHONE.encode() not in sealed
        assert "身份证".encode() not in sealed
    ticket = await hotline.tickets.read(number, SUPERVISOR, AT)
    assert ticket is not None
    assert "三二零一零五" not in ticket.statement
    assert ticket.statement.startswith("我的身份证***")
    assert PHONE not in repr(ticket)


async def test_a_withheld_number_is_kept_as_nothing(hotline: Hotline) -> None:
    number = await hotline.tickets.open(replace(COMPLAINT, caller=""))
    ticket = await hotline.tickets.read(number, SUPERVISOR, AT)
    assert ticket is not None
    assert ticket.caller == ""


async def test_the_newest_is_listed_first_and_without_words(hotline: Hotline) -> None:
    old = await hotline.tickets.open(COMPLAINT)
    later = AT + dt.timedelta(hours=1)
    asked = replace(COMPLAINT, key="other:1", category=Category.CONSULTATION, at=later)
    new = await hotline.tickets.open(asked)
    listed = await hotline.tickets.list()
    assert [ticket.number for ticket in listed] == [new, old]
    assert {ticket.statement for ticket in listed} == {""}
    assert [ticket.number for ticket in await hotline.tickets.list(limit=1)] == [new]


async def test_a_ticket_is_closed_once(hotline: Hotline) -> None:
    number = await hotline.tickets.open(COMPLAINT)
    later = AT + dt.timedelta(days=1)
    assert await hotline.tickets.close(number, SUPERVISOR, later, "已向来电者说明")
    assert not await hotline.tickets.close(number, "wang", later, "又说明了一次")
    ticket = await hotline.tickets.read(number, SUPERVISOR, later)
    assert ticket is not None
    assert (ticket.state, ticket.closed_at) == (TicketState.CLOSED, later)
    assert ticket.resolution == "已向来电者说明"
    assert await hotline.tickets.list(TicketState.OPEN) == ()
    assert [each.number for each in await hotline.tickets.list(TicketState.CLOSED)] == [number]


async def test_who_reads_or_closes_a_ticket_is_written_down(hotline: Hotline) -> None:
    number = await hotline.tickets.open(COMPLAINT)
    await hotline.tickets.read(number, "li", AT)
    await hotline.tickets.close(number, "wang", AT, "好了")
    async with hotline.database.reading() as connection:
        noted = await connection.execute(
            select(TicketAccessRow.actor, TicketAccessRow.what).order_by(TicketAccessRow.id)
        )
        assert [tuple(row) for row in noted] == [("li", "read"), ("wang", "closed")]


async def test_a_number_that_is_no_ticket_finds_nothing(hotline: Hotline) -> None:
    assert await hotline.tickets.read("2345678", SUPERVISOR, AT) is None
    assert not await hotline.tickets.close("2345678", SUPERVISOR, AT, "好了")

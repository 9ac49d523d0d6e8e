"""A session ends: after a while without a request, after a working day, or when it is closed."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from ivr.web.accounts.accounts import By
from ivr.web.accounts.model import SessionRow
from ivr.web.accounts.rights import Role, roles
from ivr.web.accounts.store import AccountBook

NOW = dt.datetime(2026, 11, 24, 9, 0)
BY = By("test")


@pytest.fixture
async def account(book: AccountBook) -> int:
    return await _account(book, "wang", Role.REVIEWER)


async def _account(book: AccountBook, name: str, role: Role) -> int:
    given = await book.accounts.add(name, role, BY, NOW)
    who = await book.sign_in.attempt(name, given, "10.0.0.1", NOW)
    assert who is not None
    return who.account


async def test_its_token_tells_whose_it_is(book: AccountBook, account: int) -> None:
    token = await book.sessions.open(account, Role.REVIEWER, NOW)
    holder = await book.sessions.holder(token, NOW)
    assert holder is not None
    assert (holder.account, holder.name, holder.role) == (account, "wang", Role.REVIEWER)
    assert holder.must_change, "its password was a one-time one"
    for wrong in ("", "made-up", token[:-1], token + "x"):
        assert await book.sessions.holder(wrong, NOW) is None


async def test_the_token_itself_is_not_in_the_database(book: AccountBook, account: int) -> None:
    token = await book.sessions.open(account, Role.REVIEWER, NOW)
    async with book.database.reading() as connection:
        (kept,) = await connection.scalars(select(SessionRow.token_hash))
    assert token.encode() not in bytes(kept)


async def test_it_is_over_when_nobody_has_used_it_for_a_while(
    book: AccountBook, account: int
) -> None:
    idle = dt.timedelta(minutes=roles().of(Role.REVIEWER).idle_minutes)
    token = await book.sessions.open(account, Role.REVIEWER, NOW)
    used = NOW + idle - dt.timedelta(seconds=1)
    assert await book.sessions.holder(token, used) is not None
    assert await book.sessions.holder(token, used + idle - dt.timedelta(seconds=1)) is not None
    assert await book.sessions.holder(token, used + 3 * idle) is None


async def test_it_is_over_after_a_working_day_however_much_it_is_used(
    book: AccountBook, account: int
) -> None:
    longest = dt.timedelta(hours=roles().of(Role.REVIEWER).longest_hours)
    token = await book.sessions.open(account, Role.REVIEWER, NOW)
    now = NOW
    while now < NOW + longest - dt.timedelta(minutes=20):
        now += dt.timedelta(minutes=20)
        still = await book.sessions.holder(token, now)
        assert (still is not None) == (now < NOW + longest)
    assert await book.sessions.holder(token, NOW + longest) is None


async def test_an_operators_waits_for_calls_all_day(book: AccountBook) -> None:
    operator = await _account(book, "zhao", Role.OPERATOR)
    token = await book.sessions.open(operator, Role.OPERATOR, NOW)
    assert await book.sessions.holder(token, NOW + dt.timedelta(hours=9)) is not None
    assert await book.sessions.holder(token, NOW + dt.timedelta(hours=10)) is None


async def test_closing_one_leaves_the_others(book: AccountBook, account: int) -> None:
    first = await book.sessions.open(account, Role.REVIEWER, NOW)
    second = await book.sessions.open(account, Role.REVIEWER, NOW)
    await book.sessions.close(first)
    assert await book.sessions.holder(first, NOW) is None
    assert await book.sessions.holder(second, NOW) is not None


async def test_what_is_changed_about_an_account_ends_its_sessions(
    book: AccountBook, account: int
) -> None:
    accounts = book.accounts
    await accounts.add("admin", Role.ADMINISTRATOR, BY, NOW)
    changes = (
        lambda: accounts.set_role("wang", Role.SUPERVISOR, BY, NOW),
        lambda: accounts.give_password("wang", BY, NOW),
        lambda: accounts.set_own_password(account, "trombone lantern gravel", BY, NOW),
        lambda: accounts.disable("wang", BY, NOW),
    )
    for change in changes:
        token = await book.sessions.open(account, Role.REVIEWER, NOW)
        assert await book.sessions.holder(token, NOW) is not None
        await change()
        assert await book.sessions.holder(token, NOW) is None


async def test_sessions_that_are_over_are_forgotten(book: AccountBook, account: int) -> None:
    await book.sessions.open(account, Role.REVIEWER, NOW)
    await book.sessions.open(account, Role.REVIEWER, NOW + dt.timedelta(days=1))
    async with book.database.reading() as connection:
        kept = (await connection.scalars(select(SessionRow.opened_at))).all()
    assert kept == [NOW + dt.timedelta(days=1)]

"""Accounts are made and changed, and everything is in the audit."""

from __future__ import annotations

import datetime as dt

import pytest

from ivr.web.accounts.accounts import FIRST_NAME, ONE_TIME_VALID, AccountRefused, By, State
from ivr.web.accounts.audit import Action, AuditFilter
from ivr.web.accounts.rights import Role
from ivr.web.accounts.sign_in import FAILURES_OF_ACCOUNT
from ivr.web.accounts.store import AccountBook

NOW = dt.datetime(2026, 11, 24, 9, 0)
BY = By("admin", "10.0.0.1")


async def test_the_first_start_makes_one_administrator_and_no_second(book: AccountBook) -> None:
    password = await book.accounts.first_administrator(NOW)
    assert password is not None
    assert await book.accounts.first_administrator(NOW) is None
    (account,) = await book.accounts.list()
    assert (account.name, account.role) == (FIRST_NAME, Role.ADMINISTRATOR)
    assert await book.sign_in.attempt(FIRST_NAME, password, "10.0.0.1", NOW) is not None


async def test_where_somebody_has_an_account_there_is_no_first_start(book: AccountBook) -> None:
    await book.accounts.add("wang", Role.ADMINISTRATOR, BY, NOW)
    assert await book.accounts.first_administrator(NOW) is None


@pytest.mark.parametrize("name", ["", "w", "Wang", "王", "wang x", "1wang", "w" * 33, "wang\n"])
async def test_names_are_plain(book: AccountBook, name: str) -> None:
    with pytest.raises(AccountRefused):
        await book.accounts.add(name, Role.REVIEWER, BY, NOW)
    assert await book.accounts.list() == ()


async def test_a_name_is_given_once(book: AccountBook) -> None:
    await book.accounts.add("wang", Role.ADMINISTRATOR, BY, NOW)
    with pytest.raises(AccountRefused, match="wang"):
        await book.accounts.add("wang", Role.REVIEWER, BY, NOW)


async def test_somebody_stays_an_administrator(book: AccountBook) -> None:
    await book.accounts.add("wang", Role.ADMINISTRATOR, BY, NOW)
    for change in (
        book.accounts.disable("wang", BY, NOW),
        book.accounts.set_role("wang", Role.REVIEWER, BY, NOW),
    ):
        with pytest.raises(AccountRefused, match="administrator"):
            await change
    (account,) = await book.accounts.list()
    assert (account.role, account.disabled_at) == (Role.ADMINISTRATOR, None)


async def test_who_is_not_there_is_not_changed(book: AccountBook) -> None:
    with pytest.raises(AccountRefused, match="nobody"):
        await book.accounts.disable("nobody", BY, NOW)


async def test_states(book: AccountBook) -> None:
    await book.accounts.add("admin", Role.ADMINISTRATOR, BY, NOW)

    async def state(now: dt.datetime = NOW) -> State:
        return {each.name: each for each in await book.accounts.list()}["wang"].state(now)

    given = await book.accounts.add("wang", Role.REVIEWER, BY, NOW)
    assert await state() is State.WAITING
    assert await state(NOW + ONE_TIME_VALID) is State.EXPIRED
    who = await book.sign_in.attempt("wang", given, "10.0.0.1", NOW)
    assert who is not None
    await book.accounts.set_own_password(who.account, "trombone lantern gravel", BY, NOW)
    assert await state() is State.ACTIVE
    for _ in range(FAILURES_OF_ACCOUNT):
        await book.sign_in.attempt("wang", "wrong", "10.0.0.1", NOW)
    assert await state() is State.LOCKED
    await book.accounts.disable("wang", BY, NOW)
    assert await state() is State.DISABLED


async def test_every_change_is_in_the_audit_and_no_password_is(book: AccountBook) -> None:
    await book.accounts.add("admin", Role.ADMINISTRATOR, BY, NOW)
    passwords = [
        await book.accounts.add("wang", Role.REVIEWER, BY, NOW),
        await book.accounts.give_password("wang", BY, NOW),
    ]
    await book.accounts.set_role("wang", Role.SUPERVISOR, BY, NOW)
    await book.accounts.disable("wang", BY, NOW)
    entries = [kept.entry for kept in await book.audit.list(AuditFilter(), 10)]
    assert [(entry.action, entry.detail) for entry in entries] == [
        (Action.ACCOUNT_CHANGED, "wang: disabled"),
        (Action.ACCOUNT_CHANGED, "wang: role supervisor"),
        (Action.ACCOUNT_CHANGED, "wang: password given"),
        (Action.ACCOUNT_ADDED, "wang: reviewer"),
        (Action.ACCOUNT_ADDED, "admin: administrator"),
    ]
    assert all((entry.actor, entry.address) == ("admin", "10.0.0.1") for entry in entries)
    assert not any(password in str(entries) for password in passwords)

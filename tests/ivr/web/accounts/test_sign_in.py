"""Who gets in, and how often somebody may be wrong."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Literal

import pytest
from argon2 import PasswordHasher

from ivr.web.accounts.accounts import ONE_TIME_VALID, By
from ivr.web.accounts.passwords import Passwords
from ivr.web.accounts.rights import Role
from ivr.web.accounts.sign_in import (
    ACCOUNT_LOCKED,
    ADDRESS_WINDOW,
    FAILURES_OF_ACCOUNT,
    FAILURES_OF_ADDRESS,
    SignedIn,
    SignIn,
    TooManyTries,
    network_of,
)
from ivr.web.accounts.store import AccountBook

NOW = dt.datetime(2026, 11, 24, 9, 0)
BY = By("test")
PASSWORD = "trombone lantern gravel"
Try = Callable[..., Awaitable[SignedIn | None]]


@pytest.fixture
async def attempt(book: AccountBook) -> Try:
    """A try at the account `wang`, each from an address of its own unless it is given."""
    given = await book.accounts.add("wang", Role.REVIEWER, BY, NOW)
    who = await book.sign_in.attempt("wang", given, "10.0.0.1", NOW)
    assert who is not None
    await book.accounts.set_own_password(who.account, PASSWORD, BY, NOW)
    addresses = iter(range(1, 250))

    async def attempt(
        password: str = PASSWORD, name: str = "wang", address: str = "", at: dt.datetime = NOW
    ) -> SignedIn | None:
        return await book.sign_in.attempt(
            name, password, address or f"10.1.0.{next(addresses)}", at
        )

    return attempt


async def test_the_right_password_signs_in(attempt: Try) -> None:
    who = await attempt()
    assert who is not None
    assert (who.name, who.role) == ("wang", Role.REVIEWER)


async def test_a_wrong_password_or_name_does_not(attempt: Try) -> None:
    assert await attempt("trombone") is None
    assert await attempt("") is None
    assert await attempt(name="li") is None
    assert await attempt(name="") is None


async def test_an_account_is_locked_for_a_while_after_repeated_failures(attempt: Try) -> None:
    for _ in range(FAILURES_OF_ACCOUNT):
        assert await attempt("wrong") is None
    assert await attempt() is None, "the right password does not open a locked account"
    almost = NOW + ACCOUNT_LOCKED - dt.timedelta(seconds=1)
    assert await attempt(at=almost) is None
    assert await attempt(at=NOW + ACCOUNT_LOCKED) is not None


async def test_a_lock_that_has_run_out_leaves_all_tries_again(attempt: Try) -> None:
    for _ in range(FAILURES_OF_ACCOUNT):
        await attempt("wrong")
    later = NOW + ACCOUNT_LOCKED
    for _ in range(FAILURES_OF_ACCOUNT - 1):
        assert await attempt("wrong", at=later) is None
    assert await attempt(at=later) is not None


async def test_signing_in_forgets_the_failures_before(attempt: Try) -> None:
    for _ in range(3):
        for _ in range(FAILURES_OF_ACCOUNT - 1):
            await attempt("wrong")
        assert await attempt() is not None


async def test_many_tries_at_once_are_no_more_tries(attempt: Try) -> None:
    """None of them may read a count that another is about to raise. Which of them is counted first
    is the database's to say, so the right password comes after all of them."""
    guesses = [f"guess {number}" for number in range(FAILURES_OF_ACCOUNT)]
    answers = await asyncio.gather(*(attempt(guess) for guess in guesses))
    assert answers == [None] * FAILURES_OF_ACCOUNT
    assert await attempt() is None, "the account is locked"


async def test_an_address_is_locked_after_repeated_failures_whatever_the_account(
    attempt: Try,
) -> None:
    for number in range(FAILURES_OF_ADDRESS):
        assert await attempt("wrong", name=f"nobody{number}", address="10.9.9.9") is None
    with pytest.raises(TooManyTries):
        await attempt(address="10.9.9.9")
    assert await attempt(address="10.9.9.8") is not None
    later = NOW + ADDRESS_WINDOW
    assert await attempt(address="10.9.9.9", at=later) is not None


async def test_an_administrator_ends_a_lock(book: AccountBook, attempt: Try) -> None:
    await book.accounts.add("admin", Role.ADMINISTRATOR, BY, NOW)
    for _ in range(FAILURES_OF_ACCOUNT):
        await attempt("wrong")
    await book.accounts.unlock("wang", BY, NOW)
    assert await attempt() is not None


async def test_who_is_disabled_gets_in_no_more(book: AccountBook, attempt: Try) -> None:
    await book.accounts.add("admin", Role.ADMINISTRATOR, BY, NOW)
    await book.accounts.disable("wang", BY, NOW)
    assert await attempt() is None
    await book.accounts.enable("wang", BY, NOW)
    assert await attempt() is not None


async def test_a_one_time_password_becomes_too_old(book: AccountBook, attempt: Try) -> None:
    given = await book.accounts.add("li", Role.OPERATOR, BY, NOW)
    too_late = NOW + ONE_TIME_VALID
    assert await attempt(given, name="li", at=too_late) is None
    assert await attempt(given, name="li", at=too_late - dt.timedelta(seconds=1)) is not None


async def test_an_unknown_name_a_locked_and_a_known_one_cost_one_hash_each(
    book: AccountBook, attempt: Try
) -> None:
    """So time tells nobody which names exist, nor which are locked."""

    class Counting(PasswordHasher):
        checked = 0

        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            Counting.checked += 1
            return super().verify(hash, password)

    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    sign_in = SignIn(book.database, Passwords(hasher))
    for _ in range(FAILURES_OF_ACCOUNT):
        await attempt("wrong")
    await book.accounts.add("li", Role.OPERATOR, BY, NOW)
    for name in ("nobody", "wang", "li"):
        before = Counting.checked
        assert await sign_in.attempt(name, "wrong", "10.2.0.1", NOW) is None
        assert Counting.checked == before + 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unix socket", "unix socket"),
    ],
)
def test_what_counts_as_one_address(address: str, network: str) -> None:
    assert network_of(address) == network

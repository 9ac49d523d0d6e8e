"""Signing in: after repeated failures an account and an address are locked for a while.

What is answered, and how long it takes, tells nobody whether there is an account of a name or
whether it is locked: both are "wrong". A try is counted before its password is looked at, so many
at once find out no more than one after the other.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.sql.database import Database
from ivr.web.accounts.model import AccountRow, SignInTryRow
from ivr.web.accounts.passwords import Passwords
from ivr.web.accounts.rights import Role

FAILURES_OF_ACCOUNT = 5
ACCOUNT_LOCKED = dt.timedelta(minutes=15)
FAILURES_OF_ADDRESS = 20  # an office behind one address may forget its passwords
ADDRESS_WINDOW = dt.timedelta(minutes=15)


class TooManyTries(Exception):
    """So many failed from one address that no password is looked at."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    account: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class _Try:
    """What a try found before its password was looked at."""

    number: int  # of its row in web_sign_in_tries
    account: int | None
    role: str
    password_hash: str | None
    counts: bool  # not locked, not disabled, not a one-time password that is too old


class SignIn:
    """Every method raises CoreUnavailable when the database gives no answer in its time."""

    def __init__(self, database: Database, passwords: Passwords) -> None:
        self._database = database
        self._passwords = passwords

    async def attempt(
        self, name: str, password: str, address: str, now: dt.datetime
    ) -> SignedIn | None:
        """Whose password it is; None: nobody's, or that account's turn to wait.

        Raises TooManyTries, TooManyAtOnce.
        """

        async def count(connection: AsyncConnection) -> _Try | None:
            return await _count(connection, name, network_of(address), now)

        tried = await self._database.write(count)
        if tried is None:
            raise TooManyTries
        right = await self._passwords.matches(tried.password_hash, password)
        if not right or not tried.counts or tried.account is None:
            return None
        account = tried.account

        async def clear(connection: AsyncConnection) -> None:
            await connection.execute(
                update(AccountRow)
                .where(AccountRow.id == account)
                .values(failures=0, locked_until=None, signed_in_at=now)
            )
            await connection.execute(delete(SignInTryRow).where(SignInTryRow.id == tried.number))

        await self._database.write(clear)
        return SignedIn(account, name, Role(tried.role))


async def _count(
    connection: AsyncConnection, name: str, network: str, now: dt.datetime
) -> _Try | None:
    """Count a try as a failure until it is known to be none; None: too many from that network."""
    since = now - ADDRESS_WINDOW
    await connection.execute(delete(SignInTryRow).where(SignInTryRow.at <= since))
    earlier = await connection.scalar(
        select(func.count()).select_from(SignInTryRow).where(SignInTryRow.address == network)
    )
    if (earlier or 0) >= FAILURES_OF_ADDRESS:
        return None
    number = await connection.scalar(
        insert(SignInTryRow).values(address=network, at=now).returning(SignInTryRow.id)
    )
    row = (
        await connection.execute(
            select(*AccountRow.__table__.columns).where(AccountRow.name == name).with_for_update()
        )
    ).one_or_none()
    locked = row is not None and row.locked_until is not None and row.locked_until > now
    # A lock that has run out leaves all its tries again.
    failures = 0 if row is None or (row.locked_until and not locked) else row.failures
    values: dict[str, object] = {}
    if not locked:
        lock = now + ACCOUNT_LOCKED if failures + 1 >= FAILURES_OF_ACCOUNT else None
        values = {"failures": failures + 1, "locked_until": lock}
    # The same statement whether there is such an account or not.
    await connection.execute(
        update(AccountRow)
        .where(AccountRow.name == name)
        .values(**(values or {"failures": AccountRow.failures}))
    )
    too_old = row is not None and row.one_time_until is not None and row.one_time_until <= now
    return _Try(
        number=number or 0,
        account=None if row is None else row.id,
        role="" if row is None else row.role,
        password_hash=None if row is None else row.password_hash,
        counts=row is not None and not locked and row.disabled_at is None and not too_old,
    )


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 a whole /64, since one subscriber has all of it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))

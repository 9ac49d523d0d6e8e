"""Accounts: made, given another role or password, locked out and let in again."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.sql.database import Database
from ivr.web.accounts.audit import Action, Entry, note_within
from ivr.web.accounts.model import AccountRow
from ivr.web.accounts.passwords import Passwords, one_time_password
from ivr.web.accounts.rights import Role
from ivr.web.accounts.sessions import close_all

ONE_TIME_VALID = dt.timedelta(hours=72)  # over a weekend
FIRST_NAME = "admin"
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")


class AccountRefused(Exception):
    """What was asked for cannot be; `key` names the words in words/accounts.yaml."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class By:
    """Who changes accounts, and from where (empty: at this machine)."""

    name: str
    address: str = ""


class State(StrEnum):
    """Whether an account can sign in. Each has a name in words/account_states.yaml."""

    ACTIVE = "active"
    WAITING = "waiting"  # for the first sign-in with a one-time password
    EXPIRED = "expired"  # that password is too old
    LOCKED = "locked"  # after too many wrong passwords
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    role: Role
    created_at: dt.datetime
    signed_in_at: dt.datetime | None
    disabled_at: dt.datetime | None
    locked_until: dt.datetime | None
    one_time_until: dt.datetime | None

    def state(self, now: dt.datetime) -> State:
        if self.disabled_at is not None:
            return State.DISABLED
        if self.locked_until is not None and self.locked_until > now:
            return State.LOCKED
        if self.one_time_until is not None:
            return State.EXPIRED if self.one_time_until <= now else State.WAITING
        return State.ACTIVE


class Accounts:
    """Every method raises CoreUnavailable when the database gives no answer in its time; every
    change is in the audit and ends the sessions that it concerns."""

    def __init__(self, database: Database, passwords: Passwords) -> None:
        self._database = database
        self._passwords = passwords

    async def list(self) -> tuple[Account, ...]:
        query = select(*AccountRow.__table__.columns).order_by(AccountRow.name)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Account(
                row.name,
                Role(row.role),
                row.created_at,
                row.signed_in_at,
                row.disabled_at,
                row.locked_until,
                row.one_time_until,
            )
            for row in rows
        )

    async def first_administrator(self, now: dt.datetime) -> str | None:
        """Where there is no account yet: make `admin`, and return its one-time password."""
        password = one_time_password()
        kept = await self._passwords.hash(password)

        async def work(connection: AsyncConnection) -> bool:
            if await connection.scalar(select(func.count()).select_from(AccountRow)):
                return False
            await _add(connection, FIRST_NAME, Role.ADMINISTRATOR, kept, now)
            note = Entry(now, "", "", Action.ACCOUNT_ADDED, detail=f"{FIRST_NAME}: administrator")
            await note_within(connection, note)
            return True

        if await self._count():
            return None
        return password if await self._database.write(work) else None

    async def add(self, name: str, role: Role, by: By, now: dt.datetime) -> str:
        """A new account's one-time password. Raises AccountRefused."""
        if not _NAME.fullmatch(name):
            raise AccountRefused(
                "accounts.bad_name",
                "a name is 2 to 32 of a-z, 0-9 and . _ -, and begins with a letter",
            )
        password = one_time_password()
        kept = await self._passwords.hash(password)

        async def work(connection: AsyncConnection) -> None:
            if await _id_of(connection, name) is not None:
                raise AccountRefused("accounts.name_taken", f"there is an account {name} already")
            await _add(connection, name, role, kept, now)
            await note_within(connection, _entry(by, now, Action.ACCOUNT_ADDED, f"{name}: {role}"))

        await self._database.write(work)
        return password

    async def give_password(self, name: str, by: By, now: dt.datetime) -> str:
        """A one-time password in the place of the one that was forgotten; it also ends a lock.
        Raises AccountRefused."""
        password = one_time_password()
        kept = await self._passwords.hash(password)
        changes = {
            "password_hash": kept,
            "one_time_until": now + ONE_TIME_VALID,
            "failures": 0,
            "locked_until": None,
        }
        await self._change(name, changes, by, now, "password given")
        return password

    async def set_role(self, name: str, role: Role, by: By, now: dt.datetime) -> None:
        """Raises AccountRefused; so do the next two."""
        await self._change(name, {"role": role.value}, by, now, f"role {role}")

    async def disable(self, name: str, by: By, now: dt.datetime) -> None:
        await self._change(name, {"disabled_at": now}, by, now, "disabled")

    async def enable(self, name: str, by: By, now: dt.datetime) -> None:
        changes = {"disabled_at": None, "failures": 0, "locked_until": None}
        await self._change(name, changes, by, now, "enabled")

    async def unlock(self, name: str, by: By, now: dt.datetime) -> None:
        await self._change(name, {"failures": 0, "locked_until": None}, by, now, "unlocked")

    async def set_own_password(self, account: int, new: str, by: By, now: dt.datetime) -> None:
        """`new` counts from now on, and all sessions of the account are over. Whoever asks for it
        has just shown the old one (SignIn.attempt)."""
        kept = await self._passwords.hash(new)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(AccountRow)
                .where(AccountRow.id == account)
                .values(password_hash=kept, one_time_until=None)
            )
            await close_all(connection, account)
            await note_within(connection, _entry(by, now, Action.PASSWORD_CHANGED, ""))

        await self._database.write(work)

    async def _count(self) -> int:
        async with self._database.reading() as connection:
            return await connection.scalar(select(func.count()).select_from(AccountRow)) or 0

    async def _change(
        self, name: str, changes: Mapping[str, object], by: By, now: dt.datetime, what: str
    ) -> None:
        async def work(connection: AsyncConnection) -> None:
            account = await _id_of(connection, name)
            if account is None:
                raise AccountRefused("accounts.unknown", f"there is no account {name}")
            await connection.execute(
                update(AccountRow).where(AccountRow.id == account).values(**changes)
            )
            fewer = changes.get("disabled_at") is not None or "role" in changes
            if fewer and not await _administrators(connection):
                raise AccountRefused(
                    "accounts.last_administrator", "somebody has to stay an administrator"
                )
            await close_all(connection, account)
            entry = _entry(by, now, Action.ACCOUNT_CHANGED, f"{name}: {what}")
            await note_within(connection, entry)

        await self._database.write(work)


async def _add(
    connection: AsyncConnection, name: str, role: Role, kept: str, now: dt.datetime
) -> None:
    await connection.execute(
        insert(AccountRow).values(
            name=name,
            role=role.value,
            password_hash=kept,
            one_time_until=now + ONE_TIME_VALID,
            created_at=now,
            failures=0,
        )
    )


async def _id_of(connection: AsyncConnection, name: str) -> int | None:
    query = select(AccountRow.id).where(AccountRow.name == name)
    found: int | None = await connection.scalar(query)
    return found


async def _administrators(connection: AsyncConnection) -> int:
    query = (
        select(func.count())
        .select_from(AccountRow)
        .where(AccountRow.role == Role.ADMINISTRATOR.value, AccountRow.disabled_at.is_(None))
    )
    return await connection.scalar(query) or 0


def _entry(by: By, now: dt.datetime, action: Action, detail: str) -> Entry:
    return Entry(now, by.name, by.address, action, detail=detail)

"""Accounts, sessions and audit in the product's database: opened once by whoever needs them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import make_url

from booking_client.errors import CoreUnavailable
from booking_client.sql.database import Database, open_database, sqlite_path
from ivr.web.accounts.accounts import Accounts
from ivr.web.accounts.audit import Audit
from ivr.web.accounts.migrations.upgrade import SCHEMA
from ivr.web.accounts.passwords import Passwords
from ivr.web.accounts.sessions import Sessions
from ivr.web.accounts.sign_in import SignIn


class AccountsError(Exception):
    """The database could not be opened; the message says which and why."""


@dataclass(frozen=True, slots=True)
class AccountBook:
    """One open database, by subject. Make it with `open`; call `close` at the end."""

    database: Database
    accounts: Accounts
    sessions: Sessions
    sign_in: SignIn
    audit: Audit

    @classmethod
    async def open(cls, url: str, passwords: Passwords | None = None) -> AccountBook:
        """Open the database at `url` (as `booking_client.connect` takes it) and bring the schema
        up to date. Raises AccountsError."""
        try:
            path = sqlite_path(url)
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            database = open_database(url)
        except (ValueError, OSError) as error:
            raise AccountsError(f"the accounts cannot be opened: {error}") from None
        try:
            await SCHEMA.upgrade_at(url, database)
        except BaseException as error:
            await database.close()
            if isinstance(error, CoreUnavailable):
                name = make_url(url).render_as_string(hide_password=True)
                raise AccountsError(f"the accounts at {name}: {error}") from error
            raise
        made = passwords or Passwords()
        return cls(
            database,
            Accounts(database, made),
            Sessions(database),
            SignIn(database, made),
            Audit(database),
        )

    async def close(self) -> None:
        await self.database.close()

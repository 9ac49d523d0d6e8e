"""The search for calls in the product's database: opened once by whoever needs it."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from sqlalchemy.engine import make_url

from booking_client.errors import CoreUnavailable
from booking_client.sql.database import Database, open_database
from ivr.call_search.finder import CallFinder
from ivr.call_search.index import CallIndex
from ivr.call_search.migrations.upgrade import SCHEMA
from ivr.ports import Clock
from ivr.reviews.migrations import upgrade as reviews
from ivr.reviews.reviews import Reviews
from ivr.reviews.saved_searches import SavedSearches

TRANSACTION_SECONDS = 10.0
EVERY_SECONDS = 3.0
AT_ONCE = 20  # calls: a tenth of a second
BETWEEN_SECONDS = 0.1
LOOK_BACK = dt.timedelta(hours=4)  # a call that is over now began later, whatever its length

log = logging.getLogger(__name__)


class CallSearchError(Exception):
    """The tables could not be opened; the message says which database and why."""


@dataclass(frozen=True, slots=True)
class CallSearch:
    """One open database: what finds calls, and the reviews that they are found by too. Make it with
    `open`; call `close` at the end."""

    database: Database
    index: CallIndex
    finder: CallFinder
    reviews: Reviews
    saved: SavedSearches

    @classmethod
    async def open(cls, url: str) -> CallSearch:
        """The call log's tables are at `url` already. Raises CallSearchError."""
        try:
            database = open_database(url, TRANSACTION_SECONDS)
        except ValueError as error:
            raise CallSearchError(f"the search for calls cannot be opened: {error}") from None
        try:
            await SCHEMA.upgrade_at(url, database)
            await reviews.SCHEMA.upgrade_at(url, database)
        except BaseException as error:
            await database.close()
            if isinstance(error, CoreUnavailable):
                name = make_url(url).render_as_string(hide_password=True)
                raise CallSearchError(f"the search for calls at {name}: {error}") from error
            raise
        return cls(
            database,
            CallIndex(database),
            CallFinder(database),
            Reviews(database),
            SavedSearches(database),
        )

    async def close(self) -> None:
        await self.database.close()

    async def run(self, clock: Clock) -> None:
        """Take in calls as they end, and first whatever has not been; until it is cancelled.

        A few at a time, with pauses: on SQLite a booking waits for this writer.
        """
        since: dt.datetime | None = None
        while True:
            taken = 0
            try:
                taken, since = await self.index.take_in(since, AT_ONCE)
            except CoreUnavailable as error:
                log.error("call search: %s", error)
            if not taken:
                since = clock.now() - LOOK_BACK
            await clock.sleep(BETWEEN_SECONDS if taken else EVERY_SECONDS)

"""The hotline's work in the product's database: opened once by whoever needs it.

Unlike the call log a write here is waited for and may fail: a ticket's number is said only
when the ticket is kept.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from sqlalchemy.engine import make_url

from booking_client.errors import CoreUnavailable
from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.database import Database, open_database, sqlite_path
from ivr.hotline.callbacks import Callbacks
from ivr.hotline.handovers import Handovers
from ivr.hotline.migrations.upgrade import SCHEMA
from ivr.hotline.questions import UnansweredQuestions
from ivr.hotline.surveys import Surveys
from ivr.hotline.text_outbox import TextOutbox
from ivr.hotline.tickets import Tickets


class HotlineError(Exception):
    """The database could not be opened; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Hotline:
    """One open database, by subject. Make it with `open`; call `close` at the end."""

    database: Database
    tickets: Tickets
    surveys: Surveys
    questions: UnansweredQuestions
    callbacks: Callbacks
    handovers: Handovers
    texts: TextOutbox

    @classmethod
    async def open(
        cls, url: str, keys: PersonalDataKeys, *, codes: random.Random | None = None
    ) -> Hotline:
        """Open the database at `url` (as `booking_client.connect` takes it) and bring the schema
        up to date. `keys` seal what callers said; `codes` draws ticket numbers (None: a
        cryptographic source). Raises HotlineError."""
        try:
            path = sqlite_path(url)
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            database = open_database(url)
        except (ValueError, OSError) as error:
            raise HotlineError(f"the hotline's tables cannot be opened: {error}") from None
        try:
            await SCHEMA.upgrade_at(url, database)
        except BaseException as error:
            await database.close()
            if isinstance(error, CoreUnavailable):
                name = make_url(url).render_as_string(hide_password=True)
                raise HotlineError(f"the hotline's tables at {name}: {error}") from error
            raise
        return cls(
            database,
            Tickets(database, keys, codes or random.SystemRandom()),
            Surveys(database, keys),
            UnansweredQuestions(database, keys),
            Callbacks(database, keys),
            Handovers(database),
            TextOutbox(database, keys),
        )

    async def close(self) -> None:
        await self.database.close()

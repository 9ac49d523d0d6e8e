"""The call log: written from calls that it may never break, read by people and tests.

A write is a task of the log, not of the call, and the log's transactions take turns
in the order in which they were asked for: neither a slow database nor a cancelled
call can leave half a write or stop the audio. A write that fails or takes too long
is logged, counted in `failures`, and forgotten.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Session

from booking_client.errors import CoreUnavailable
from booking_client.personal_data import PersonalDataKeys
from booking_client.phone_number import normalise_phone
from booking_client.sql.database import Database, open_database, sqlite_path
from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log.migrations.upgrade import SCHEMA
from ivr.call_log.model import CallRow, TurnRow
from ivr.call_log.records import CallFilter, CallStart, StoredCall, Turn
from ivr.call_log.rows import stored_call, stored_turn, turn_columns

CALLER_COLUMN = "calls.caller"
WRITE_SECONDS = 2.0  # of a call's time
TRANSACTION_SECONDS = 6.0
READ_SECONDS = 10.0
CLOSE_SECONDS = 10.0
MOST_WAITING = 500  # writes; beyond, the database is given up for the moment
EVERY_CALL = CallFilter()

_log = logging.getLogger(__name__)
Result = TypeVar("Result")
Transaction = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class CallLogError(Exception):
    """The log could not be opened or read; the message says which database and why."""


class CallLog:
    """One open log. Make it with `open`; call `close` at the end."""

    def __init__(
        self, database: Database, name: str, keys: PersonalDataKeys | None, limit: float
    ) -> None:
        self.failures = 0
        self.fault: str | None = None  # the newest failure, for health reports
        self._database = database
        self._name = name
        self._keys = keys
        self._limit = limit
        self._order = asyncio.Lock()
        self._writes: set[asyncio.Task[Any]] = set()

    @classmethod
    async def open(
        cls, url: str, keys: PersonalDataKeys | None = None, *, limit: float = WRITE_SECONDS
    ) -> CallLog:
        """Open the database at `url` (as `booking_client.connect` takes it) and bring its schema
        up to date.

        `keys` hash the callers' numbers; without them only the last four digits are
        kept. `limit` is the longest time in seconds that a write holds up a call.
        Raises CallLogError.
        """
        try:
            path = sqlite_path(url)
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            # What a power cut may cost is the last turns of a log: no turn waits for the disk.
            database = open_database(url, TRANSACTION_SECONDS, durable=False)
        except (ValueError, OSError) as error:
            raise CallLogError(f"the call log cannot be opened: {error}") from None
        name = f"the call log at {make_url(url).render_as_string(hide_password=True)}"
        try:
            await SCHEMA.upgrade_at(url, database)
        except BaseException as error:
            await database.close()
            if isinstance(error, CoreUnavailable):
                raise CallLogError(f"{name}: {error}") from error
            raise
        return cls(database, name, keys, limit)

    async def close(self) -> None:
        """Finish what is waiting, at most CLOSE_SECONDS long, and close the database."""
        try:
            if self._writes:
                await asyncio.wait(self._writes, timeout=CLOSE_SECONDS)
        finally:
            late = [write for write in self._writes if write.cancel()]
            for _write in late:
                self._failed("close", TimeoutError())
            await asyncio.gather(*late, return_exceptions=True)
            await self._database.close()

    # --- written from a call: never raises, waits at most `limit` seconds

    async def call_started(self, call: CallStart) -> None:
        """A call has come in."""

        def write(session: Session) -> None:
            number = normalise_phone(call.caller)
            session.add(
                CallRow(
                    call_id=call.call_id,
                    caller_last_four=number[-4:] if len(number) > 4 else "",
                    caller_hash=self._digest(number),
                    started_at=call.started_at,
                    recording=call.recording,
                    recogniser=call.recogniser,
                    voice=call.voice,
                    version=call.version,
                    agent=call.agent,
                )
            )

        await self._note("call_started", write)

    async def call_answered(self, call_id: str, at: dt.datetime) -> None:
        """The line is open."""
        await self._change("call_answered", call_id, {"answered_at": at})

    async def turn(self, call_id: str, turn: Turn) -> None:
        """A turn is over; a turn of the same number is replaced."""

        def write(session: Session) -> None:
            call = session.scalar(select(CallRow.id).where(CallRow.call_id == call_id))
            if call is None:
                raise _NotInLog("the call is not in the log")
            old = session.execute(
                select(TurnRow).where(TurnRow.call == call, TurnRow.number == turn.number)
            ).scalar_one_or_none()
            row = TurnRow(call=call, number=turn.number) if old is None else old
            for column, value in turn_columns(turn).items():
                setattr(row, column, value)
            session.add(row)

        await self._note("turn", write)

    async def concluded(
        self, call_id: str, outcome: Outcome, category: Category, reason: Reason
    ) -> None:
        """The dialogue's conclusion so far (its Conclude command); the last one counts."""
        await self._change("concluded", call_id, _conclusion(outcome, category, reason))

    async def call_ended(
        self,
        call_id: str,
        at: dt.datetime,
        outcome: Outcome | None = None,
        category: Category | None = None,
        reason: Reason | None = None,
    ) -> None:
        """The call is over. What is None stays as `concluded` has written it."""
        conclusion = _conclusion(outcome, category, reason)
        await self._change("call_ended", call_id, {"ended_at": at, **conclusion})

    async def close_stale(self, at: dt.datetime, agent: str, longest: dt.timedelta) -> int:
        """Close the calls that a killed agent left open; returns how many.

        For the start of `agent`: its own calls, and those of any other that began
        longer ago than a call can last. A call that was concluded keeps its conclusion
        (a booking stands); any other has failed through the agent's fault. It ended
        with its last turn, at most at `at`.
        """

        def write(session: Session) -> int:
            open_calls = session.scalars(
                select(CallRow).where(
                    CallRow.ended_at.is_(None),
                    (CallRow.agent == agent) | (CallRow.started_at < at - longest),
                )
            ).all()
            for call in open_calls:
                last = max((turn.ended_at for turn in call.turns), default=call.answered_at)
                call.ended_at = min(last or call.started_at, at)
                if call.outcome is None:
                    call.outcome, call.reason = Outcome.FAILED.value, Reason.AGENT_FAULT.value
                    call.category = call.category or Category.CONSULTATION.value
            return len(open_calls)

        return await self._note("close_stale", write) or 0

    # --- read by people: raises CallLogError

    async def list(
        self, limit: int = 20, filters: CallFilter = EVERY_CALL
    ) -> tuple[StoredCall, ...]:
        """The newest calls first, without their turns."""

        def read(session: Session) -> tuple[StoredCall, ...]:
            rows = session.execute(self._listing(filters).limit(limit)).all()
            return tuple(stored_call(call, count) for call, count in rows)

        return await self._read(read)

    async def show(self, call_id: str) -> StoredCall | None:
        """One call with its turns. `call_id` may be its beginning if that is unique."""

        def read(session: Session) -> StoredCall | None:
            # The whole id first: a beginning has to be looked for in all of them.
            found = session.scalars(select(CallRow).where(CallRow.call_id == call_id)).all()
            if not found:
                found = session.scalars(
                    select(CallRow)
                    .where(CallRow.call_id.startswith(call_id, autoescape=True))
                    .limit(2)
                ).all()
            if not found:
                return None
            if len(found) > 1:
                raise CallLogError(f"more than one call begins with {call_id}")
            turns = tuple(stored_turn(turn) for turn in found[0].turns)
            return stored_call(found[0], len(turns), turns)

        return await self._read(read)

    # --- inside

    def _listing(self, filters: CallFilter) -> Select[CallRow, int]:
        count = select(func.count(TurnRow.id)).where(TurnRow.call == CallRow.id).scalar_subquery()
        query = select(CallRow, count).order_by(CallRow.started_at.desc(), CallRow.id.desc())
        for column, value in (
            (CallRow.outcome, filters.outcome),
            (CallRow.category, filters.category),
            (CallRow.reason, filters.reason),
        ):
            if value is not None:
                query = query.where(column == value.value)
        if filters.since is not None:
            query = query.where(CallRow.started_at >= filters.since)
        if filters.until is not None:
            query = query.where(CallRow.started_at < filters.until)
        if filters.caller is not None:
            digest = self._digest(normalise_phone(filters.caller))
            if digest is None:
                raise CallLogError("calls are found by number only with the data key and a number")
            query = query.where(CallRow.caller_hash == digest)
        return query

    def _digest(self, number: str) -> bytes | None:
        return self._keys.digest(CALLER_COLUMN, number) if self._keys and number else None

    async def _read(self, work: Callable[[Session], Result]) -> Result:
        return await self._ask(self._database.reading, _in_session(work))

    async def _change(self, what: str, call_id: str, columns: dict[str, Any]) -> None:
        def write(session: Session) -> None:
            statement = update(CallRow).where(CallRow.call_id == call_id).values(**columns)
            if not session.scalar(statement.returning(CallRow.call_id)):
                raise _NotInLog("the call is not in the log")

        await self._note(what, write)

    async def _note(self, what: str, write: Callable[[Session], Result]) -> Result | None:
        """Write, and never let the call feel it."""
        if len(self._writes) >= MOST_WAITING:
            self._failed(what, OSError("too many writes are waiting"))
            return None
        task = asyncio.create_task(self._in_order(self._database.writing, _in_session(write)))
        self._writes.add(task)
        task.add_done_callback(self._written)
        try:
            async with asyncio.timeout(self._limit):
                return await asyncio.shield(task)
        except TimeoutError as error:
            self._failed(what, error)  # it may still be written, later
        except Exception as error:  # whatever it is, the call goes on
            self._failed(what, error)
        return None

    def _written(self, task: asyncio.Task[Any]) -> None:
        self._writes.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not complain of a late one

    def _failed(self, what: str, error: Exception) -> None:
        self.failures += 1
        self.fault = f"{what}: {_brief(error)}"
        _log.error("call log: %s", self.fault)

    async def _ask(self, transaction: Transaction, work: Callable[[Connection], Result]) -> Result:
        try:
            async with asyncio.timeout(READ_SECONDS):
                return await self._in_order(transaction, work)
        except TimeoutError:
            raise CallLogError(f"{self._name} gave no answer within {READ_SECONDS:g} s") from None
        except CoreUnavailable as error:
            raise CallLogError(f"{self._name}: {error}") from error

    async def _in_order(
        self, transaction: Transaction, work: Callable[[Connection], Result]
    ) -> Result:
        async with self._order, transaction() as connection:
            return await connection.run_sync(work)


def _in_session(work: Callable[[Session], Result]) -> Callable[[Connection], Result]:
    """`work` in a session that leaves the commit to the connection's transaction."""

    def run(connection: Connection) -> Result:
        with Session(connection) as session, session.begin():
            return work(session)

    return run


def _brief(error: Exception) -> str:
    """One line; of errors that might quote a value only the kind."""
    known = isinstance(error, CoreUnavailable | OSError | _NotInLog)
    return (str(error).splitlines() or [""])[0] if known and str(error) else type(error).__name__


class _NotInLog(Exception):
    pass


def _conclusion(
    outcome: Outcome | None, category: Category | None, reason: Reason | None
) -> dict[str, str]:
    parts = {"outcome": outcome, "category": category, "reason": reason}
    return {name: part.value for name, part in parts.items() if part is not None}

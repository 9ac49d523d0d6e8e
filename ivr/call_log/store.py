"""The call log: written from calls that it may never break, read by people and tests.

All database work is done, in order, by one thread of its own, so that neither a
slow disk nor a cancelled call can leave half a write or stop the audio. A write
that fails or takes too long is logged, counted in `failures`, and forgotten.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Engine, Select, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from booking_client.personal_data import PersonalDataKeys
from booking_client.phone_number import normalise_phone
from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log.database import open_engine, writing
from ivr.call_log.migrations.upgrade import upgrade
from ivr.call_log.model import CallRow, TurnRow
from ivr.call_log.records import CallFilter, CallStart, StoredCall, Turn
from ivr.call_log.rows import stored_call, stored_turn, turn_columns

CALLER_COLUMN = "calls.caller"
WRITE_SECONDS = 2.0
READ_SECONDS = 10.0
MIGRATE_SECONDS = 30.0
MOST_WAITING = 500  # writes; beyond, the database is given up for the moment
EVERY_CALL = CallFilter()

_log = logging.getLogger(__name__)
Result = TypeVar("Result")


class CallLogError(Exception):
    """The log could not be opened or read; the message says which database and why."""


class CallLog:
    """One open log. Make it with `open`; call `close` at the end."""

    def __init__(self, engine: Engine, keys: PersonalDataKeys | None, limit: float) -> None:
        self.failures = 0
        self.fault: str | None = None  # the newest failure, for health reports
        self._engine = engine
        self._reading = sessionmaker(engine)
        self._writing = sessionmaker(writing(engine))
        self._keys = keys
        self._limit = limit
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="call-log")
        self._waiting = 0

    @classmethod
    async def open(
        cls, url: str, keys: PersonalDataKeys | None = None, *, limit: float = WRITE_SECONDS
    ) -> CallLog:
        """Open the database at `url` (SQLAlchemy) and bring its schema up to date.

        `keys` hash the callers' numbers; without them only the last four digits are
        kept. `limit` is the longest time in seconds that a write holds up a call.
        Raises CallLogError.
        """
        try:
            engine = open_engine(url)
        except (SQLAlchemyError, ImportError, OSError) as error:
            raise CallLogError(f"the call log cannot be opened: {_brief(error)}") from None
        log = cls(engine, keys, limit)
        try:
            await log._ask(log._migrate, MIGRATE_SECONDS)
        except CallLogError:
            await log.close()
            raise
        return log

    async def close(self) -> None:
        """Finish what is waiting, at most READ_SECONDS long, and close the database."""
        done = asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        try:
            async with asyncio.timeout(READ_SECONDS):
                await asyncio.shield(done)
        except TimeoutError:
            self._failed("close", TimeoutError())
        finally:
            self._thread.shutdown(wait=False)

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

    async def close_stale(self, at: dt.datetime) -> int:
        """Close the calls that a killed agent left open; returns how many.

        For the start of the one agent that writes to this database. A call that was
        concluded keeps its conclusion (a booking stands); any other has failed
        through the agent's fault. It ended with its last turn, at most at `at`.
        """

        def write(session: Session) -> int:
            open_calls = session.scalars(select(CallRow).where(CallRow.ended_at.is_(None))).all()
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
            found = session.scalars(
                select(CallRow)
                .where(CallRow.call_id.startswith(call_id, autoescape=True))
                .order_by(CallRow.call_id)
                .limit(2)
            ).all()
            if not found:
                return None
            if len(found) > 1 and found[0].call_id != call_id:
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

    def _migrate(self) -> None:
        with writing(self._engine).begin() as connection:
            upgrade(connection)

    def _write(self, work: Callable[[Session], Result]) -> Result:
        with self._writing.begin() as session:
            return work(session)

    async def _read(self, work: Callable[[Session], Result]) -> Result:
        def in_session() -> Result:
            with self._reading.begin() as session:
                return work(session)

        return await self._ask(in_session, READ_SECONDS)

    async def _change(self, what: str, call_id: str, columns: dict[str, Any]) -> None:
        def write(session: Session) -> None:
            changed = session.execute(
                update(CallRow).where(CallRow.call_id == call_id).values(**columns)
            )
            if not changed.rowcount:  # type: ignore[attr-defined]  # a CursorResult, typed as Result
                raise _NotInLog("the call is not in the log")

        await self._note(what, write)

    async def _note(self, what: str, write: Callable[[Session], Result]) -> Result | None:
        """Write, and never let the call feel it."""
        if self._waiting >= MOST_WAITING:
            self._failed(what, OSError("too many writes are waiting"))
            return None
        self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self._thread, self._write, write)
        future.add_done_callback(self._written)
        try:
            async with asyncio.timeout(self._limit):
                return await asyncio.shield(future)
        except TimeoutError as error:
            self._failed(what, error)  # it may still be written, later
        except Exception as error:  # whatever it is, the call goes on
            self._failed(what, error)
        return None

    def _written(self, future: asyncio.Future[Any]) -> None:
        self._waiting -= 1
        if not future.cancelled():
            future.exception()  # looked at, so that asyncio does not complain of a late one

    def _failed(self, what: str, error: Exception) -> None:
        self.failures += 1
        self.fault = f"{what}: {_brief(error)}"
        _log.error("call log: %s", self.fault)

    async def _ask(self, work: Callable[[], Result], seconds: float) -> Result:
        future = asyncio.get_running_loop().run_in_executor(self._thread, work)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(future)
        except TimeoutError:
            raise CallLogError(f"{self._name()} gave no answer within {seconds:g} s") from None
        except (SQLAlchemyError, OSError) as error:
            raise CallLogError(f"{self._name()}: {_brief(error)}") from error

    def _name(self) -> str:
        return f"the call log at {self._engine.url.render_as_string(hide_password=True)}"


def _brief(error: Exception) -> str:
    """One line; of errors that might quote a value only the kind."""
    known = isinstance(error, SQLAlchemyError | OSError | ImportError | _NotInLog)
    return (str(error).splitlines() or [""])[0] if known and str(error) else type(error).__name__


class _NotInLog(Exception):
    pass


def _conclusion(
    outcome: Outcome | None, category: Category | None, reason: Reason | None
) -> dict[str, str]:
    parts = {"outcome": outcome, "category": category, "reason": reason}
    return {name: part.value for name, part in parts.items() if part is not None}

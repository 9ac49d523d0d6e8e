"""The audit answers who did what, when, of which call."""

from __future__ import annotations

import datetime as dt

from ivr.web.accounts.audit import MOST_DETAIL, Action, AuditFilter, Entry
from ivr.web.accounts.store import AccountBook

NOW = dt.datetime(2026, 11, 24, 9, 0)


def entry(minute: int, actor: str, action: Action, call_id: str | None = None) -> Entry:
    return Entry(NOW + dt.timedelta(minutes=minute), actor, "10.0.0.1", action, call_id)


ENTRIES = (
    entry(0, "wang", Action.SIGNED_IN),
    entry(1, "wang", Action.RECORDING_HEARD, "call-1"),
    entry(2, "li", Action.RECORDING_HEARD, "call-2"),
    entry(60 * 24, "wang", Action.CALL_SEEN, "call-1"),
)


async def test_it_is_found_by_who_what_when_and_which_call(book: AccountBook) -> None:
    for each in ENTRIES:
        await book.audit.note(each)

    async def found(wanted: AuditFilter) -> list[int]:
        return [ENTRIES.index(kept.entry) for kept in await book.audit.list(wanted, 10)]

    assert await found(AuditFilter()) == [3, 2, 1, 0]
    assert await found(AuditFilter(actor="wang")) == [3, 1, 0]
    assert await found(AuditFilter(action=Action.RECORDING_HEARD)) == [2, 1]
    assert await found(AuditFilter(call_id="call-1")) == [3, 1]
    assert await found(AuditFilter(actor="wang", call_id="call-1", until=NOW.replace(hour=10))) == [
        1
    ]
    assert await found(AuditFilter(since=NOW + dt.timedelta(hours=1))) == [3]


async def test_pages_follow_each_other_without_a_gap(book: AccountBook) -> None:
    for each in ENTRIES:
        await book.audit.note(each)
    first = await book.audit.list(AuditFilter(), 2)
    second = await book.audit.list(AuditFilter(before=first[-1].number), 2)
    assert [kept.entry for kept in (*first, *second)] == list(reversed(ENTRIES))


async def test_a_long_detail_is_cut_not_refused(book: AccountBook) -> None:
    await book.audit.note(Entry(NOW, "wang", "", Action.CALL_SEEN, detail="字" * 300))
    (kept,) = await book.audit.list(AuditFilter(), 1)
    assert kept.entry.detail == "字" * MOST_DETAIL

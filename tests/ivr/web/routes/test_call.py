"""The page of one call over HTTP, its recording and its review."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text, update

from booking_client.sql.database import open_database
from ivr.audio_file import write_speech
from ivr.call_log import CallLog
from ivr.call_log.model import CallRow
from ivr.call_search.query import CallQuery
from ivr.web.accounts.audit import Action, AuditFilter
from ivr.web.accounts.rights import Role
from tests.ivr.call_search.log_of_calls import SomeCall, at, write
from tests.ivr.web.site import Browser, Site

CALL = SomeCall(1, at(8), heard="我要挂古楼医院")
PAGE = f"/calls/{CALL.call_id}"
SECONDS = 2


@pytest.fixture
async def logged(site: Site) -> Site:
    log = await CallLog.open(site.database_url)
    await write(log, [CALL])
    await log.close()
    await site.search.index.catch_up()
    return site


async def recorded(site: Site, name: str = "2026-11-24/call.wav") -> None:
    path = site.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_speech(path, np.full(16000 * SECONDS, 1000, "<i2").tobytes(), channels=2)
    database = open_database(site.database_url)
    async with database.writing() as connection:
        await connection.execute(update(CallRow).values(recording=name))
    await database.close()


async def audited(site: Site, action: Action) -> list[str | None]:
    return [
        kept.entry.call_id for kept in await site.book.audit.list(AuditFilter(action=action), 9)
    ]


async def heard(browser: Browser, part: str) -> tuple[int, int]:
    """Status and bytes of a part of the recording."""
    url = f"{browser.url}{PAGE}/recording.wav"
    async with browser.session.get(url, headers={"Range": part}) as answer:
        assert answer.headers["Content-Type"] == "audio/wav"
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.status, len(await answer.read())


async def test_the_page_shows_what_was_asked_heard_and_done(logged: Site) -> None:
    browser = await logged.signed_in("lin", Role.SUPERVISOR)
    answer = await browser.get(PAGE)
    assert answer.status == 200
    for shown in ("请问您要什么", "我要挂古楼医院", "别的话", "0.90", "find_sessions", "<svg"):
        assert shown in answer.text
    assert await audited(logged, Action.CALL_SEEN) == [CALL.call_id]


async def test_an_operator_is_led_to_the_page_of_the_handover(logged: Site) -> None:
    browser = await logged.signed_in("wu", Role.OPERATOR)
    answer = await browser.get(PAGE)
    assert (answer.status, answer.location) == (303, f"/handover/{CALL.call_id}")
    assert (await browser.get(f"{PAGE}/recording.wav")).status == 403


async def test_a_recording_is_sent_in_ranges_and_its_hearing_written_down_once(
    logged: Site,
) -> None:
    await recorded(logged)
    browser = await logged.signed_in("lin", Role.REVIEWER)
    assert 'id="player"' in (await browser.get(PAGE)).text
    for part in ("bytes=100-199", "bytes=0-99"):
        assert await heard(browser, part) == (206, 100)
    assert await audited(logged, Action.RECORDING_HEARD) == [CALL.call_id]
    logged.clock.put_on(minutes=11)
    await heard(browser, "bytes=200-")
    assert len(await audited(logged, Action.RECORDING_HEARD)) == 2


async def test_a_hearing_that_cannot_be_written_down_is_not_heard(logged: Site) -> None:
    await recorded(logged)
    browser = await logged.signed_in("lin", Role.REVIEWER)
    async with logged.book.database.writing() as connection:
        await connection.execute(text("ALTER TABLE web_audit RENAME TO gone"))
    for _ in range(2):
        assert (await browser.get(f"{PAGE}/recording.wav")).status == 503


async def test_the_picture_of_a_recording_has_both_legs(logged: Site) -> None:
    await recorded(logged)
    browser = await logged.signed_in("lin", Role.REVIEWER)
    peaks = json.loads((await browser.get(f"{PAGE}/peaks.json")).text)
    assert peaks["seconds"] == SECONDS
    assert len(peaks["channels"]) == 2


async def test_no_file_outside_the_folder_of_recordings_is_sent(
    logged: Site, tmp_path: Path
) -> None:
    secret = tmp_path.parent / "secret.wav"
    secret.write_bytes(b"RIFF")
    database = open_database(logged.database_url)
    browser = await logged.signed_in("lin", Role.REVIEWER)
    for name in ("../secret.wav", str(secret), "", "gone.wav"):
        async with database.writing() as connection:
            await connection.execute(update(CallRow).values(recording=name))
        assert (await browser.get(f"{PAGE}/recording.wav")).status == 404
        assert (await browser.get(f"{PAGE}/peaks.json")).status == 404
    await database.close()
    assert "没有录音" in (await browser.get(PAGE)).text


async def test_a_turn_is_marked_wrong_with_the_right_text_and_found_by_it(logged: Site) -> None:
    browser = await logged.signed_in("lin", Role.REVIEWER)
    await browser.get(PAGE)
    answer = await browser.post(f"{PAGE}/marks", turn="1", right_text="我要挂鼓楼医院")
    assert (answer.status, answer.location) == (303, f"{PAGE}#turn-1")
    assert "我要挂鼓楼医院" in (await browser.get(PAGE)).text
    assert await logged.search.finder.count(CallQuery(wrong=True)) == 1
    assert await audited(logged, Action.REVIEW_CHANGED) == [CALL.call_id]
    await browser.post(f"{PAGE}/marks/remove", turn="1")
    assert await logged.search.finder.count(CallQuery(wrong=True)) == 0
    assert (await browser.post(f"{PAGE}/marks", turn="9", right_text="")).status == 400


async def test_notes_and_tags_are_added_and_escaped(logged: Site) -> None:
    browser = await logged.signed_in("lin", Role.REVIEWER)
    await browser.get(PAGE)
    assert (await browser.post(f"{PAGE}/notes", text="<i>口音重</i>")).status == 303
    assert (await browser.post(f"{PAGE}/tags", tag="方言")).status == 303
    shown = (await browser.get(PAGE)).text
    assert "&lt;i&gt;口音重" in shown
    assert "方言" in shown
    assert await logged.search.finder.count(CallQuery(noted=True, tags=frozenset({"方言"}))) == 1
    await browser.post(f"{PAGE}/tags/remove", tag="方言")
    assert await logged.search.finder.count(CallQuery(tags=frozenset({"方言"}))) == 0
    empty = await browser.post(f"{PAGE}/notes", text=" ")
    assert empty.status == 400
    assert 'role="alert"' in empty.text


@pytest.mark.parametrize("path", ["/calls/3f2c", "/calls/00000000-0000-0000-0000-000000000099"])
async def test_there_is_no_page_of_a_call_that_is_not(logged: Site, path: str) -> None:
    browser = await logged.signed_in("lin", Role.SUPERVISOR)
    assert (await browser.get(path)).status == 404

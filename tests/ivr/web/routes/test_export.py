"""A call is downloaded as a replay case, by whoever may take data out."""

from __future__ import annotations

import io
import zipfile
from uuid import uuid4

import pytest
import yaml

from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log import CallLog
from ivr.caller.case import Case
from ivr.replay.export.stand_ins import stand_ins
from ivr.web.accounts.audit import Action, AuditFilter
from ivr.web.accounts.rights import Role
from tests.call_log.calls import (
    CALL_ID,
    ID_NUMBER,
    asks_hospital,
    at,
    call_start,
    gives_id_number,
)
from tests.ivr.web.site import Browser, Site


@pytest.fixture
async def call_id(site: Site) -> str:
    """A caller who says what they want and keys an ID number."""
    log = await CallLog.open(site.database_url)
    await log.call_started(call_start())
    for turn in (asks_hospital(), gives_id_number()):
        await log.turn(CALL_ID, turn)
    await log.call_ended(CALL_ID, at(20), Outcome.BOOKED, Category.BOOKING, Reason.COMPLETED)
    await log.close()
    return CALL_ID


async def exported(browser: Browser, call_id: str, **form: str) -> dict[str, bytes]:
    async with browser.session.post(
        f"{browser.url}/calls/{call_id}/export", data={"csrf": browser.token, **form}
    ) as answer:
        assert answer.status == 200
        assert answer.content_type == "application/zip"
        assert "attachment" in answer.headers["Content-Disposition"]
        assert answer.headers["Cache-Control"] == "no-store"
        with zipfile.ZipFile(io.BytesIO(await answer.read())) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


async def test_the_download_is_a_case_without_personal_data(site: Site, call_id: str) -> None:
    reviewer = await site.signed_in("li", Role.REVIEWER)
    ((name, content),) = (await exported(reviewer, call_id, outcome="booked")).items()
    assert name.endswith(f"{call_id[:8]}.yaml")
    case = Case.model_validate(yaml.safe_load(content))
    assert case.expect.outcome == "booked"
    assert case.answers["id_number"][0].press == f"{stand_ins().id_number}#"
    assert ID_NUMBER[4:14] not in content.decode()


async def test_what_reviewers_marked_has_to_be_understood(site: Site, call_id: str) -> None:
    reviewer = await site.signed_in("li", Role.REVIEWER)
    await site.search.reviews.mark(call_id, 1, "我要挂第一医院", "li", site.clock.now())
    (content,) = (await exported(reviewer, call_id)).values()
    case = Case.model_validate(yaml.safe_load(content))
    assert case.expect.understood == ("我要挂第一医院",)
    assert case.expect.outcome is None


async def test_who_exported_which_call_is_in_the_audit(site: Site, call_id: str) -> None:
    reviewer = await site.signed_in("li", Role.REVIEWER)
    await exported(reviewer, call_id)
    wanted = AuditFilter(action=Action.CASE_EXPORTED)
    (entry,) = await site.book.audit.list(wanted, 10)
    assert (entry.entry.actor, entry.entry.call_id) == ("li", call_id)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMINISTRATOR])
async def test_a_role_without_the_right_gets_nothing(site: Site, call_id: str, role: Role) -> None:
    other = await site.signed_in("zhao", role)
    assert (await other.post(f"/calls/{call_id}/export")).status == 403


async def test_a_form_of_another_site_exports_nothing(site: Site, call_id: str) -> None:
    reviewer = await site.signed_in("li", Role.REVIEWER)
    assert (await reviewer.post_raw(f"/calls/{call_id}/export", {})).status == 403


async def test_a_call_that_is_not_there_is_said(site: Site) -> None:
    reviewer = await site.signed_in("li", Role.REVIEWER)
    for call_id in (str(uuid4()), "..%2F..", "3f2c"):
        assert (await reviewer.post(f"/calls/{call_id}/export")).status == 404


async def test_a_call_that_goes_on_is_not_exported_yet(site: Site) -> None:
    reviewer = await site.signed_in("li", Role.REVIEWER)
    call_id = str(uuid4())
    await site.calls.call_started(call_id, "", site.folder / "call.wav", "typed")
    answer = await reviewer.post(f"/calls/{call_id}/export")
    assert answer.status == 409
    assert "还没有结束" in answer.text


async def test_a_recording_that_cannot_be_read_is_said(site: Site, call_id: str) -> None:
    path = site.folder / "2026-11-24" / "call.wav"
    path.parent.mkdir()
    path.write_bytes(b"RIFF")
    reviewer = await site.signed_in("li", Role.REVIEWER)
    answer = await reviewer.post(f"/calls/{call_id}/export")
    assert answer.status == 409
    assert "录音" in answer.text

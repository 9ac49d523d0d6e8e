"""An alias is proposed, tried by the real worker, put live and taken back on the pages."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime as dt
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from booking_client.types import SessionQuery
from dialogs.commands import FindSessions
from grammars.meaning import Hypothesis, Slot
from ivr.aliases.overlay import read_aliases
from ivr.call_log import CallLog, Turn
from ivr.web.accounts.audit import Action, AuditFilter
from ivr.web.accounts.rights import Role
from tests.dialogs.clinic import make_clinic
from tests.ivr.board.log_of_calls import write_call
from tests.ivr.web.site import NOW, Answer, Browser, Site, running_site

DATA_KEY = base64.b64encode(bytes(range(32))).decode()  # of make_clinic
GULOU, PROVINCE = "南京鼓楼医院", "江苏省人民医院"
WANTED = {"slot": "hospital", "name": GULOU, "alias": "天文台"}


@contextlib.asynccontextmanager
async def office_with_two_calls(folder: Path) -> AsyncIterator[Site]:
    """天文台 was said by who booked at 南京鼓楼医院, 紫峰 at 江苏省人民医院; with DATA_KEY."""
    await make_clinic(folder / "booking.db")
    async with running_site(f"sqlite:///{folder}/booking.db", folder) as site:
        log = await CallLog.open(site.database_url)
        for number, (words, booked) in enumerate((("天文台", GULOU), ("紫峰旁边", PROVINCE))):
            day = NOW.date() + dt.timedelta(days=1)
            search = FindSessions("as_wished", SessionQuery(booked, "骨科", day, day))
            heard = (Hypothesis(words, 0.8),)
            turn = Turn(1, NOW, NOW, expected=Slot.HOSPITAL, heard=heard, commands=(search,))
            await write_call(log, number, NOW, turns=[turn])
        await log.close()
        yield site


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setenv("IVR_DATA_KEY", DATA_KEY)
    async with office_with_two_calls(tmp_path) as site:
        yield site


@pytest.fixture
async def supervisor(office: Site) -> Browser:
    return await office.signed_in("supervisor", Role.SUPERVISOR)


async def tried(browser: Browser, **wanted: str) -> tuple[str, Answer]:
    """The address of the trial, and its page once it is over."""
    await browser.get("/aliases")
    started = await browser.post("/aliases", **wanted)
    assert started.status == 303, started.text
    async with asyncio.timeout(60):
        while '"over": false' in (await browser.get(f"{started.location}/state")).text:
            await asyncio.sleep(0.2)
    return started.location, await browser.get(started.location)


async def test_an_alias_that_spoils_no_call_goes_live_and_can_be_taken_back(
    office: Site, supervisor: Browser
) -> None:
    address, page = await tried(supervisor, **WANTED)
    assert re.search(r"会变对：\s*<strong>1</strong>", page.text)
    assert re.search(r"会变错：\s*<strong>0</strong>", page.text)
    assert read_aliases(office.trials.aliases).overlay == {}
    assert (await supervisor.post(f"{address}/live")).status == 303
    assert read_aliases(office.trials.aliases).overlay == {Slot.HOSPITAL: {GULOU: ("天文台",)}}
    assert (await supervisor.post(f"{address}/live")).status == 409  # once is enough
    assert "天文台" in (await supervisor.get("/aliases")).text
    assert (await supervisor.post("/aliases/undo", slot="hospital", alias="天文台")).status == 303
    assert read_aliases(office.trials.aliases).overlay == {}
    assert (await supervisor.post("/aliases/undo", slot="hospital", alias="天文台")).status == 409
    done = {Action.ALIAS_PROPOSED, Action.ALIAS_LIVE, Action.ALIAS_UNDONE}
    audited = {kept.entry.action for kept in await office.book.audit.list(AuditFilter(), 50)}
    assert done <= audited


async def test_an_alias_that_spoils_a_call_stays_out(office: Site, supervisor: Browser) -> None:
    address, page = await tried(supervisor, slot="hospital", name=GULOU, alias="紫峰旁边")
    assert re.search(r"会变错：\s*<strong>1</strong>", page.text)
    assert "不能启用" in page.text
    assert (await supervisor.post(f"{address}/live")).status == 409
    assert read_aliases(office.trials.aliases).aliases == ()


async def test_a_reviewer_proposes_and_a_supervisor_decides(office: Site) -> None:
    reviewer = await office.signed_in("reviewer", Role.REVIEWER)
    address, page = await tried(reviewer, **WANTED)
    assert "请班长来点" in page.text
    assert (await reviewer.post(f"{address}/live")).status == 403
    assert (await reviewer.post("/aliases/undo", slot="hospital", alias="天文台")).status == 403


async def test_words_that_cannot_be_an_alias_are_told_why(supervisor: Browser) -> None:
    _, page = await tried(supervisor, slot="hospital", name=GULOU, alias="鼓楼医院")
    assert "已经能这样叫了" in page.text


async def test_one_trial_at_a_time(supervisor: Browser) -> None:
    await supervisor.get("/aliases")
    assert (await supervisor.post("/aliases", **WANTED)).status == 303
    assert (await supervisor.post("/aliases", **WANTED)).status == 409


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"slot": "doctor", "name": "x", "alias": "y"}, 400),
        ({"slot": "hospital", "name": GULOU, "alias": " "}, 400),
        ({"slot": "hospital", "name": GULOU, "alias": "天文台", "what": "fill"}, 200),
    ],
)
async def test_a_form_is_checked(supervisor: Browser, given: dict[str, str], status: int) -> None:
    await supervisor.get("/aliases")
    answer = await supervisor.post("/aliases", **given)
    assert answer.status == status
    if status == 200:
        assert 'value="天文台"' in answer.text


async def test_a_trial_that_there_is_not_is_not_found(supervisor: Browser) -> None:
    assert (await supervisor.get(f"/aliases/{'0' * 32}")).status == 404

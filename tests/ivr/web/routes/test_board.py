"""The board over a real call log, on both databases."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from booking_client.personal_data import PersonalDataKeys
from dialogs.outcomes import Outcome, Reason
from grammars.meaning import Slot
from ivr.call_log import CallLog
from ivr.web.accounts.rights import Role
from tests.ivr.board.log_of_calls import turn, write_call
from tests.ivr.web.site import NOW, Browser, Site, running_site

TODAY = NOW.date()
MORNING = dt.datetime.combine(TODAY, dt.time(8, 30))


@pytest.fixture
async def site(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setenv("IVR_DATA_KEY", PersonalDataKeys.generate())
    async with running_site(url, tmp_path) as site:
        yield site


@pytest.fixture
async def supervisor(site: Site) -> Browser:
    return await site.signed_in("supervisor", Role.SUPERVISOR)


async def write(site: Site) -> None:
    """Three calls this morning, one yesterday: one booked, one given to a person."""
    log = await CallLog.open(site.database_url)
    corrected = [
        turn(1, Slot.HOSPITAL, "市中一院", "南京市中医院", waited=1.2),
        turn(2, Slot.HOSPITAL, "市第一医院", "南京市第一医院", confidence=0.4),
    ]
    await write_call(log, 1, MORNING, turns=corrected)
    await write_call(log, 2, MORNING, Outcome.TRANSFERRED, Reason.TWO_STRIKES, corrected[:1])
    await write_call(log, 3, MORNING, outcome=None)
    await write_call(log, 4, MORNING - dt.timedelta(days=1))
    await log.close()


def links(text: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="(/calls\?[^"]*)"', text)]


async def test_today_is_counted_beside_yesterday(site: Site, supervisor: Browser) -> None:
    await write(site)
    page = await supervisor.get("/board")
    assert page.status == 200
    assert "50.0%" in page.text  # of two calls that ended
    assert "上期同时 1" in page.text
    assert "市中一院" in page.text
    assert "几次没听懂" in page.text


async def test_every_figure_leads_to_its_calls(site: Site, supervisor: Browser) -> None:
    await write(site)
    page = await supervisor.get("/board")
    found = [parse_qs(urlsplit(link).query) for link in links(page.text)]
    for asked in found:
        assert asked.pop("since") == [f"{TODAY}T00:00"]
        assert asked.pop("until") == [f"{TODAY + dt.timedelta(days=1)}T00:00"]
    assert {"outcome": ["transferred"], "reason": ["two_strikes"]} in found
    assert {"hour": ["8"]} in found
    assert {"below": ["0.5"]} in found
    assert any(asked.get("asked") == ["hospital"] for asked in found)
    assert {"outcome": ["none"]} in found  # still going on


async def test_no_word_of_a_caller_is_in_an_address(site: Site, supervisor: Browser) -> None:
    await write(site)
    page = await supervisor.get("/board")
    assert not any("市中一院" in link for link in links(page.text))
    assert '<input type="hidden" name="words" value="市中一院">' in page.text


@pytest.mark.parametrize("kind", ["week", "month"])
async def test_a_longer_period_has_its_days(site: Site, supervisor: Browser, kind: str) -> None:
    await write(site)
    page = await supervisor.get(f"/board?period={kind}&day={TODAY}")
    assert "各天的通话" in page.text
    assert any(f"since={TODAY}T00%3A00" in link for link in links(page.text))


async def test_an_empty_log_is_an_empty_board(supervisor: Browser) -> None:
    page = await supervisor.get("/board?period=nonsense&day=2999-01-01")
    assert page.status == 200
    assert "—" in page.text


async def test_english_is_spoken_too(site: Site, supervisor: Browser) -> None:
    await write(site)
    await supervisor.post("/language", language="en", next="/board")
    assert "Where calls fail" in (await supervisor.get("/board")).text


async def test_only_who_has_the_right_sees_it(site: Site) -> None:
    administrator = await site.signed_in("administrator", Role.ADMINISTRATOR)
    assert (await administrator.get("/board")).status == 403
    stranger = await site.browser()
    assert (await stranger.get("/board")).status == 401

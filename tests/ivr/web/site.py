"""The pages on a port, over a real call log, and a browser that fills in their forms."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from argon2 import PasswordHasher

from booking_client.personal_data import PersonalDataKeys
from ivr.agent.call_logging import CallLogging
from ivr.aliases.trials import Trials
from ivr.board.store import Board
from ivr.call_search.store import CallSearch
from ivr.config import RetentionConfig
from ivr.hotline import Hotline
from ivr.live.calls import LiveCalls
from ivr.live.control import LiveControl
from ivr.reports.months import MonthReports
from ivr.retention.store import Retention
from ivr.web.accounts.accounts import By
from ivr.web.accounts.passwords import Passwords
from ivr.web.accounts.rights import Role
from ivr.web.accounts.store import AccountBook
from ivr.web.app import build_app
from ivr.web.deps import Bookings, Deps
from ivr.web.serving import serving

SECRET = "the programs' secret"
NOW = dt.datetime(2026, 11, 24, 9, 0)
SETTER = By("test")
PASSWORD = "trombone lantern gravel"
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class SettableClock:
    """ivr.ports.Clock that stands where it is put."""

    def __init__(self) -> None:
        self._ahead = dt.timedelta()

    def put_on(self, **by: float) -> None:
        self._ahead += dt.timedelta(**by)

    def now(self) -> dt.datetime:
        return NOW + self._ahead

    def monotonic(self) -> float:
        return self._ahead.total_seconds()

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("no page waits")


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str] = field(repr=False)
    location: str
    cookies: list[str]


@dataclass
class Browser:
    """One browser: its cookies, and what it last saw a form's token in."""

    session: aiohttp.ClientSession
    url: str
    token: str = ""

    async def get(self, path: str, **headers: str) -> Answer:
        async with self.session.get(
            self.url + path, headers=headers, allow_redirects=False
        ) as answer:
            return await self._seen(answer)

    async def post(self, path: str, **form: str) -> Answer:
        """With the token of the form that was seen last."""
        return await self.post_raw(path, {"csrf": self.token, **form})

    async def post_raw(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        async with self.session.post(
            self.url + path, data=form, headers=headers, allow_redirects=False
        ) as answer:
            return await self._seen(answer)

    async def sign_in(self, name: str, password: str = PASSWORD, next: str = "") -> Answer:
        await self.get("/login")
        answer = await self.post("/login", name=name, password=password, next=next)
        await self.get("/password")
        return answer

    async def _seen(self, answer: aiohttp.ClientResponse) -> Answer:
        text = await answer.text()
        if found := _TOKEN.search(text):
            self.token = found[1]
        return Answer(
            answer.status,
            text,
            {str(name): value for name, value in answer.headers.items()},
            answer.headers.get("Location", ""),
            answer.headers.getall("Set-Cookie", []),
        )


@dataclass
class Site:
    """`clock` is the pages'; everything else is what they work on."""

    url: str
    clock: SettableClock
    deps: Deps
    book: AccountBook
    calls: CallLogging
    hotline: Hotline
    search: CallSearch
    board: Board
    reports: MonthReports
    retention: Retention
    trials: Trials
    live: LiveCalls
    database_url: str
    folder: Path
    stack: contextlib.AsyncExitStack

    async def browser(self) -> Browser:
        jar = aiohttp.CookieJar(unsafe=True)  # cookies of an address, as a browser keeps them
        session = aiohttp.ClientSession(cookie_jar=jar)
        return Browser(await self.stack.enter_async_context(session), self.url)

    async def account(self, name: str, role: Role) -> None:
        """An account whose password has been changed to PASSWORD."""
        now = self.clock.now()
        given = await self.book.accounts.add(name, role, SETTER, now)
        who = await self.book.sign_in.attempt(name, given, "test", now)
        assert who is not None
        await self.book.accounts.set_own_password(who.account, PASSWORD, SETTER, now)

    async def signed_in(self, name: str, role: Role) -> Browser:
        await self.account(name, role)
        browser = await self.browser()
        assert (await browser.sign_in(name)).status == 303
        return browser


@contextlib.asynccontextmanager
async def running_site(
    url: str,
    folder: Path,
    *,
    https: bool = False,
    bookings: Bookings | None = None,
    control: LiveControl | None = None,
) -> AsyncIterator[Site]:
    """The pages over the database at `url`; IVR_DATA_KEY is set. Hashes are cheap ones."""
    clock = SettableClock()
    keys = PersonalDataKeys.from_environment()
    async with contextlib.AsyncExitStack() as stack:
        longest = dt.timedelta(minutes=15)
        calls = await CallLogging.open(url, "test", longest, clock, folder, "typed")
        stack.push_async_callback(calls.aclose)
        hotline = await Hotline.open(url, keys)
        stack.push_async_callback(hotline.close)
        cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        book = await AccountBook.open(url, cheap)
        stack.push_async_callback(book.close)
        search = await CallSearch.open(url)
        stack.push_async_callback(search.close)
        board = await Board.open(url, clock.now, clock.monotonic)
        stack.push_async_callback(board.close)
        reports = MonthReports.open(url)
        stack.push_async_callback(reports.close)
        retention = await Retention.open(url, RetentionConfig(), folder)
        stack.push_async_callback(retention.close)
        trials = Trials(url, url, folder / "aliases.yaml", clock)
        stack.push_async_callback(trials.close)
        live = LiveCalls(clock.now)
        deps = Deps(
            book=book,
            calls=calls,
            handovers=hotline.handovers,
            board=board,
            reports=reports,
            trials=trials,
            live=live,
            control=control,
            clock=clock,
            recordings=folder,
            search=search,
            retention=retention,
            bookings=bookings,
            program_secret=SECRET,
            https=https,
            proxies=frozenset({"127.0.0.1"}),
        )
        port = await stack.enter_async_context(serving(build_app(deps), "127.0.0.1", 0))
        yield Site(
            url=f"http://127.0.0.1:{port}",
            clock=clock,
            deps=deps,
            book=book,
            calls=calls,
            hotline=hotline,
            search=search,
            board=board,
            reports=reports,
            trials=trials,
            live=live,
            retention=retention,
            database_url=url,
            folder=folder,
            stack=stack,
        )

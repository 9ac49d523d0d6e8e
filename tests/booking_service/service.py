"""A booking service on a loopback port, over a real socket, with a clock that tests set."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from booking_client.http.operations import KEY_HEADER, Scope
from booking_client.sql.core import SqlBookingCore
from booking_service.keys import BURST, OF_A_CHANNEL, PER_MINUTE, ApiKeys
from booking_service.serving import serving
from tests.booking_client.clinic import NOW

OF_THE_HOTLINE = (*OF_A_CHANNEL, Scope.VERIFY_NAMES)


@dataclass
class Clock:
    """Moves only when told."""

    moment: dt.datetime = NOW
    seconds: float = 1000.0

    def now(self) -> dt.datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    json: Any

    @property
    def reason(self) -> str:
        return str(self.json["reason"])


@dataclass
class Service:
    core: SqlBookingCore
    url: str
    clock: Clock
    session: aiohttp.ClientSession
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    async def key(
        self,
        channel: str = "phone",
        scopes: Iterable[Scope] = OF_THE_HOTLINE,
        per_minute: int = PER_MINUTE,
        burst: int = BURST,
    ) -> str:
        keys = ApiKeys(self.core.database)
        return await keys.add(channel, NOW, scopes=scopes, per_minute=per_minute, burst=burst)

    async def use_key(self, channel: str = "phone", **limits: Any) -> None:
        """What is asked from now on is asked with a new key of the channel."""
        self.headers = {KEY_HEADER: await self.key(channel, **limits)}

    async def ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **body: Any
    ) -> Answer:
        """Send as any program would; `body`: `json`, `data` or `params` of aiohttp."""
        async with self.session.request(
            method, self.url + path, headers=self.headers | (headers or {}), **body
        ) as response:
            raw = await response.read()
            is_json = response.content_type.endswith("json")
            parsed = await response.json(content_type=None) if raw and is_json else None
            return Answer(response.status, dict(response.headers), parsed)


@asynccontextmanager
async def running(core: SqlBookingCore) -> AsyncIterator[Service]:
    """The service over `core`; asks with no key until it is told to."""
    clock = Clock()
    async with (
        serving(core, now=clock.now, monotonic=clock.monotonic) as port,
        aiohttp.ClientSession() as session,
    ):
        yield Service(core, f"http://127.0.0.1:{port}", clock, session)

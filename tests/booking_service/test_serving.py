from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import pytest

import booking_client
from booking_client.sql.core import SqlBookingCore
from booking_client.types import Hospital
from booking_service import reading
from tests.booking_client.clinic import KEYS, rules
from tests.booking_service.service import Service, running

SECONDS = 10.0


async def talk(service: Service, said: bytes) -> bytes:
    """The beginning of what the service answers to bytes that need not be HTTP."""
    async with asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        writer.write(said)
        await writer.drain()
        try:
            return await reader.read(2000)
        finally:
            writer.close()
            await writer.wait_closed()


async def test_what_is_no_http_is_refused_and_not_repeated_in_the_log(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await talk(service, b"GET /v1/x?id=320102194501010019 is not HTTP\r\n\r\n")
    assert b" 400 " in answer.splitlines()[0]
    assert "was no HTTP" in caplog.text
    assert "320102194501010019" not in caplog.text


async def test_a_body_that_never_comes_is_not_waited_for(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BODY_SECONDS", 0.05)
    (name, key), *_ = service.headers.items()
    head = f"POST /v1/holds HTTP/1.1\r\nHost: x\r\n{name}: {key}\r\nConnection: close\r\n"
    answer = await talk(
        service,
        head.encode() + b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
    )
    assert b" 408 " in answer.splitlines()[0]


async def test_a_request_under_way_is_answered_before_the_service_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: SqlBookingCore) -> Sequence[Hospital]:
        begun.set()
        await go_on.wait()
        return []

    monkeypatch.setattr(SqlBookingCore, "hospitals", slow)
    core = await booking_client.connect_database("sqlite://", keys=KEYS, rules=rules())
    async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as session:
        stopping = running(core)
        service = await stopping.__aenter__()
        await service.use_key()
        request = asyncio.create_task(
            _status(session, f"{service.url}/v1/hospitals", service.headers)
        )
        await begun.wait()
        stopped = asyncio.create_task(stopping.__aexit__(None, None, None))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not request.done()
        assert not stopped.done()
        go_on.set()
        assert await request == 200
        await stopped
        with pytest.raises(aiohttp.ClientConnectorError):
            await _status(session, f"{service.url}/openapi.json", {})
    await core.close()


async def _status(session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> int:
    async with session.get(url, headers=headers) as response:
        await response.read()
        return response.status

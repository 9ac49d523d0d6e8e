"""The HTTP gateway against a real server on this machine."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from ivr.hotline.text_outbox import TextMessage
from ivr.texting.http_gateway import HttpGateway
from ivr.texting.sender import TextNotSent, TextRefused

MESSAGE = TextMessage("23456780-booked-7", "13912345678", "【南京12320】已约")
SECRET = "a-secret-of-this-test"


@dataclass
class Gateway:
    """Answers with `status` and remembers what it was sent."""

    status: int = 202
    url: str = ""
    seen: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.seen.append((dict(request.headers), await request.json()))
        headers = {"Location": "http://127.0.0.1:9/"} if self.status == 307 else {}
        return web.Response(status=self.status, headers=headers)


@contextlib.asynccontextmanager
async def gateway(status: int = 202) -> AsyncIterator[tuple[Gateway, HttpGateway]]:
    served = Gateway(status)
    app = web.Application()
    app.router.add_post("/sms", served.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}/sms"
    sender = HttpGateway(served.url, SECRET)
    try:
        yield served, sender
    finally:
        await sender.aclose()
        await runner.cleanup()


async def test_a_message_is_posted_with_the_secret_and_its_name() -> None:
    async with gateway() as (served, sender):
        await sender.send(MESSAGE)
    ((headers, body),) = served.seen
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert headers["Idempotency-Key"] == MESSAGE.message_id
    assert body == {"id": MESSAGE.message_id, "to": MESSAGE.phone, "text": MESSAGE.text}


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_a_gateway_in_trouble_is_tried_again(status: int) -> None:
    async with gateway(status) as (_, sender):
        with pytest.raises(TextNotSent, match=str(status)):
            await sender.send(MESSAGE)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_a_message_that_is_refused_is_refused_for_good(status: int) -> None:
    async with gateway(status) as (_, sender):
        with pytest.raises(TextRefused, match=str(status)):
            await sender.send(MESSAGE)


async def test_number_and_secret_go_nowhere_else() -> None:
    async with gateway(307) as (served, sender):
        with pytest.raises(TextRefused, match="307"):
            await sender.send(MESSAGE)
    assert len(served.seen) == 1


async def test_a_gateway_that_is_not_there_is_tried_again_and_names_no_number() -> None:
    async with gateway() as (served, sender):
        pass
    sender = HttpGateway(served.url, SECRET)
    with pytest.raises(TextNotSent) as fault:
        await sender.send(MESSAGE)
    await sender.aclose()
    assert MESSAGE.phone not in str(fault.value)

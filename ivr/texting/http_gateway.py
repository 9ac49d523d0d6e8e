"""Text messages to an HTTP gateway.

`POST url` with `Authorization: Bearer <secret>`, `Idempotency-Key: <message id>` and the JSON
body `{"id", "to", "text"}`; any 2xx answer means taken. 408, 429 and 5xx are tried again, any
other answer refuses the message for good. Other gateways need a sender of their own.
"""

from __future__ import annotations

import aiohttp

from ivr.hotline.text_outbox import TextMessage
from ivr.texting.sender import TextNotSent, TextRefused

WHOLE_SECONDS = 10.0
CONNECT_SECONDS = 3.0
_AGAIN = frozenset({408, 425, 429})


class HttpGateway:
    """One connection pool; close it with `aclose`. Redirects are not followed: the secret and
    the caller's number are meant for this address only."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {secret}"},
            timeout=aiohttp.ClientTimeout(total=WHOLE_SECONDS, connect=CONNECT_SECONDS),
            # Nobody may set a proxy or cookies between this agent and the gateway.
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def send(self, message: TextMessage) -> None:
        try:
            async with self._session.post(
                self._url,
                json={"id": message.message_id, "to": message.phone, "text": message.text},
                headers={"Idempotency-Key": message.message_id},
                allow_redirects=False,
            ) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TextNotSent(f"the gateway: {type(error).__name__}") from error
        if 200 <= status < 300:
            return
        if status in _AGAIN or status >= 500:
            raise TextNotSent(f"the gateway answered {status}")
        raise TextRefused(f"the gateway answered {status}")

    async def aclose(self) -> None:
        await self._session.close()

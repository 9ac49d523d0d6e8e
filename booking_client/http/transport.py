"""Requests and answers over one connection pool: bounded waits, repeats where they do no harm.

An operation that may be repeated is sent again when no answer came; any other only
when it was certainly not carried out: the connection could not be made, or the
service said that it took too many requests.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import aiohttp
from pydantic import ValidationError
from yarl import URL

from booking_client.errors import CoreUnavailable
from booking_client.http.operations import (
    IDEMPOTENCY_HEADER,
    KEY_HEADER,
    NOW_HEADER,
    Operation,
)
from booking_client.http.problems import Fault, Problem

Result = TypeVar("Result")

ANSWER_SECONDS = 3.0  # one try of what may be tried again; anything else has the whole time
WHOLE_SECONDS = 6.0  # all tries and pauses: what a caller on the line can bear, as on a database
FIRST_PAUSE = 0.1  # doubled from try to try
_LARGEST_ANSWER = 32 * 2**20
_UNANSWERED = (aiohttp.ClientError, TimeoutError, OSError)


class AccessDenied(CoreUnavailable):
    """The service does not know the key, or the key may not do this. Asking again does not help."""

    def __init__(self, message: str, *, key_is_known: bool = False) -> None:
        self.key_is_known = key_is_known
        super().__init__(message)


class _NotDone(CoreUnavailable):
    """The service did not carry the request out; it may be sent again after `pause` seconds."""

    def __init__(self, message: str, pause: float) -> None:
        self.pause = pause
        super().__init__(message)


class _NoAnswer(CoreUnavailable):
    """Nothing is known of the outcome."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it goes over the wire."""

    path: str
    query: dict[str, str]
    body: bytes | None
    now: dt.datetime | None = None
    idempotency_key: str | None = None

    def headers(self) -> dict[str, str]:
        headers = {}
        if self.body is not None:
            headers["Content-Type"] = "application/json"
        if self.now is not None:
            headers[NOW_HEADER] = f"{self.now.isoformat()}+08:00"  # Asia/Shanghai
        if self.idempotency_key is not None:
            headers[IDEMPOTENCY_HEADER] = self.idempotency_key
        return headers


class Transport:
    """To be made inside the running event loop and closed with `close()`."""

    def __init__(
        self,
        base: str,
        key: str,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        whole_seconds: float = WHOLE_SECONDS,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base = base
        self._answer_seconds = answer_seconds
        self._whole_seconds = whole_seconds
        self._pause = pause
        self._monotonic = monotonic
        self._http = aiohttp.ClientSession(
            headers={KEY_HEADER: key},
            cookie_jar=aiohttp.DummyCookieJar(),
            # Closed before the service closes it, so that no request meets a closing connection.
            connector=aiohttp.TCPConnector(
                limit=50,
                keepalive_timeout=10.0,
                # aiohttp's own is made when it is imported; this one sees SSL_CERT_FILE of now.
                ssl=ssl.create_default_context(),
            ),
        )

    async def send(self, operation: Operation[Result], sent: Sent) -> Result:
        """The core's answer.

        Raises BookingRefused (the core's own), AccessDenied, and CoreUnavailable
        when there is no answer within the bound.
        """
        until = self._monotonic() + self._whole_seconds
        pause = FIRST_PAUSE
        while True:
            left = until - self._monotonic()
            try:
                return await self._once(operation, sent, max(left, 0.0))
            except _NotDone as error:
                failed: CoreUnavailable = error
                wanted = max(pause, error.pause)
            except _NoAnswer as error:
                if not operation.repeatable:
                    raise
                failed, wanted = error, pause
            if self._monotonic() + wanted >= until:
                raise failed
            await self._pause(wanted)
            pause *= 2

    async def _once(self, operation: Operation[Result], sent: Sent, left: float) -> Result:
        if operation.repeatable:
            left = min(left, self._answer_seconds)
        try:
            async with (
                asyncio.timeout(left),
                self._http.request(
                    operation.method,
                    URL(self._base + sent.path, encoded=True),
                    params=sent.query,
                    data=sent.body,
                    headers=sent.headers(),
                    allow_redirects=False,  # the key goes to this service only
                ) as response,
            ):
                body = await _read(response)
        except aiohttp.ClientSSLError as error:
            raise CoreUnavailable(f"no safe way to the booking core: {_kind(error)}") from None
        except aiohttp.ClientConnectorError as error:
            raise _NotDone(f"the booking core cannot be reached: {_kind(error)}", 0.0) from None
        except _UNANSWERED as error:
            raise _NoAnswer(f"no answer from the booking core: {_kind(error)}") from None
        if response.status != operation.status:
            raise _failure(response, body)
        try:
            return operation.result.validate_json(body or b"null")
        except ValidationError:
            raise CoreUnavailable("the booking core gave an answer of another form") from None

    async def close(self) -> None:
        await self._http.close()


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            raise aiohttp.ClientPayloadError("too large")
    return bytes(body)


def _failure(response: aiohttp.ClientResponse, body: bytes) -> Exception:
    """What an answer that is no success is raised as."""
    try:
        problem = Problem.model_validate_json(body)
    except ValidationError:
        return _NoAnswer(f"the booking core answered {response.status}")
    refused = problem.refusal()
    if refused is not None:
        return refused
    if problem.reason is Fault.TOO_MANY_REQUESTS:
        return _NotDone(f"the booking core: {problem.detail}", _retry_after(response))
    if problem.reason in (Fault.BAD_KEY, Fault.NOT_ALLOWED):
        known = problem.reason is Fault.NOT_ALLOWED
        return AccessDenied(f"the booking core: {problem.detail}", key_is_known=known)
    if problem.status >= 500:
        return _NoAnswer(f"the booking core: {problem.detail}")
    told = "; ".join(f"{error.field}: {error.problem}" for error in problem.errors)
    return CoreUnavailable(f"the booking core: {told or problem.detail}")


def _retry_after(response: aiohttp.ClientResponse) -> float:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else 1.0


def _kind(error: BaseException) -> str:
    """Without the error's own text, which may hold what was sent."""
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not trusted"
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else None
    return (cause.strerror if cause is not None else None) or type(error).__name__

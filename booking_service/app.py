"""The aiohttp application: one handler for the whole table of operations.

What happens to a request, in this order: its key, the key's rate limit, the
key's scope, the form of the request, the core. Whatever goes wrong is answered
with a problem. The log has the operation, the answer's status, how long it took
and the key's id; never a path, a query, a header or a body.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import math
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from booking_client.errors import BookingRefused, CoreUnavailable, Refusal
from booking_client.http.operations import KEY_HEADER, Operation, Scope
from booking_client.http.problems import CONTENT_TYPE, Fault, Problem
from booking_client.sql.core import SqlBookingCore
from booking_service.channel_core import ChannelCore
from booking_service.keys import ApiKey, ApiKeys
from booking_service.openapi import document
from booking_service.operations import SERVED
from booking_service.rate_limit import TokenBucket
from booking_service.reading import LARGEST_BODY, read_arguments, read_now
from booking_service.rejections import Rejected

log = logging.getLogger(__name__)

REQUEST_SECONDS = 20.0  # the core gives up on each of its transactions earlier
_RETRY_SECONDS = 1
_KEY_ID = web.RequestKey("key_id", str)
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_app(
    core: SqlBookingCore,
    *,
    now: Callable[[], dt.datetime],
    monotonic: Callable[[], float],
) -> web.Application:
    """The service over `core`, which stays the caller's to close.

    `now` gives naive local time of Asia/Shanghai, `monotonic` seconds.
    """
    app = web.Application(middlewares=[_answered(monotonic)], client_max_size=LARGEST_BODY)
    service = _Service(core, now, monotonic)
    for operation in SERVED:
        app.router.add_route(operation.method, operation.path, service.handler(operation))
    openapi = json.dumps(document(), ensure_ascii=False).encode()

    async def describe(_: web.Request) -> web.Response:
        return web.Response(body=openapi, content_type="application/json")

    app.router.add_route("GET", "/openapi.json", describe)
    return app


class _Service:
    def __init__(
        self,
        core: SqlBookingCore,
        now: Callable[[], dt.datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._core = core
        self._keys = ApiKeys(core.database)
        self._now = now
        self._monotonic = monotonic
        self._buckets: dict[str, TokenBucket] = {}

    def handler(self, operation: Operation[Any]) -> _Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            key = await self._key_of(request)
            request[_KEY_ID] = key.id
            self._limit(key)
            if not key.may(operation.scope):
                raise Rejected(
                    Fault.NOT_ALLOWED, f"the key lacks the scope {operation.scope.value}"
                )
            return await self._answer(operation, key, request)

        return handle

    async def _key_of(self, request: web.Request) -> ApiKey:
        given = request.headers.getall(KEY_HEADER, [])
        key = await self._keys.find(given[0]) if len(given) == 1 else None
        if key is None:
            raise Rejected(
                Fault.BAD_KEY,
                f"a valid key is needed in the header {KEY_HEADER}",
                headers={"WWW-Authenticate": f'ApiKey header="{KEY_HEADER}"'},
            )
        return key

    def _limit(self, key: ApiKey) -> None:
        at = self._monotonic()
        bucket = self._buckets.get(key.id)
        if bucket is None:
            bucket = self._buckets[key.id] = TokenBucket(key.per_minute, key.burst, at)
        wait = bucket.take(at)
        if wait > 0:
            raise Rejected(
                Fault.TOO_MANY_REQUESTS,
                f"this key may send {key.per_minute} requests a minute",
                headers={"Retry-After": str(math.ceil(wait))},
            )

    async def _answer(
        self, operation: Operation[Any], key: ApiKey, request: web.Request
    ) -> web.StreamResponse:
        arguments = await read_arguments(request, operation)
        if operation.takes_now:
            arguments["now"] = read_now(request.headers, self._now(), may_set=key.may(Scope.CLOCK))
        method = getattr(ChannelCore(self._core, key), operation.name)
        result = await method(**arguments)
        if result is None and operation.none_is_unknown:
            raise BookingRefused(Refusal.UNKNOWN)
        if operation.status == 204:
            return web.Response(status=204)
        return web.Response(
            body=operation.result.dump_json(result),
            status=operation.status,
            content_type=operation.media_type,
        )


def _answered(monotonic: Callable[[], float]) -> Any:
    """The middleware that turns whatever happens into an answer and one line of log."""

    @web.middleware
    async def answered(request: web.Request, handler: _Handler) -> web.StreamResponse:
        begun = monotonic()
        response = await _response(request, handler)
        response.headers.setdefault("Cache-Control", "no-store")
        log.info(
            "%s %d %.0f ms key=%s",
            _name(request),
            response.status,
            1000 * (monotonic() - begun),
            request.get(_KEY_ID, "-"),
        )
        return response

    return answered


async def _response(request: web.Request, handler: _Handler) -> web.StreamResponse:
    try:
        async with asyncio.timeout(REQUEST_SECONDS):
            return await handler(request)
    except Rejected as rejected:
        return _problem(rejected.problem, rejected.headers)
    except BookingRefused as refused:
        return _problem(Problem.of_refusal(refused))
    except web.HTTPMethodNotAllowed as wrong:
        allowed = ", ".join(sorted(wrong.allowed_methods))
        return _fault(Fault.WRONG_METHOD, f"possible here: {allowed}", {"Allow": allowed})
    except web.HTTPNotFound:
        return _fault(Fault.NO_SUCH_PATH, "there is nothing at this path; see /openapi.json")
    except (CoreUnavailable, TimeoutError) as error:
        log.warning("%s: %s", _name(request), error or "no answer in time")
        retry = {"Retry-After": str(_RETRY_SECONDS)}
        return _fault(Fault.UNAVAILABLE, "the booking core does not answer now", retry)
    except Exception as error:
        # Where it happened, without the error's own text, which may hold what was sent.
        place = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s: %s\n%s", _name(request), type(error).__name__, place)
        return _fault(Fault.BROKEN, "the service is at fault; it was written down")


def _fault(fault: Fault, detail: str, headers: dict[str, str] | None = None) -> web.Response:
    return _problem(Problem.of_fault(fault, detail), headers)


def _problem(problem: Problem, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        body=problem.model_dump_json().encode(),
        status=problem.status,
        headers=CIMultiDict(headers or {}),
        content_type=CONTENT_TYPE,
    )


def _name(request: web.Request) -> str:
    """The operation as the table has it, not as it was sent."""
    resource = request.match_info.route.resource
    if resource is None:
        return "(no such path or method)"
    return f"{request.method} {resource.canonical}"

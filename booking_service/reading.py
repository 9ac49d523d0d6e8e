"""From an HTTP request to the arguments of the operation, every mistake with its field."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import ValidationError

from booking_client.http import requests
from booking_client.http.operations import (
    IDEMPOTENCY_HEADER,
    NOW_HEADER,
    Operation,
    is_idempotency_key,
)
from booking_client.http.problems import Fault, FieldError
from booking_service.rejections import Rejected

LARGEST_BODY = 16 * 1024
BODY_SECONDS = 5.0
CLOCKS_MAY_DIFFER = dt.timedelta(minutes=5)

_SHANGHAI = ZoneInfo("Asia/Shanghai")
# RFC 3339 date-time.
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})",
    re.IGNORECASE,
)
_FIRST_YEAR, _LAST_YEAR = 2000, 2099


async def read_arguments(request: web.Request, operation: Operation[Any]) -> dict[str, Any]:
    """The arguments from path, query and body; raises Rejected."""
    sent: dict[str, str] = dict(request.match_info)
    for name, value in request.query.items():
        if name in sent:
            raise _invalid(
                FieldError(field=_known(name, operation), problem="given more than once")
            )
        sent[name] = value
    try:
        parameters = operation.parameters.model_validate_strings(sent)
    except ValidationError as error:
        raise _invalid(*_errors(error)) from None
    arguments = parameters.arguments()
    if operation.body is not None:
        raw = await _body(request)
        try:
            body = operation.body.model_validate_json(raw, strict=True)
        except ValidationError as error:
            raise _invalid(*_errors(error)) from None
        arguments |= body.arguments()
    if operation.takes_key:
        arguments["key"] = _idempotency_key(request)
    return arguments


def read_now(headers: Mapping[str, str], own: dt.datetime, *, may_set: bool) -> dt.datetime:
    """What time it is for this request: the service's `own` time unless the key may say.

    A client whose clock is far from it is told so: it would be answered for
    another day than it asks about.
    """
    text = headers.get(NOW_HEADER)
    if text is None:
        return own
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError
        moment = dt.datetime.fromisoformat(text.upper())
    except ValueError:
        raise _invalid(
            FieldError(field=NOW_HEADER, problem="not a moment such as 2026-11-24T09:00:00+08:00")
        ) from None
    if not _FIRST_YEAR < moment.year < _LAST_YEAR:
        raise Rejected(Fault.CLOCKS_DIFFER, f"{NOW_HEADER} is in another age")
    given = moment.astimezone(_SHANGHAI).replace(tzinfo=None)
    if may_set:
        return given
    if abs(given - own) > CLOCKS_MAY_DIFFER:
        raise Rejected(
            Fault.CLOCKS_DIFFER,
            f"it is {own:%Y-%m-%d %H:%M} here, and this key may not say what time it is",
        )
    return own


async def _body(request: web.Request) -> bytes:
    if request.content_type != "application/json" or (request.charset or "utf-8").lower() not in (
        "utf-8",
        "utf8",
    ):
        raise Rejected(Fault.NOT_JSON, "the body must be application/json in UTF-8")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise Rejected(
            Fault.TOO_SLOW, f"the body did not arrive within {BODY_SECONDS:g} s"
        ) from None
    except web.HTTPRequestEntityTooLarge:
        raise Rejected(
            Fault.TOO_LARGE, f"the body may have {LARGEST_BODY // 1024} KiB at most"
        ) from None
    except web.RequestPayloadError:
        raise _invalid(FieldError(field="body", problem="is broken off or badly encoded")) from None


def _idempotency_key(request: web.Request) -> str:
    given = request.headers.getall(IDEMPOTENCY_HEADER, [])
    if len(given) != 1 or not is_idempotency_key(given[0]):
        problem = "needed once: 1 to 200 printable ASCII characters"
        raise _invalid(FieldError(field=IDEMPOTENCY_HEADER, problem=problem))
    return given[0]


def _invalid(*errors: FieldError) -> Rejected:
    detail = "; ".join(f"{error.field}: {error.problem}" for error in errors)
    return Rejected(Fault.INVALID_REQUEST, detail, errors=errors)


def _errors(error: ValidationError) -> list[FieldError]:
    found = []
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        place, problem = each["loc"], each["msg"]
        if each["type"] == "extra_forbidden":  # its name is what somebody sent
            place, problem = place[:-1], "has a field that is not known here"
        tags = (requests.BY_ID_NUMBER, requests.BY_PHONE)
        field = ".".join(str(part) for part in place if part not in tags) or "request"
        found.append(FieldError(field=field, problem=problem))
    return found


def _known(name: str, operation: Operation[Any]) -> str:
    return name if name in operation.parameters.model_fields else "a parameter"

"""Problems (RFC 9457, application/problem+json) with a `reason` that a program can act on."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict

from booking_client.errors import BookingRefused, Refusal
from booking_client.types import Alternative

CONTENT_TYPE = "application/problem+json"


class Fault(StrEnum):
    """What is wrong with a request itself, or with the service; never an answer of the core's."""

    INVALID_REQUEST = "invalid_request"
    NO_SUCH_PATH = "no_such_path"
    WRONG_METHOD = "wrong_method"
    NOT_JSON = "not_json"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    BAD_KEY = "bad_key"
    NOT_ALLOWED = "not_allowed"
    CLOCKS_DIFFER = "clocks_differ"
    TOO_MANY_REQUESTS = "too_many_requests"
    UNAVAILABLE = "unavailable"
    BROKEN = "broken"


STATUS: dict[Fault, int] = {
    Fault.INVALID_REQUEST: 400,
    Fault.NO_SUCH_PATH: 404,
    Fault.WRONG_METHOD: 405,
    Fault.NOT_JSON: 415,
    Fault.TOO_LARGE: 413,
    Fault.TOO_SLOW: 408,
    Fault.BAD_KEY: 401,
    Fault.NOT_ALLOWED: 403,
    Fault.CLOCKS_DIFFER: 409,
    Fault.TOO_MANY_REQUESTS: 429,
    Fault.UNAVAILABLE: 503,
    Fault.BROKEN: 500,
}


class FieldError(BaseModel):
    """A field of the request, as a path (`patient.phone`), and what is wrong with it."""

    model_config = ConfigDict(frozen=True)

    field: str
    problem: str


class Problem(BaseModel):
    """The body of every answer that is no success. Nothing that was sent is repeated in it."""

    model_config = ConfigDict(frozen=True)

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    reason: Refusal | Fault
    errors: tuple[FieldError, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    @classmethod
    def of_fault(cls, fault: Fault, detail: str, errors: Sequence[FieldError] = ()) -> Problem:
        return cls(
            title=_phrase(STATUS[fault]),
            status=STATUS[fault],
            detail=detail,
            reason=fault,
            errors=tuple(errors),
        )

    @classmethod
    def of_refusal(cls, refused: BookingRefused) -> Problem:
        status = status_of(refused.reason)
        return cls(
            title=_phrase(status),
            status=status,
            detail=str(refused).removeprefix(refused.reason.value).removeprefix(": "),
            reason=refused.reason,
            alternatives=tuple(refused.alternatives),
        )

    def refusal(self) -> BookingRefused | None:
        """The core's refusal that this problem tells of; None for a fault."""
        if not isinstance(self.reason, Refusal):
            return None
        refused = BookingRefused(self.reason, self.detail)
        refused.alternatives = list(self.alternatives)
        return refused


def status_of(reason: Refusal) -> int:
    """404 for what does not exist, 422 for a key with another body, else 409: not as things are."""
    return {Refusal.UNKNOWN: 404, Refusal.KEY_REUSED: 422}.get(reason, 409)


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase

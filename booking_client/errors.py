"""Typed refusals of the booking core, each with a reason that a dialogue can speak."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from booking_client.types import Alternative


class Refusal(StrEnum):
    FULL = "full"
    CLOSED = "closed"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    NOT_RELEASED = "not_released"
    ALREADY_BOOKED = "already_booked"
    BARRED = "barred"
    SESSION_CANCELLED = "session_cancelled"
    UNKNOWN_PATIENT = "unknown_patient"
    HOLD_EXPIRED = "hold_expired"
    DAY_LIMIT = "day_limit"
    TOO_MANY_HOLDS = "too_many_holds"
    RULE_CHANGED = "rule_changed"
    KEY_REUSED = "key_reused"
    UNKNOWN = "unknown"


class BookingRefused(Exception):
    """The core said no. `reason` is for the dialogue; `detail` tells people more and, like the
    message, holds nothing personal.

    `alternatives` are what is nearest to a session that is full, cancelled or closed.
    """

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        self.alternatives: Sequence[Alternative] = ()
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)


class CoreUnavailable(Exception):
    """The core could not be reached or broke; nothing is known of the outcome."""

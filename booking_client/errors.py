"""Typed refusals of the booking core, each with a reason that a dialogue can speak."""

from __future__ import annotations

from enum import StrEnum


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
    TOO_MANY_HOLDS = "too_many_holds"
    RULE_CHANGED = "rule_changed"
    KEY_REUSED = "key_reused"
    UNKNOWN = "unknown"


class BookingRefused(Exception):
    """The core said no. `reason` is for the dialogue; the message holds nothing personal."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)


class CoreUnavailable(Exception):
    """The core could not be reached or broke; nothing is known of the outcome."""

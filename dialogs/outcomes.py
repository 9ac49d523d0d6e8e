"""How a call ended and what it was for: one enumeration each, used by the whole product."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    BOOKED = "booked"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    ANSWERED = "answered"
    TICKET = "ticket"
    CALLBACK = "callback"
    TRANSFERRED = "transferred"
    REFUSED = "refused"
    ABANDONED = "abandoned"
    FAILED = "failed"


class Category(StrEnum):
    """The rows of the monthly bulletin's hotline table (February 2021), by main intent."""

    CONSULTATION = "咨询(不含专家咨询)"
    COMPLAINT = "医疗服务投诉"
    BOOKING = "电话预约"
    CRISIS = "心理危机干预"
    SURVEY = "医院满意度调查(呼入)"
    VOICE_ANSWERS = "自助语音问答"


class Reason(StrEnum):
    """Why a call ended as it did, or was handed to a person. Never holds personal words."""

    CALLER_ASKED = "caller_asked"
    KEY_ZERO = "key_zero"
    TWO_STRIKES = "two_strikes"  # not understood, the 2nd time where keys are no help, else the 3rd
    NOTHING_SUITS = "nothing_suits"  # three wishes that cannot be had, or offers declined
    NOT_HANDLED = "not_handled"
    NOT_IDENTIFIED = "not_identified"
    CRISIS = "crisis"
    DANGER = "danger"
    BOOKING_REFUSED = "booking_refused"
    CORE_UNAVAILABLE = "core_unavailable"
    RECOGNISER_FAILED = "recogniser_failed"
    HUNG_UP = "hung_up"
    CALLER_DECLINED = "caller_declined"
    COMPLETED = "completed"
    TIME_LIMIT = "time_limit"
    TAKEN_OVER = "taken_over"
    QUEUE_UNANSWERED = "queue_unanswered"
    OPERATORS_CLOSED = "operators_closed"
    AGENT_FAULT = "agent_fault"

"""What personal data is asked for. Chosen from a list, so that nothing personal is typed there."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """Each has a name in ivr/web/data/words/purposes.yaml."""

    COMPLAINT = "complaint"
    CALL_BACK = "call_back"
    WRONG_BOOKING = "wrong_booking"
    EMERGENCY = "emergency"

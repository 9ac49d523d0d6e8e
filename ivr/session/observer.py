"""What a call tells whoever watches it: the live feed, the call log, a test.

Every notice is a plain dict that can go out as JSON; ID numbers in it are
masked to the last four before it is made. `kind` is one of NOTICES.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

NOTICES = (
    "call_started",  # call_id, caller_last_four
    "said",  # call_id, prompt, text
    "listening",  # call_id, expect
    "prompt_finished",  # call_id: everything queued has been played; the caller may speak
    "heard",  # call_id, engine, hypotheses [[text, confidence]]
    "understood",  # call_id, meaning {slot: value}
    "key",  # call_id
    "nothing_heard",  # call_id, noise
    "did",  # call_id, commands [name]
    "latency",  # call_id, seconds {hop: s}
    "booked",  # call_id, code, booking {hospital ...}
    "cancelled",  # call_id, code, booking
    "moved",  # call_id, code, booking {as it is now}
    "transfer",  # call_id, reason
    "crisis_line_called",  # call_id
    "call_ended",  # call_id, outcome, category, reason
    "media",  # call_id, frames sent, of them late (over 20 ms), skipped: once a call, at its end
)


class Observer(Protocol):
    def notice(self, kind: str, call_id: str, fields: Mapping[str, object]) -> None:
        """Returns at once and raises nothing."""
        ...

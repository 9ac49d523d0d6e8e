"""What a page shows of one call: from the call log and from what was handed over. Pure.

The call log masks ID and phone numbers before it stores anything, so nothing here can hold one.
"""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.commands import Handover
from dialogs.outcomes import Outcome, Reason
from ivr.call_log import StoredCall
from ivr.hotline.handovers import HandedOver

_WISH_TURNS = 3  # of the beginning of a call hold the wish in the caller's own words
URGENT = frozenset({Reason.CRISIS, Reason.DANGER})


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said to the caller and what was heard; keys as the log keeps them. `listened`:
    the caller was given a turn, so that saying nothing is an answer too."""

    asked: str
    heard: str
    keys: str
    listened: bool = True


@dataclass(frozen=True, slots=True)
class CallView:
    """`words`: the caller's wish in their own words, as it was heard."""

    call_id: str
    caller_last_four: str
    started: str
    reason: Reason | None
    outcome: Outcome | None
    wish: Handover
    words: tuple[str, ...]
    exchanges: tuple[Exchange, ...]

    @property
    def known(self) -> tuple[tuple[str, str], ...]:
        """What has been found out: field of the wish and value, in the order of asking."""
        fields = ("task", "hospital", "department", "doctor", "date", "held", "ticket")
        pairs = ((field, str(getattr(self.wish, field))) for field in fields)
        return tuple((field, value) for field, value in pairs if value)

    @property
    def urgent(self) -> bool:
        return self.reason in URGENT


def call_view(call: StoredCall, handed: HandedOver | None) -> CallView:
    """A call that is still going on may have no conclusion and no handover yet."""
    exchanges = tuple(
        Exchange(
            turn.asked,
            turn.heard[0][0] if turn.heard else "",
            turn.keys,
            listened=turn.expected is not None,
        )
        for turn in call.turns
    )
    words = [exchange.heard for exchange in exchanges if exchange.heard.strip("*＊ ")]
    return CallView(
        call_id=call.call_id,
        caller_last_four=call.caller_last_four,
        started=f"{call.started_at:%Y-%m-%d %H:%M:%S}",
        reason=handed.reason if handed is not None else call.reason,
        outcome=call.outcome,
        wish=handed.wish if handed is not None else Handover(),
        words=tuple(words[:_WISH_TURNS]),
        exchanges=exchanges,
    )

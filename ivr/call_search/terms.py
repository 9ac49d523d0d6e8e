"""What a call can be found by. Pure.

A term is a kind and a value (`outcome:booked`), or a side and two characters that stand side by
side in what that side said (`c鼓楼`: the caller); no kind is so short. A word of more characters is
found by all its pairs, and then looked for in the transcript, because they may stand apart.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum

from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Slot
from ivr.call_log import StoredCall, StoredTurn
from ivr.call_search.model import LONGEST_HOSPITAL, LONGEST_TERM

EVERY = "every"
"""The term of every call."""
PAIR = 2
SLOW_SECONDS = 2.0  # from the caller's last word to our first: what a caller takes for a dead line
LOW_CONFIDENCES = (0.3, 0.5, 0.7)
LENGTHS = (30, 60, 120, 180, 300, 600)
"""Seconds at which one class of length ends and the next begins."""
_DECIDED_PLACES = ("find_departments ", "find_doctors ", "find_sessions ")


class Side(StrEnum):
    """Who said it."""

    CALLER = "c"
    AGENT = "a"


def outcome(value: Outcome | None) -> str:
    return f"outcome:{value or ''}"


def category(value: Category | None) -> str:
    return f"category:{value or ''}"


def reason(value: Reason | None) -> str:
    return f"reason:{value or ''}"


def hospital(name: str) -> str:
    return f"hospital:{name}"[:LONGEST_TERM]


def asked_last(slot: Slot | None) -> str:
    """What the caller was asked last: where a call that failed did so."""
    return f"asked:{slot or ''}"


def hour(value: int) -> str:
    return f"hour:{value:02}"


def length(seconds: float) -> str:
    """The class of a length: `length:60` for 30 to 60 seconds, `length:` above the last."""
    ends = next((end for end in LENGTHS if seconds < end), "")
    return f"length:{ends}"


def lengths() -> tuple[str, ...]:
    """Every class, shortest first."""
    return (*(f"length:{end}" for end in LENGTHS), "length:")


def low_confidence(limit: float) -> str:
    """Somewhere in the call the best hypothesis was below `limit`, one of LOW_CONFIDENCES."""
    return f"low:{limit}"


def last_four(digits: str) -> str:
    return f"number:{digits}"


SLOW = "slow"
WRONG = "wrong"  # a reviewer has marked a turn
NOTED = "noted"
TAG = "tag:"


def tag(name: str) -> str:
    return f"{TAG}{name}"[:LONGEST_TERM]


def call_terms(call: StoredCall) -> frozenset[str]:
    """Everything that a call which is over can be found by, reviews apart."""
    ended = call.ended_at or call.started_at
    terms = {
        EVERY,
        outcome(call.outcome),
        category(call.category),
        reason(call.reason),
        hour(call.started_at.hour),
        length((ended - call.started_at).total_seconds()),
        f"asked:{next((turn.expected for turn in reversed(call.turns) if turn.expected), '')}",
        *(hospital(name) for name in hospitals_of(call.turns)),
    }
    if call.caller_last_four:
        terms.add(last_four(call.caller_last_four))
    lowest = lowest_confidence(call.turns)
    if lowest is not None:
        terms |= {low_confidence(limit) for limit in LOW_CONFIDENCES if lowest < limit}
    if any(turn.timings.get("first_frame", 0.0) >= SLOW_SECONDS for turn in call.turns):
        terms.add(SLOW)
    for turn in call.turns:
        for side in Side:
            terms |= pairs(side, folded(said(turn, side)))
    return frozenset(terms)


def said(turn: StoredTurn, side: Side) -> str:
    """What one side said in a turn; the caller's words as they were heard best."""
    if side is Side.AGENT:
        return turn.asked
    return turn.heard[0][0] if turn.heard else ""


def folded(text: str) -> str:
    """Without what is not heard or makes no difference: spaces, marks, width and case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if unicodedata.category(c)[0] in "LN")


def pairs(side: Side, text: str) -> frozenset[str]:
    """The terms of a folded text."""
    return frozenset(side + text[at : at + PAIR] for at in range(len(text) - PAIR + 1))


def lowest_confidence(turns: Iterable[StoredTurn]) -> float | None:
    """Of the best hypotheses of a call; None where nothing was heard."""
    return min((turn.heard[0][1] for turn in turns if turn.heard), default=None)


def hospitals_of(turns: Sequence[StoredTurn]) -> tuple[str, ...]:
    """The hospitals that the call was about, the last one last: those that something was looked up
    for, or else what was understood."""
    sought = [name for turn in turns for line in turn.decided if (name := _sought(line))]
    meanings = (turn.understood.get("hospital") for turn in turns)
    understood = [str(meaning[0]["value"]) for meaning in meanings if meaning]
    names = sought or understood
    return tuple(dict.fromkeys(name[:LONGEST_HOSPITAL] for name in reversed(names)))[::-1]


def _sought(line: str) -> str:
    """The hospital of a line of ivr.call_log.summaries.decided_json."""
    if not line.startswith(_DECIDED_PLACES):
        return ""
    name, _, rest = line.partition(" ")
    if name == "find_sessions":  # its purpose stands first
        rest = rest.partition(" ")[2]
    return rest.partition(" ")[0]

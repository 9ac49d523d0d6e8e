"""What happened otherwise in a call than before, apart from wording and timing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ivr.replay.result import CaseResult, MadeBooking, TurnResult

_CONFIDENCE = re.compile(r" [(]\d\.\d\d[)]$")


def first_difference(before: CaseResult, now: CaseResult) -> str:
    """The first turn that differs and what of it, else what differs in how the call came out; empty
    where nothing but wording and timing does."""
    return next(_turns(before, now), "") or next(_ends(before, now), "")


def is_reworded(before: CaseResult, now: CaseResult) -> bool:
    """Whether the agent said something in other words; for calls of as many turns."""
    return [turn.asked for turn in before.turns] != [turn.asked for turn in now.turns]


def _turns(before: CaseResult, now: CaseResult) -> Iterator[str]:
    for old, new in zip(before.turns, now.turns, strict=False):
        for what, was, is_ in _of_turn(old, new):
            if was != is_:
                yield f"turn {new.number} {what}: {is_} was {was}"
    common = min(len(before.turns), len(now.turns))
    yield from (f"turn {t.number} is new, about {t.expect or '-'}" for t in now.turns[common:])
    yield from (f"turn {t.number} is gone, about {t.expect or '-'}" for t in before.turns[common:])


def _of_turn(old: TurnResult, new: TurnResult) -> Iterator[tuple[str, str, str]]:
    """How sure the recogniser was is left out: other words of the agent move the caller's by a
    moment against the noise and the frames."""
    yield "about", old.expect or "-", new.expect or "-"
    yield "said", _texts(old.said), _texts(new.said)
    if old.expected is not None and new.expected is not None:  # it is not known of every call
        yield "expected", *_meanings(old.expected, new.expected)
    yield "understood", *_meanings(old.understood, new.understood)
    yield "heard", _heard(old), _heard(new)


def _heard(turn: TurnResult) -> str:
    return _texts([_CONFIDENCE.sub("", text) for text in turn.heard])


def _texts(texts: Sequence[str]) -> str:
    return " / ".join(texts) or "-"


def _meanings(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, str]:
    """Only the slots that differ."""
    slots = [slot for slot in {**new, **old} if old.get(slot) != new.get(slot)]
    return _slots(old, slots), _slots(new, slots)


def _slots(meaning: Mapping[str, str], slots: Sequence[str]) -> str:
    return "  ".join(f"{slot}={meaning.get(slot, '-')}" for slot in slots)


def _ends(before: CaseResult, now: CaseResult) -> Iterator[str]:
    pairs = (
        ("outcome", _outcome(before), _outcome(now)),
        ("booking", _bookings(before.bookings), _bookings(now.bookings)),
        ("failures", "; ".join(before.failures) or "-", "; ".join(now.failures) or "-"),
    )
    yield from (f"{what}: {is_} was {was}" for what, was, is_ in pairs if was != is_)


def _outcome(result: CaseResult) -> str:
    return f"{result.outcome or 'lost'} ({result.reason or '-'})"


def _bookings(bookings: Sequence[MadeBooking]) -> str:
    """Without the code, which over SIP is another one in each call."""
    fields = [
        (b.hospital, b.campus, b.department, b.doctor, b.date, b.session, b.id_number)
        for b in bookings
    ]
    return "; ".join(" ".join(filter(None, some)) for some in fields) or "-"

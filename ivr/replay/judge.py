"""Whether a call came out as its case expects. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ivr.caller.case import Case, Expectation, ExpectedBooking, Fate
from ivr.replay.result import NOISE, NOTHING, SILENCE, CaseResult, MadeBooking, TurnResult

Notice = Mapping[str, object]

_YES_KEY = "1"
# What is asked before it is done for good; prompts of dialogs/data/wording.yaml.
_READ_BACKS = {
    "ConfirmBooking": "question.read_back.",
    "CancelBooking": "question.cancel_back.",
    "MoveBooking": "question.change_back.",
}


def judged(
    case: Case,
    file: Path,
    notices: Sequence[Notice],
    keys: Sequence[str],
    bookings: Sequence[MadeBooking],
    turns: Sequence[TurnResult],
    seconds: float,
    given: Sequence[MadeBooking] = (),
) -> CaseResult:
    """What comes of a call of `case`, by its notices in order, the keys that were pressed, the
    bookings in its database, its turns, and the bookings that were given; where its audio lies is
    still to be said. A given booking that stands as it was is none of the call's. What is kept of a
    booking has its ID number masked: results go to files."""
    fate_faults = _fate_faults(case.expect, given, bookings)
    bookings = [each for each in bookings if each not in given]
    ended = next((n for n in notices if n["kind"] == "call_ended"), None)
    outcome = None if ended is None else str(ended["outcome"])
    reason = None if ended is None else str(ended["reason"])
    unconfirmed = booked_unconfirmed(notices, keys)
    found = failures(case.expect, outcome, reason, bookings, unconfirmed)
    found += misunderstood(case.expect.understood, turns)
    found += fate_faults
    return CaseResult(
        name=case.name,
        file=str(file),
        failures=tuple(found),
        outcome=outcome,
        reason=reason,
        bookings=tuple(_masked(booking) for booking in bookings),
        wrong_booking=unconfirmed or is_wrong_booking(case.expect, bookings),
        turns=tuple(turns),
        first_wrong=first_wrong(turns, bool(found)),
        seconds=round(seconds, 2),
        tags=case.tags,
    )


def failures(
    expect: Expectation,
    outcome: str | None,
    reason: str | None,
    bookings: Sequence[MadeBooking],
    unconfirmed: bool,
) -> list[str]:
    """A line for each thing that is not as it should be."""
    found: list[str] = []
    if outcome is None:
        found.append("the call was lost: the agent never said how it ended")
    if expect.outcome is not None and outcome not in (None, expect.outcome):
        found.append(f"outcome: {outcome} ({reason}) instead of {expect.outcome}")
    if expect.reason is not None and reason != expect.reason and outcome is not None:
        found.append(f"reason: {reason} instead of {expect.reason}")
    found.extend(_booking_faults(expect, bookings))
    if unconfirmed:
        found.append("booked without confirmation")
    return found


def misunderstood(wanted: Sequence[str], turns: Sequence[TurnResult]) -> list[str]:
    """A line for each of the caller's words in `wanted` that were not understood as they mean, or
    that the call never came to. Over SIP nobody can say what should have been understood."""
    found = []
    for words in wanted:
        said = [turn for turn in turns if any(words in line for line in turn.said)]
        if not said:
            found.append(f"the call never came to: {words}")
        found += [
            f"turn {turn.number}: {words} was understood as {_meaning(turn.understood)}"
            for turn in said
            if turn.right is False
        ]
    return found


def _meaning(understood: Mapping[str, str]) -> str:
    return ", ".join(f"{slot} {value}" for slot, value in understood.items()) or "nothing"


def is_wrong_booking(expect: Expectation, bookings: Sequence[MadeBooking]) -> bool:
    """A booking that the case does not want: the fault that must never happen. The other thing that
    `never` names, a booking without confirmation, is told from the call and not from the booking
    (`booked_unconfirmed`)."""
    if "booked" in expect.never and bookings:
        return True
    if expect.booking is None:
        return bool(bookings) and expect.outcome is not None and expect.outcome != "booked"
    return any(_differences(expect.booking, booking) for booking in bookings)


def _fate_faults(
    expect: Expectation, given: Sequence[MadeBooking], bookings: Sequence[MadeBooking]
) -> list[str]:
    """A line for each given booking that did not become what is expected."""
    if expect.given is None:
        return []
    now = {each.code: each for each in bookings}
    fates = [_fate(each, now.get(each.code)) for each in given]
    return [f"a given booking was {fate}" for fate in fates if fate != expect.given]


def _fate(before: MadeBooking, after: MadeBooking | None) -> Fate:
    if after is None:
        return "cancelled"
    return "kept" if after == before else "moved"


def _booking_faults(expect: Expectation, bookings: Sequence[MadeBooking]) -> list[str]:
    if "booked" in expect.never and bookings:
        return [f"a booking was made at {bookings[0].hospital}"]
    if expect.booking is None:
        wrong = is_wrong_booking(expect, bookings)
        return [f"an unwanted booking at {bookings[0].hospital}"] if wrong else []
    if not bookings:
        return ["nothing was booked"]
    if len(bookings) > 1:
        return [f"{len(bookings)} bookings were made"]
    return _differences(expect.booking, bookings[0])


def _differences(wanted: ExpectedBooking, made: MadeBooking) -> list[str]:
    fields = wanted.model_dump(mode="json", exclude_none=True)
    return [
        f"booking: {name} {_shown(name, getattr(made, name))} instead of {_shown(name, value)}"
        for name, value in fields.items()
        if getattr(made, name) != value
    ]


def _shown(field: str, value: str) -> str:
    return f"***{value[-4:]}" if field == "id_number" else value or "(none)"


def _masked(booking: MadeBooking) -> MadeBooking:
    return replace(booking, id_number=_shown("id_number", booking.id_number))


def booked_unconfirmed(notices: Sequence[Notice], keys: Sequence[str] | None = None) -> bool:
    """Whether a booking was made, cancelled or moved that had not been read back to a caller who
    then said yes, by the notices of the call in order. `keys` are those pressed, one for each
    notice `key` (None: not known)."""
    expect, read_back, yes, pressed = "", "", False, 0
    for notice in notices:
        match notice["kind"]:
            case "said":
                prompt = str(notice["prompt"])
                read_back = next(
                    (b for b in _READ_BACKS.values() if prompt.startswith(b)), read_back
                )
            case "listening":
                expect = str(notice["expect"])
            case "understood":
                yes = expect == "confirm" and _value(notice, "confirm") == "yes"
            case "key":
                known = keys is not None and pressed < len(keys)
                yes = expect == "confirm" and (not known or (keys or ())[pressed] == _YES_KEY)
                pressed += 1
            case "did" if done := _done_for_good(notice):
                if not (yes and read_back == _READ_BACKS[done]):
                    return True
                read_back, yes = "", False
    return False


def _done_for_good(notice: Notice) -> str | None:
    names = _names(notice.get("commands"))
    return next((command for command in _READ_BACKS if command in names), None)


def _names(commands: object) -> Sequence[object]:
    return commands if isinstance(commands, list | tuple) else ()


def _value(notice: Notice, slot: str) -> object:
    meaning = notice.get("meaning")
    found = meaning.get(slot) if isinstance(meaning, dict) else None
    return found.get("value") if isinstance(found, dict) else None


def first_wrong(turns: Sequence[TurnResult], failed: bool) -> int | None:
    """The first turn whose meaning was not that of the caller's words; of a call that failed
    without one, the last turn that the caller answered."""
    wrong = next((turn.number for turn in turns if turn.right is False), None)
    if wrong is None and failed and turns:
        answered = [turn.number for turn in turns if turn.said] or [
            turn.number for turn in turns if set(turn.heard) - {SILENCE, NOISE, NOTHING}
        ]
        return answered[-1] if answered else turns[-1].number
    return wrong

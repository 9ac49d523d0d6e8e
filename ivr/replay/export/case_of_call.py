"""A logged call as a case: answers by what was asked, and what must come of it. Pure.

The caller's own voice is used where the recording holds it and nothing personal was asked for; a
synthetic voice says the rest. What a reviewer wrote down as said goes before what was heard, and
then the case fails until that is understood.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from booking_client.types import Booking
from dialogs.outcomes import Outcome, Reason
from grammars.meaning import PRIVATE_SLOTS, Period, Slot
from ivr.call_log import StoredCall, StoredTurn
from ivr.call_log.id_masking import SHORTEST_MASKED, mask_text
from ivr.caller.asked import asked
from ivr.caller.case import DEFAULT_NUMBER, Case
from ivr.ports import SAMPLE_RATE
from ivr.replay.export.corrections import NONE, Corrections
from ivr.replay.export.given import given_booking
from ivr.replay.export.recorded_legs import SPOKEN_DOWN, RecordedLegs, Spoken, Waited
from ivr.replay.export.stand_ins import (
    digits_given,
    id_parts,
    keyed_digits,
    keyed_instead,
    masked,
    spoken_digits,
    spoken_instead,
    stand_ins,
)

_REPLACED = PRIVATE_SLOTS | {Slot.NAME, Slot.STATEMENT}
"""What is answered to these is personal: never the caller's own voice."""
_LONGEST_WAIT = 60.0  # seconds that a case may name
_USUAL_AFTER = 0.4  # the caller's pause where the recording does not show it
_BEFORE_NEXT = 0.5  # seconds of a silent turn that are left out, so that it ends before the turn
_QUERY_WORDS = 6  # of a search in the log, see ivr.call_log.summaries


class NoCase(StrEnum):
    """Why none can be made of a call."""

    NOT_ENDED = "not_ended"
    NO_SUCH_TURN = "no_such_turn"
    NOTHING_DONE = "nothing_done"
    THERE_ALREADY = "there_already"


class ExportFault(ValueError):
    """A call of which no case can be made, in one line."""

    def __init__(self, why: NoCase, text: str) -> None:
        super().__init__(text)
        self.why = why


@dataclass(frozen=True, slots=True)
class Exported:
    """A case as plain data for its YAML file, and its sounds (8 kHz s16le) by file name. `notes`
    say of each turn what stands in for what."""

    stem: str
    case: dict[str, Any]
    sounds: dict[str, bytes]
    notes: tuple[str, ...]


def exported(
    call: StoredCall,
    legs: RecordedLegs | None,
    corrections: Corrections = NONE,
    cancelled: Booking | None = None,
) -> Exported:
    """The case of `call`; without `legs` a synthetic voice says everything. `cancelled` is the
    booking that the call cancelled.

    Raises ExportFault for a call that has not ended or in which the caller did nothing, and for a
    correction of turns that are not there.
    """
    return _Export(call, legs, corrections, cancelled).made()


class _Export:
    def __init__(
        self,
        call: StoredCall,
        legs: RecordedLegs | None,
        corrections: Corrections,
        cancelled: Booking | None,
    ) -> None:
        if call.ended_at is None or call.outcome is None:
            raise ExportFault(NoCase.NOT_ENDED, "the call has not ended")
        numbers = {turn.number for turn in call.turns}
        unknown = sorted(corrections.turns - numbers)
        if unknown:
            raise ExportFault(NoCase.NO_SUCH_TURN, f"the call has no turn {unknown[0]}")
        self._call = call
        self._legs = legs
        self._corrections = corrections
        self._cancelled = cancelled
        self._begin = call.answered_at or call.started_at
        self._stem = f"{call.started_at:%Y%m%d}-{call.call_id[:8]}"
        self._parts = _id_parts(call.turns, corrections)
        self._sounds: dict[str, bytes] = {}
        self._notes: list[str] = []
        self._marked: list[str] = []  # words that a reviewer gave to a turn

    def made(self) -> Exported:
        answers: dict[str, list[dict[str, Any]]] = {}
        prompt = ""
        for turn in self._call.turns:
            prompt = next((each for each in reversed(turn.prompts) if _asks(each)), prompt)
            if turn.expected is None:
                continue
            answer = self._answer(turn)
            if answer is not None:
                name = asked(turn.expected, prompt, turn.asked).name
                answers.setdefault(name, []).append(answer)
        if not answers:
            raise ExportFault(
                NoCase.NOTHING_DONE, "the caller answered nothing: there is nothing to replay"
            )
        case: dict[str, Any] = {
            "name": self._name(),
            "today": f"{self._call.started_at:%Y-%m-%dT%H:%M}",
            "caller": DEFAULT_NUMBER if self._call.caller_last_four else "",
        }
        if self._call.outcome is Outcome.CALLBACK:
            case["operators"] = "nobody"
        if self._cancelled is not None:
            case["given"] = {"bookings": [given_booking(self._cancelled)]}
        case |= {"answers": answers, "expect": self._expectation()}
        Case.model_validate(case)
        return Exported(self._stem, case, self._sounds, tuple(self._notes))

    def _name(self) -> str:
        call = self._call
        ended = call.outcome.value if call.outcome else ""
        reason = f", {call.reason}" if call.reason else ""
        return f"call {call.call_id[:8]} of {call.started_at:%Y-%m-%d %H:%M}: {ended}{reason}"

    # --- one turn

    def _answer(self, turn: StoredTurn) -> dict[str, Any] | None:
        """What the caller did, as a line of the case; None where it is not to be done again."""
        cut = self._cut(turn)
        words = _words(turn, self._corrections)
        if turn.keys and turn.number not in self._corrections.said:
            return {"press": self._keys(turn), **_timing(cut)}
        if words:
            return self._speech(turn, words, cut)
        if _hung_up(turn):
            self._note(turn, "the caller hung up")
            return {"hang_up": _seconds(cut.after if isinstance(cut, Waited) else 0.0)}
        return self._silence(turn, cut)

    def _cut(self, turn: StoredTurn) -> Spoken | Waited | None:
        if self._legs is None:
            return None
        begin, end = ((at - self._begin).total_seconds() for at in (turn.started_at, turn.ended_at))
        return self._legs.turn(begin, end)

    def _keys(self, turn: StoredTurn) -> str:
        if not _keys_masked(turn):
            return turn.keys
        if turn.number in self._parts:
            self._note(turn, "keys of the demonstration's ID number")
            return keyed_digits(self._parts[turn.number], turn.keys)
        self._note(turn, "demonstration data instead of what was keyed")
        return keyed_instead(turn.expected, turn.keys)

    def _speech(self, turn: StoredTurn, words: str, cut: Spoken | Waited | None) -> dict[str, Any]:
        timing = _timing(cut)
        if turn.number in self._parts:
            self._note(turn, "the demonstration's ID number, in a synthetic voice")
            return {"say": spoken_digits(self._parts[turn.number]), **timing}
        if masked(words) or turn.expected in _REPLACED:
            declined = turn.expected == Slot.PHONE and not masked(words)
            if not declined:
                self._note(turn, "demonstration data, in a synthetic voice")
                words = spoken_instead(turn.expected, words)
            return {"say": words, **timing}
        right = turn.number in self._corrections.said
        if right:
            self._marked.append(words)
        if isinstance(cut, Spoken):
            name = self._sound(turn, cut.pcm)
            if right:
                return {"wav": name, "text": words, **timing}
            self._note(turn, f"heard as {words}")
            return {"wav": name, **timing}
        self._note(turn, "in a synthetic voice: the recording does not hold it")
        return {"say": words, **timing}

    def _silence(self, turn: StoredTurn, cut: Spoken | Waited | None) -> dict[str, Any] | None:
        """A turn that nothing was heard in: the line as it was, for as long as it lasted."""
        pcm = b"" if cut is None else cut.pcm
        if isinstance(cut, Waited):
            pcm = pcm[: max(0, len(pcm) - 2 * int(_BEFORE_NEXT * SAMPLE_RATE))]
        if not pcm:
            return None
        self._note(turn, "nothing was understood")
        return {"wav": self._sound(turn, pcm), **({"after": 0} if isinstance(cut, Waited) else {})}

    def _sound(self, turn: StoredTurn, pcm: bytes) -> str:
        name = f"{self._stem}-{turn.number:02d}.wav"
        self._sounds[name] = pcm
        return name

    def _note(self, turn: StoredTurn, text: str) -> None:
        self._notes.append(f"turn {turn.number}: {text}")

    # --- what must come of it

    def _expectation(self) -> dict[str, Any]:
        call, corrections = self._call, self._corrections
        expect: dict[str, Any] = {}
        as_it_was = corrections.outcome in (None, call.outcome) and not corrections.turns
        if as_it_was:
            expect["outcome"] = call.outcome.value if call.outcome else None
            # Whether a person answers in time is the desk's matter, not the dialogue's.
            if call.reason is not None and call.reason is not Reason.QUEUE_UNANSWERED:
                expect["reason"] = call.reason.value
        elif corrections.outcome is not None:
            expect["outcome"] = corrections.outcome.value
        if self._marked:
            expect["understood"] = self._marked
        if expect.get("outcome") == Outcome.BOOKED:
            booking = booked(call.turns) if as_it_was else {}
            if set(self._parts.values()) & {stand_ins().id_number} or len(self._parts) > 1:
                booking["id_number"] = stand_ins().id_number
            expect["booking"] = booking
        if self._cancelled is not None and expect.get("outcome") == Outcome.CANCELLED:
            expect["given"] = "cancelled"
        expect["never"] = ["booked_without_confirmation"]
        return expect


def booked(turns: tuple[StoredTurn, ...]) -> dict[str, Any]:
    """What was booked, as far as the log says it: of the last search before the place was held. One
    that was chosen among alternatives is not told by the wish."""
    query = ""
    for line in (line for turn in turns for line in turn.decided):
        if line.startswith("find_sessions "):
            query = line
        elif line.startswith("find_alternatives "):
            query = ""
        elif line.startswith("confirm_booking "):
            break
    words = query.split(" ")[1:]
    if len(words) != _QUERY_WORDS:
        return {}
    _purpose, hospital, department, doctor, period, days = words
    found: dict[str, Any] = {"hospital": hospital, "department": department}
    if doctor != "any":
        found["doctor"] = doctor
    first, _, last = days.partition("..")
    if first == last:
        found["date"] = dt.date.fromisoformat(first)
    if period in set(Period):
        found["session"] = period
    return found


def _words(turn: StoredTurn, corrections: Corrections) -> str:
    """What the caller said, masked: a reviewer may write a number that the log does not hold."""
    said = corrections.said.get(turn.number)
    if said is None:
        return turn.heard[0][0] if turn.heard else ""
    return mask_text(said, None if turn.expected is None else Slot(turn.expected))


def _id_parts(turns: tuple[StoredTurn, ...], corrections: Corrections) -> dict[int, str]:
    """By turn number, which part of the demonstration's number is given instead."""
    answers = {}
    for turn in turns:
        if turn.expected == Slot.ID_NUMBER:
            keyed = bool(turn.keys) and turn.number not in corrections.said
            text = turn.keys if keyed else _words(turn, corrections)
            if _keys_masked(turn) if keyed else masked(text):
                answers[turn.number] = digits_given(text, keyed=keyed)
    return dict(zip(answers, id_parts(list(answers.values())), strict=True))


def _keys_masked(turn: StoredTurn) -> bool:
    """A * may also be the key: as in ivr.call_log.id_masking.mask_keys."""
    private = turn.expected in PRIVATE_SLOTS or len(turn.keys) >= SHORTEST_MASKED
    return private and masked(turn.keys)


def _asks(prompt: str) -> bool:
    return prompt.startswith("question.")


def _hung_up(turn: StoredTurn) -> bool:
    """Nothing was said to it: there was nobody."""
    return not any(line.startswith(("say ", "transfer ")) for line in turn.decided)


def _timing(cut: Spoken | Waited | None) -> dict[str, Any]:
    if not isinstance(cut, Spoken) or cut.after is None:
        return {}
    if cut.after < -SPOKEN_DOWN:
        return {"talk_over": _seconds(cut.into)}
    return {"after": _seconds(cut.after)}


def _seconds(value: float | None) -> float:
    return round(min(max(_USUAL_AFTER if value is None else value, 0.0), _LONGEST_WAIT), 2)

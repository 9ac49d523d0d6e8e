"""A turn's parts as the log keeps them: short, masked, fit for JSON. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import Any

from booking_client.types import Patient, PatientByPhone, SessionQuery
from dialogs import commands as c
from grammars.meaning import (
    DateWish,
    Hypothesis,
    IdNumber,
    PhoneNumber,
    Scored,
    Slot,
    Understanding,
)
from ivr.call_log.id_masking import MASK, SHORTEST_WHOLE, last_four, mask_text
from ivr.ports import TurnTimings

FLAGS = (
    "no_preference",
    "backchannel",
    "restart",
    "finished",
    "despair",
    "danger",
    "perhaps_danger",
)
_SLOTS = (
    "task",
    "hospital",
    "department",
    "doctor",
    "date",
    "id_number",
    "phone",
    "confirm",
    "command",
    "choice",
    "topic",
)


def asked_text(says: Iterable[c.Say]) -> str:
    """What was said, with personal fragments masked (a whole ID number to its last four)."""
    return " ".join("".join(_fragment(part) for part in say.fragments) for say in says)


def _fragment(fragment: c.Fragment) -> str:
    if fragment.personal:
        return mask_text(fragment.text, Slot.ID_NUMBER)
    # Our own words hold confirmation codes; only a whole ID number has no business here.
    return mask_text(fragment.text, shortest=SHORTEST_WHOLE)


def heard_json(
    hypotheses: Iterable[Hypothesis], expected: Slot | None
) -> list[dict[str, str | float]]:
    """The N-best, masked."""
    return [
        {"text": _words(entry.text, expected), "confidence": round(entry.confidence, 4)}
        for entry in hypotheses
    ]


def _words(text: str, expected: Slot | None) -> str:
    """A statement is in its ticket only: the log shows how long it was."""
    return MASK * len(text) if expected is Slot.STATEMENT else mask_text(text, expected)


def understood_json(meaning: Understanding | None, expected: Slot | None) -> dict[str, Any]:
    """Only what was understood: empty lists and flags that are off are left out."""
    if meaning is None:
        return {}
    result: dict[str, Any] = {
        "text": _words(meaning.text, expected),
        "confidence": round(meaning.confidence, 4),
    }
    for slot in _SLOTS:
        values: tuple[Scored[Any], ...] = getattr(meaning, slot)
        if values:
            result[slot] = [_scored(value, expected) for value in values]
    result |= {flag: True for flag in FLAGS if getattr(meaning, flag)}
    if meaning.syllables:
        result["syllables"] = meaning.syllables
    return result


def _scored(scored: Scored[Any], expected: Slot | None) -> dict[str, Any]:
    surface_of = Slot.ID_NUMBER if isinstance(scored.value, IdNumber) else expected
    result = {"value": _value(scored.value), "confidence": round(scored.confidence, 4)}
    if scored.surface:
        result["surface"] = _words(scored.surface, surface_of)
    return result


def _value(value: Any) -> Any:
    match value:
        case IdNumber():
            return {
                "digits": last_four(value.digits),
                "complete": value.complete,
                "valid": value.valid,
                "mended": value.mended,
            }
        case PhoneNumber():
            return {"digits": len(value.digits), "complete": value.complete}
        case DateWish():
            return {
                "date": value.date.isoformat() if value.date else None,
                "session": str(value.period) if value.period else None,
                "earliest": value.earliest,
                "not_on": sorted(value.not_on),
                "not_before": value.not_before.isoformat() if value.not_before else None,
                "not_after": value.not_after.isoformat() if value.not_after else None,
            }
        case _:
            return mask_text(str(value))


def decided_json(commands: Iterable[c.Command]) -> list[str]:
    """One line a command: its name and what tells it from another of its kind."""
    return [_command(command) for command in commands]


def _command(command: c.Command) -> str:
    match command:
        case c.Say(prompt=prompt):
            return f"say {prompt}"
        case c.Listen(expect=expect):
            return f"listen {expect}"
        case c.FindDepartments(hospital=hospital):
            return f"find_departments {hospital}"
        case c.FindDoctors(hospital=hospital, department=department):
            return f"find_doctors {hospital} {department}"
        case c.FindSessions(purpose=purpose, query=query):
            return f"find_sessions {purpose} {_query(query)}"
        case c.FindAlternatives(query=query):
            return f"find_alternatives {_query(query)}"
        case c.PlaceHold(session_id=session_id):
            return f"place_hold session={session_id}"
        case c.ReleaseHold(hold_id=hold_id):
            return f"release_hold {hold_id}"
        case c.LookUpName(id_number=id_number):
            return f"look_up_name {last_four(id_number)}"
        case c.ConfirmBooking(hold_id=hold_id, patient=patient):
            return f"confirm_booking {hold_id} {_patient(patient)}"
        case c.FindBookings(id_number=id_number):
            return f"find_bookings {last_four(id_number)}"
        case c.CancelBooking(code=code):
            return f"cancel_booking {code}"
        case c.MoveBooking(code=code, session_id=session_id, slot_id=slot_id):
            return f"move_booking {code} session={session_id} slot={slot_id}"
        case c.FindLastBooking(id_number=id_number):
            return f"find_last_booking {last_four(id_number)}"
        case c.MatchPhone():
            return "match_phone"
        case c.FindReports(id_number=id_number):
            return f"find_reports {last_four(id_number)}"
        case c.OpenTicket(category=category):
            return f"open_ticket {category}"
        case c.KeepStatement(ticket=ticket):
            return f"keep_statement {ticket.category}"
        case c.KeepQuestion():
            return "keep_question"
        case c.KeepScore(question=question, score=score):
            return f"keep_score {question} {score}"
        case c.KeepRemark(question=question):
            return f"keep_remark {question}"
        case c.ChangeVoice(rate=rate, gain_db=gain_db):
            return f"change_voice rate={rate:g} gain_db={gain_db:g}"
        case c.Transfer(reason=reason):
            return f"transfer {reason}"
        case c.RecordCallback(due=due, reason=reason):
            return f"record_callback {due:%Y-%m-%d %H:%M} {reason}"
        case c.SendText(message_id=message_id):
            return f"send_text {message_id}"
        case c.CallCrisisLine():
            return "call_crisis_line"
        case c.JoinCrisisLine():
            return "join_crisis_line"
        case c.HangUp():
            return "hang_up"
        case c.Conclude(outcome=outcome, category=category, reason=reason):
            return f"conclude {outcome} {category} {reason}"


def _query(query: SessionQuery) -> str:
    days = f"{query.from_date:%Y-%m-%d}..{query.to_date:%Y-%m-%d}"
    wanted = (query.hospital, query.department, query.doctor or "any", query.period or "any")
    return f"{' '.join(wanted)} {days}"


def _patient(patient: Patient | PatientByPhone) -> str:
    if isinstance(patient, PatientByPhone):
        return "known by phone and last four"
    verified = "name_verified" if patient.name_verified else "name_unverified"
    return f"{last_four(patient.id_number)} {verified}"


def timings_json(timings: TurnTimings | None) -> dict[str, float]:
    """Seconds a hop, to the tenth of a millisecond; hops that did not happen are left out."""
    if timings is None:
        return {}
    hops = dataclasses.asdict(timings)
    named = {**{k: v for k, v in hops.items() if k != "extra"}, **hops["extra"]}
    return {name: round(seconds, 4) for name, seconds in named.items() if seconds}


def iso(moment: dt.datetime | None) -> str | None:
    """ISO 8601 to the millisecond."""
    return moment.isoformat(sep=" ", timespec="milliseconds") if moment else None

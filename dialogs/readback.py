"""The read-back of a held place, of a booking to be cancelled or moved: which fragments, with which
marks.

Every slot carries a mark, so that after an early yes only the rest is said
again. The last slot carries READ_BACK_END: a yes counts only once it has been
played in the same prompt; key 1 also while the very same is read again.
"""

from __future__ import annotations

from dataclasses import replace

from booking_client.types import ClinicSession, SlotBand
from dialogs import spoken
from dialogs.commands import Fragment
from dialogs.state import State

READ_BACK_END = "readback_end"

Fragments = tuple[Fragment, ...]


def subject(state: State) -> tuple[object, ...]:
    """What the current step reads back, as far as the caller has a say in it: the core may give
    another time of the same session."""
    chosen, session = state.chosen, state.session
    place = session and (session.hospital, session.campus, session.department, session.doctor)
    when = session and (session.date, session.period)
    who = (state.id_number, state.last_four, state.name)
    return (state.step, chosen and chosen.code, place, when, who)


def content(state: State) -> tuple[object, ...]:
    """Everything that the read-back of a held place says."""
    hold = state.hold
    assert hold is not None, "only a held place is read back"
    return (*subject(state), hold.session.fee_yuan, hold.start, hold.end)


def first_free(session: ClinicSession) -> SlotBand:
    """The band that a move would take: the earliest with a place (the first, if none has)."""
    return next((band for band in session.bands if band.free > 0), session.bands[0])


def booking_fragments(state: State) -> Fragments:
    """The booking that is to be cancelled, whole each time."""
    assert state.chosen is not None, "only a chosen booking is read back"
    return _to_the_end(spoken.booking(state.chosen, state.hospitals))


def move_fragments(state: State) -> tuple[Fragments, Fragments]:
    """When the booking was and what it becomes; the place is said where it is another one."""
    old, new = state.chosen, state.session
    assert old is not None, "only a chosen booking is moved"
    assert new is not None, "and only to a session that was found"
    place: Fragments = ()
    if (old.session.hospital, old.session.campus) != (new.hospital, new.campus):
        place += spoken.place(new, state.hospitals)
    if old.session.department != new.department:
        place += spoken.department(new.department)
    band = first_free(new)
    new_one = place + spoken.doctor(new.doctor) + spoken.when(new, band.start, band.end)
    return spoken.when(old.session, old.start, old.end), _to_the_end(new_one)


def _to_the_end(fragments: Fragments) -> Fragments:
    return (*fragments[:-1], replace(fragments[-1], mark=READ_BACK_END))


def read_back_fragments(state: State) -> Fragments:
    """What is still to be said of the read-back; only date and time where all has been heard."""
    hold = state.hold
    assert hold is not None, "only a held place is read back"
    session = hold.session
    when = spoken.date(session.date) + spoken.period(session.period)
    parts: tuple[tuple[str, Fragments], ...] = (
        ("hospital", spoken.place(session, state.hospitals)),
        ("department", spoken.department(session.department)),
        ("doctor", spoken.doctor(session.doctor)),
        ("fee", spoken.fee(session.fee_yuan)),
        ("id_tail", () if state.last_four else spoken.id_tail(state.id_number)),
        ("date", when),
        ("time", spoken.band(hold.start, hold.end)),
    )
    played = state.read_back_played
    if READ_BACK_END in played:
        said = [part for part in parts if part[0] in ("date", "time")]
    else:
        said = [part for part in parts if part[1] and f"readback_{part[0]}" not in played]
    fragments: Fragments = ()
    for name, spoken_part in said:
        mark = READ_BACK_END if name == "time" else f"readback_{name}"
        fragments += (*spoken_part[:-1], replace(spoken_part[-1], mark=mark))
    return fragments

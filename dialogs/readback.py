"""The read-back of a held place: which fragments, with which marks.

Every slot carries a mark, so that after an early yes only the rest is said
again. The last slot carries READ_BACK_END: a yes counts only once it has been
played in the same prompt.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs import spoken
from dialogs.commands import Fragment
from dialogs.state import State

READ_BACK_END = "readback_end"

Fragments = tuple[Fragment, ...]


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
        ("id_tail", spoken.id_tail(state.id_number)),
        ("date", when),
        ("time", spoken.band(hold.start, hold.end)),
    )
    played = state.read_back_played
    if READ_BACK_END in played:
        said = [part for part in parts if part[0] in ("date", "time")]
    else:
        said = [part for part in parts if f"readback_{part[0]}" not in played]
    fragments: Fragments = ()
    for name, spoken_part in said:
        mark = READ_BACK_END if name == "time" else f"readback_{name}"
        fragments += (*spoken_part[:-1], replace(spoken_part[-1], mark=mark))
    return fragments

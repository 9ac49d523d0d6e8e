"""What a person who takes over a call is shown of the conversation. No ID number, no name."""

from __future__ import annotations

from dialogs import spoken
from dialogs.commands import Handover
from dialogs.state import State
from grammars.meaning import Task


def handover_of(state: State) -> Handover:
    """The wish as it stands, in words."""
    wish, hold = state.wish, state.hold
    task = "" if state.task in (None, Task.CRISIS) else state.wording.tasks.get(state.task, "")
    held = ""
    if hold is not None:
        session = hold.session
        doctor = session.doctor or "普通门诊"
        held = (
            f"{session.hospital} {session.department} {doctor} "
            f"{session.date.isoformat()} {hold.start:%H:%M}-{hold.end:%H:%M}"
        )
    return Handover(
        task=task,
        hospital=wish.hospital or "",
        department=wish.department or "",
        doctor=state.wording.clinics[wish.clinic]
        if wish.clinic is not None
        else "不指定"
        if wish.any_doctor and wish.doctor is None
        else wish.doctor or "",
        date="".join(spoken.texts(spoken.wish(wish.date))) if wish.date is not None else "",
        held=held,
        ticket=state.ticket,
    )

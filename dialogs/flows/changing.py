"""换个医院, 时间不对, 刚才那个医生不要了: the slot that is named is asked again, at any question;
the rest stays."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from booking_client.types import ClinicSession
from dialogs.flows import filling
from dialogs.slots import read, reopen
from dialogs.state import Filling, State, Step
from dialogs.turn import Turn
from grammars.meaning import DateWish, Slot, Understanding

# At these steps the words mean something else: an appointment of another day, digits said anew.
_NOT_AT = {
    Step.TASK: frozenset(Slot),
    Step.ANYTHING_ELSE: frozenset(Slot),
    Step.ID_NUMBER: frozenset({Slot.ID_NUMBER}),
}


# Where a place is held, and what was chosen has been said.
_SAYS_WHAT_IS_HELD = frozenset({Step.READ_BACK, Step.CHANGE_BACK, Step.ID_NUMBER, Step.NAME})


def slot_in(state: State, heard: Understanding) -> Slot | None:
    """The slot to be asked again; None where none is named, where it is not filled yet, or where
    its new value was said as well ("换个时间，后天吧")."""
    best = next(iter(heard.change), None)
    sure = best is not None and best.confidence >= state.policy.thresholds.task.accept
    slot = best.value if best is not None and sure else _refused_slot(state, heard)
    if slot is None or slot in _NOT_AT.get(state.step, ()) or not _is_filled(state, slot):
        return None
    new = read(state, heard).sure
    return None if getattr(new, slot.value, None) is not None else slot


def _refused_slot(state: State, heard: Understanding) -> Slot | None:
    """我不要鼓楼医院, 明天不行: the slot whose value is not wanted any more."""
    wish, session = state.wish, state.session
    if session is None or state.step not in _SAYS_WHAT_IS_HELD:
        return None
    values = {
        Slot.HOSPITAL: (session.hospital,),
        Slot.DEPARTMENT: (session.department,),
        Slot.DOCTOR: (session.doctor, wish.doctor),
        Slot.DATE: (session.date.isoformat(), session.period),
    }
    return next((slot for slot, own in values.items() if heard.refused & {*own}), None)


def ask_again(turn: Turn, slot: Slot, heard: Understanding) -> None:
    """Empty the slot, take what else was said, and go on from there."""
    turn.set(check=None, offer=None)
    if slot is Slot.DATE and turn.state.session is not None:
        turn.set(day_before=_day_kept(turn.state.session, heard))
        heard = _without_the_old_time(turn.state.session, heard)
    if slot is Slot.NAME and turn.state.name_known is False:
        turn.set(name=None, read_back_played=frozenset(), agreed_start=None)
    else:
        # A name that the registry gave is wrong because the number is.
        reopen(turn, Slot.ID_NUMBER.value if slot is Slot.NAME else slot.value)
    reading = read(turn.state, heard)
    also = reading.sure
    if slot is Slot.DOCTOR and heard.no_preference:
        also = replace(also, any_doctor=True)
    if also != Filling():
        filling.accept(turn, also)
    turn.decide()
    instead = getattr(reading.doubtful, slot.value, None)
    # Hardly heard: asked back, not lost. A part of the day alone may be our own: 上午不行.
    if instead is not None and getattr(instead, "date", True):
        filling.check(turn, replace(Filling(), **{slot.value: instead}), Step.DECIDE)


_DAY = re.compile("天|日|期")  # 换一天, 日子不对, 改期


def _day_kept(given_up: ClinicSession, heard: Understanding) -> dt.date | None:
    """The day of the place that is given up, where only its hour may be wrong (太早了): a part of
    the day alone will then be one of that day."""
    if any(_DAY.search(each.surface) for each in heard.change[:1]):
        return None
    day = given_up.date
    another = any(each.value.date not in (None, day) for each in heard.date)
    return None if another or day.isoformat() in heard.refused else day


def _without_the_old_time(given_up: ClinicSession, heard: Understanding) -> Understanding:
    """The 上午 of 上午太早了 and the 明天 of 明天不合适 are no new wish."""

    def is_old(wish: DateWish) -> bool:
        same = wish.date in (None, given_up.date) and wish.period in (None, given_up.period)
        return same and replace(wish, date=None, period=None) == DateWish()

    return replace(heard, date=tuple(each for each in heard.date if not is_old(each.value)))


def _is_filled(state: State, slot: Slot) -> bool:
    wish = state.wish
    filled = {
        Slot.HOSPITAL: wish.hospital,
        Slot.DEPARTMENT: wish.department,
        Slot.DOCTOR: wish.doctor or wish.any_doctor or state.hold,
        Slot.DATE: wish.date,
        Slot.ID_NUMBER: state.id_number,
        Slot.NAME: state.name,
    }
    return bool(filled.get(slot))

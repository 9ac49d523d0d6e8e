"""What an utterance says about the slots, in three bands: sure, doubtful, or several that sound
alike; and what a value changes in the wish."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from dialogs import clinics
from dialogs.commands import ReleaseHold
from dialogs.policy import Threshold
from dialogs.state import Filling, OfferKind, State, Wish
from dialogs.turn import Turn
from grammars.ambiguous import means_several
from grammars.meaning import Answer, Clinic, DateWish, Scored, Slot, Task, Understanding

Value = TypeVar("Value")


_NOTHING = Filling()
_A_MONTH = dt.timedelta(days=31)
_DAY = re.compile("哪天|哪一天|几号|什么时候|啥时候|时间|日子")


@dataclass(frozen=True, slots=True)
class Several:
    """Names that an utterance may have meant, best first, none of them clearly. `so_called`: all
    of them are called so (江宁, 内科); `all_named`: each by words of its own (鼓楼好还是省人民好);
    else they sound alike."""

    kind: OfferKind
    names: tuple[str, ...]
    so_called: bool = False
    all_named: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    sure: Filling = _NOTHING
    doubtful: Filling = _NOTHING
    several: Several | None = None
    by_complaint: bool = False  # the doubtful department is only what a complaint points to

    def __bool__(self) -> bool:
        return bool(self.sure or self.doubtful or self.several)


@dataclass(frozen=True, slots=True)
class _Names:
    sure: str | None = None
    doubtful: str | None = None
    several: tuple[str, ...] = ()
    so_called: bool = False
    all_named: bool = False


def read(state: State, heard: Understanding) -> Reading:
    """The slot values in `heard` that are new to the wish."""
    limits = state.policy.thresholds
    known = frozenset(hospital.name for hospital in state.hospitals)
    in_catalogue = tuple(each for each in heard.hospital if each.value in known)
    by_name = () if _is_rather_any(heard, limits.doctor) else heard.doctor
    hospital = _names(state, "hospital", in_catalogue, limits.hospital)
    department = _names(state, "department", _departments(state, heard), limits.department)
    doctor = _names(state, "doctor", by_name, limits.doctor)
    date = heard.date[0] if heard.date and not _says_nothing_new(state, heard.date[0]) else None
    placed = bool(department.sure and (hospital.sure or state.wish.hospital))
    # 鼓楼医院骨科随便: with the place named, it is about the doctor, who would be asked for next;
    # 哪天都行 is about the day, and 上午下午都行 names neither of them.
    left_to_us = heard.no_preference and placed
    any_day = left_to_us and bool(_DAY.search(heard.text)) and not heard.date
    if date is not None and left_to_us and heard.several_periods and date.value.date is None:
        date = None
    about_the_doctor = not (any_day or heard.several_periods or by_name or heard.doctor_words)
    several = next(
        (
            Several(kind, names.several, names.so_called, names.all_named)
            for kind, names in (
                (OfferKind.HOSPITALS, hospital),
                (OfferKind.DEPARTMENTS, department),
                (OfferKind.DOCTORS, doctor),
            )
            if names.several
        ),
        None,
    )
    sure_date = date.value if date and date.confidence >= limits.date.accept else None
    if any_day:
        sure_date = DateWish(earliest=True)
    return Reading(
        sure=Filling(
            hospital.sure,
            department.sure,
            doctor.sure,
            any_doctor=left_to_us and about_the_doctor,
            date=sure_date,
            clinic=_new_clinic(state, heard),
        ),
        doubtful=Filling(
            hospital.doubtful,
            department.doubtful,
            doctor.doubtful,
            date=date.value
            if date
            and limits.date.confirm <= date.confidence < limits.date.accept
            and _can_be_had(state, date.value)
            else None,
        ),
        several=several,
        by_complaint=department.doubtful in heard.by_complaint,
    )


def _departments(state: State, heard: Understanding) -> tuple[Scored[str], ...]:
    """我眼睛不好，看不清号码 is no other department than the one that is agreed."""
    if state.wish.department is None and state.booking is None:
        return heard.department
    return tuple(each for each in heard.department if each.value not in heard.by_complaint)


def _can_be_had(state: State, wish: DateWish) -> bool:
    """What was hardly heard is no day long after all that can be booked: it is not asked back."""
    if state.window is None or wish.date is None:
        return True
    return wish.date <= state.window[1] + _A_MONTH


def answer_of(heard: Understanding, threshold: Threshold, margin: float) -> Answer | None:
    """An explicit yes or no; None for 嗯 alone, or where yes and no are equally likely."""
    if heard.backchannel or not heard.confirm:
        return None
    best = heard.confirm[0]
    if best.confidence < threshold.accept:
        return None
    unclear = any(
        other.value is not best.value and best.confidence - other.confidence < margin
        for other in heard.confirm[1:]
    )
    return None if unclear else best.value


def near_misses(state: State, kind: OfferKind, heard: Understanding) -> tuple[str, ...]:
    """Names that were too uncertain to take but good enough for a list of choices."""
    limits = state.policy.thresholds
    scored, threshold = {
        OfferKind.HOSPITALS: (heard.hospital, limits.hospital),
        OfferKind.DEPARTMENTS: (heard.department, limits.department),
        OfferKind.DOCTORS: (heard.doctor, limits.doctor),
    }[kind]
    left = less_denied(scored, state.not_meant)
    names = [each.value for each in left if each.confidence >= threshold.offer]
    return tuple(dict.fromkeys(names))[: state.policy.limits.choices]


def fill(turn: Turn, new: Filling) -> None:
    """Take values into the wish. A value that changes what was held gives the place back; the
    other slots stay. A doctor belongs to a hospital and department, and goes with them."""
    old = wish = turn.wish
    if new.hospital is not None and new.hospital != wish.hospital:
        wish = replace(wish, hospital=new.hospital, doctor=None)
        turn.set(departments=None, window=None, doctors=None, refused_doctors=frozenset())
    if new.department is not None and new.department != wish.department:
        wish = replace(wish, department=new.department, doctor=None)
        turn.set(doctors=None, refused_doctors=frozenset())
    if new.department is not None:
        turn.set(asks_what_is_wrong=False)
    if new.doctor is not None:
        wish = replace(wish, doctor=new.doctor, any_doctor=False, clinic=None)
        refused = turn.state.refused_doctors - {new.doctor}
        turn.set(doctor_named=False, refused_doctors=refused)
    if new.any_doctor:
        wish = replace(wish, doctor=None, any_doctor=True)
        turn.set(doctor_named=False)
    if new.clinic is not None:
        wish = replace(wish, clinic=new.clinic, doctor=None)
    if new.date is not None:
        # 下午有没有, after 太早了: of the same day.
        before = wish.date or DateWish(date=turn.state.day_before)
        wish = replace(wish, date=_merged(before, new.date))
        turn.set(day_before=None)
        if new.date.period is not None:
            wish = replace(wish, any_period=False)
    turn.set(wish=wish, task=turn.state.task or Task.BOOK, strikes={}, steering=0)
    if _known(wish) - _known(old):
        turn.set(overwritten=0)
    elif wish != old and turn.state.session is None:
        turn.set(overwritten=turn.state.overwritten + 1)
    if wish != old:
        drop_session(turn)
    if new.hospital or new.department or new.doctor or new.any_doctor:
        turn.set(not_meant=())  # what was denied was heard in place of this


def _known(wish: Wish) -> frozenset[str]:
    """What has been answered: a value that only takes another's place answers nothing more."""
    answers = {
        "hospital": wish.hospital,
        "department": wish.department,
        "doctor": wish.doctor or wish.any_doctor,
        "clinic": wish.clinic,
        "day": not is_open(wish),
        "period": wish.any_period or (wish.date is not None and wish.date.period),
    }
    return frozenset(name for name, value in answers.items() if value)


def drop_session(turn: Turn) -> None:
    """Forget the chosen session and give a held place back."""
    if turn.state.hold is not None:
        turn.do(ReleaseHold(turn.state.hold.id))
    turn.set(
        session=None,
        hold=None,
        nearest=(),
        offer=None,
        refused_sessions=frozenset(),
        agreed_start=None,
        expired_once=False,
        read_back_played=frozenset(),
    )


def reopen(turn: Turn, slot: str) -> None:
    """Make `slot` (hospital, department, doctor, date, id_number) unknown again; keep the rest."""
    turn.set(not_meant=())
    if slot == "id_number":
        turn.set(id_number="", id_digits="", id_unknown=(), name=None, name_known=None)
        turn.set(identified=False, proof_digits="", coming=None, chosen=None, last_four="")
        turn.set(read_back_played=frozenset(), agreed_start=None)
        turn.set(told=())  # 再说一遍 is not for whoever comes next
        return
    wish = turn.wish
    if slot == "hospital":
        wish = replace(wish, hospital=None, doctor=None)
        turn.set(departments=None, window=None, doctors=None, refused_doctors=frozenset())
        turn.set(doctor_words=None)
    elif slot == "department":
        wish = replace(wish, department=None, doctor=None)
        turn.set(doctors=None, refused_doctors=frozenset(), doctor_words=None)
    elif slot == "doctor":
        refused = turn.state.refused_doctors | _doctor_in_view(turn.state)
        turn.set(refused_doctors=refused)
        wish = replace(wish, doctor=None, any_doctor=False)
        turn.set(doctor_named=True)
    else:
        # Who had named no doctor is not asked for one now.
        wish = replace(wish, date=None, any_period=False, any_doctor=wish.doctor is None)
    turn.set(wish=wish)
    drop_session(turn)


def _doctor_in_view(state: State) -> frozenset[str | None]:
    """The doctor who is not wanted any more: the wished one, or the one of the held place."""
    if state.wish.doctor is not None:
        return frozenset({state.wish.doctor})
    return frozenset({state.session.doctor}) if state.session is not None else frozenset()


def _is_rather_any(heard: Understanding, threshold: Threshold) -> bool:
    """哪个医生都行, heard as 那个一生走行, sounds like a doctor's name besides: a name by sound
    alone, or one that is not sure, is none beside words that want nobody in particular."""
    best = next(iter(heard.doctor), None)
    if best is None or not heard.no_preference:
        return False
    by_sound = heard.by_sound is Slot.DOCTOR or best.value[:1] not in best.surface
    return by_sound or best.confidence < threshold.accept


_DENIED = 0.1  # of its likelihood is left to a name that was denied: that no may be misheard
_SHARE = 0.1  # of an ambiguous name, to stand in a list of choices
_PAIR = 2  # two near misses are a misheard name, not an ambiguous one


def less_denied(scored: Sequence[Scored[str]], denied: Sequence[str]) -> tuple[Scored[str], ...]:
    """What is left of each name's likelihood once the caller has said no to the `denied` ones: the
    next likeliest becomes likelier by as much, best first."""
    if not any(each.value in denied for each in scored):
        return tuple(scored)
    none = max(0.0, 1 - sum(each.confidence for each in scored))
    shares = [each.confidence * (_DENIED if each.value in denied else 1.0) for each in scored]
    total = none + sum(shares) or 1.0
    weighed = [
        replace(each, confidence=share / total) for each, share in zip(scored, shares, strict=True)
    ]
    return tuple(sorted(weighed, key=lambda each: -each.confidence))


def _names(state: State, slot: str, heard: Sequence[Scored[str]], threshold: Threshold) -> _Names:
    """What is agreed already is nothing new when it is heard again. What a denial of another name
    speaks for is asked back, and so is a denied one that is heard clearly now, once."""
    margin, current = state.policy.thresholds.margin, _current(state, slot)
    denied = state.not_meant
    clearly = [each.value for each in heard[:1] if each.confidence >= threshold.accept]
    if clearly and denied.count(clearly[0]) == 1:
        return _Names(doubtful=clearly[0])
    scored = less_denied(heard, denied)
    if not scored or scored[0].value in current:
        return _Names()
    best = scored[0]
    if best.confidence < threshold.confirm:
        # 内科: no single one is likely, but it is one of them.
        likely = [each for each in scored if each.confidence >= _SHARE]
        if len(likely) > _PAIR and sum(each.confidence for each in likely) >= threshold.confirm:
            return _several(likely)
        return _Names()
    alike = [
        each
        for each in scored
        if best.confidence - each.confidence < margin and each.confidence >= threshold.confirm
    ]
    if len({each.value for each in alike}) > 1:
        return _several(alike)
    if best.confidence >= threshold.accept and scored == tuple(heard):
        return _Names(sure=best.value)
    return _Names(doubtful=best.value)


def _several(scored: Sequence[Scored[str]]) -> _Names:
    return _Names(
        several=tuple(dict.fromkeys(each.value for each in scored)),
        so_called=all(means_several(each.surface) for each in scored),
        all_named=all(each.surface for each in scored)
        and len({each.surface for each in scored}) == len({each.value for each in scored}),
    )


def _current(state: State, slot: str) -> frozenset[str]:
    values = {getattr(state.wish, slot)}
    if state.session is not None:
        values.add(getattr(state.session, slot))
    return frozenset(value for value in values if value is not None)


def _new_clinic(state: State, heard: Understanding) -> Clinic | None:
    """A title is taken at its word, unless a doctor is named, who has one."""
    clinic = heard.clinic
    if clinic is None or heard.doctor or clinic is state.wish.clinic:
        return None
    return None if clinics.is_held(state, clinic) else clinic


def _says_nothing_new(state: State, heard: Scored[DateWish]) -> bool:
    wish, session = heard.value, state.session
    if wish == DateWish() or wish == state.wish.date:
        return True
    if session is None or wish.not_on or wish.not_before or wish.not_after:
        return False
    same_date = wish.date == session.date or (wish.date is None and not wish.earliest)
    return same_date and wish.period in (None, session.period)


def _merged(old: DateWish, new: DateWish) -> DateWish:
    """A new date keeps the period that was agreed; a new period keeps the date."""
    if new.date is None and not is_delegated(new):
        return replace(old, period=new.period)
    return replace(new, period=new.period or old.period)


def is_open(wish: Wish) -> bool:
    """Whether the day is still to be named: nothing said, or only a part of the day."""
    date = wish.date
    return date is None or not (date.date or is_delegated(date))


def is_delegated(date: DateWish) -> bool:
    """Whether the day is left to us, within limits: the earliest, any but Wednesday, from
    Thursday on."""
    limited = date.not_on or date.not_before or date.not_after
    return date.date is None and bool(date.earliest or limited)

"""A shell that answers the conversation's commands with anything that is allowed to happen.

What a caller says, hears, keys and leaves out is drawn by hypothesis; what the
core answers too. It keeps the ledger that the properties are stated on.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from hypothesis import strategies as st

from booking_client.errors import Refusal
from booking_client.types import (
    Booking,
    BookingStatus,
    ClinicSession,
    Department,
    Doctor,
    Hold,
    Hospital,
    SlotBand,
)
from dialogs import commands as do
from dialogs import events as ev
from dialogs.agenda import AGENDA
from dialogs.reducer import initial_state, reduce
from dialogs.state import State, Step
from dialogs.tables import ARRIVALS, CALLERS_TURNS
from dialogs.wording import load_wording
from grammars import meaning
from grammars.meaning import (
    Answer,
    DateWish,
    IdNumber,
    Period,
    Scored,
    Task,
    Understanding,
)

NOW = dt.datetime(2026, 11, 24, 9, 0)
TODAY = NOW.date()
WINDOW = (TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=7))
WORDING = load_wording()
VALID_IDS = ("32010619450101001X", "320100193605071543")

HOSPITALS = tuple(
    Hospital(name, (), "鼓楼区", "三级甲等", ("本部", "江北院区"))
    for name in ("南京鼓楼医院", "江苏省人民医院", "南京市儿童医院", "南京博大肾科医院")
)
DEPARTMENTS = ("心血管内科", "神经内科", "骨科", "儿科", "肾内科")
DOCTORS = ("秦明月", "林春生", "周安")


def _confidence() -> st.SearchStrategy[float]:
    return st.sampled_from((0.2, 0.35, 0.5, 0.62, 0.7, 0.8, 0.9, 1.0))


def _scored(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[Scored[object], ...]]:
    each = st.builds(Scored, values, _confidence())
    return st.lists(each, max_size=3).map(
        lambda found: tuple(sorted(found, key=lambda scored: -scored.confidence))
    )


def _sometimes(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[Scored[object], ...]]:
    return st.one_of(st.just(()), st.just(()), _scored(values))


_DATES = st.builds(
    DateWish,
    st.one_of(st.none(), st.integers(-2, 12).map(lambda days: TODAY + dt.timedelta(days=days))),
    st.sampled_from((None, *Period)),
    st.booleans(),
    st.sampled_from((frozenset[int](), frozenset({2}))),
)
_IDS = st.one_of(
    st.builds(IdNumber, st.sampled_from(VALID_IDS), st.just(True), st.booleans(), st.booleans()),
    st.builds(
        IdNumber,
        st.integers(1, 17).map(lambda length: VALID_IDS[0][:length]),
        st.just(False),
        st.just(False),
    ),
)


def _flag() -> st.SearchStrategy[bool]:
    return st.sampled_from((False, False, False, False, False, True))


def understandings(choices: tuple[str, ...]) -> st.SearchStrategy[Understanding]:
    """Anything that could be understood, usable or not, several things at once."""
    rare = st.sampled_from((False,) * 40 + (True,))
    return st.builds(
        Understanding,
        text=st.sampled_from(("", "我叫陈德安", "嗯", "那个什么", "好的")),
        confidence=_confidence(),
        task=_sometimes(
            st.sampled_from([t for t in Task if t not in (Task.CRISIS, Task.OPERATOR)])
        ),
        hospital=_sometimes(st.sampled_from([h.name for h in HOSPITALS] + ["不在表里的医院"])),
        department=_sometimes(st.sampled_from([*DEPARTMENTS, "疼痛科"])),
        doctor=_sometimes(st.sampled_from([*DOCTORS, "不在的人"])),
        date=_sometimes(_DATES),
        id_number=_sometimes(_IDS),
        confirm=_sometimes(st.sampled_from(list(Answer))),
        command=st.one_of(
            st.just(()),
            st.just(()),
            st.just(()),
            _scored(st.sampled_from([c for c in meaning.Command if c.value != "operator"])),
        ),
        choice=_sometimes(st.sampled_from(choices)) if choices else st.just(()),
        no_preference=_flag(),
        backchannel=_flag(),
        restart=_flag(),
        despair=rare,
    )


def apt_answer(step: Step, choices: tuple[str, ...]) -> st.SearchStrategy[Understanding]:
    """What a caller says who answers the question: random chatter alone never gets far."""
    sure: dict[Step, dict[str, st.SearchStrategy[object]]] = {
        Step.TASK: {"hospital": _names(), "department": st.sampled_from(DEPARTMENTS)},
        Step.HOSPITAL: {"hospital": _names()},
        Step.DEPARTMENT: {"department": st.sampled_from(DEPARTMENTS)},
        Step.DOCTOR: {"doctor": st.sampled_from(DOCTORS)},
        Step.DATE: {"date": _DATES},
        Step.OFFER: {"choice": st.sampled_from(choices or ("无",))},
        Step.CHECK: {"confirm": st.sampled_from((Answer.YES, Answer.YES, Answer.NO))},
        Step.ID_NUMBER: {"id_number": st.just(IdNumber(VALID_IDS[0], True, True))},
        Step.NAME: {},
        Step.READ_BACK: {"confirm": st.just(Answer.YES)},
    }
    meanings = {
        slot: values.map(lambda value: (Scored(value, 0.95),))
        for slot, values in sure[step].items()
    }
    return st.builds(Understanding, text=st.just("陈德安"), confidence=st.just(0.95), **meanings)


def _names() -> st.SearchStrategy[object]:
    return st.sampled_from([hospital.name for hospital in HOSPITALS])


def _session(
    number: int, department: str, doctor: str | None, day: int, period: str
) -> ClinicSession:
    start = {"上午": 8, "下午": 14, "晚上": 18}[period]
    return ClinicSession(
        id=number,
        hospital="南京鼓楼医院",
        campus="本部",
        department=department,
        doctor=doctor,
        doctor_title=None,
        date=TODAY + dt.timedelta(days=day),
        period=period,
        fee_yuan=16 if doctor is None else 40,
        bands=(SlotBand(number * 10, dt.time(start), dt.time(start, 30), 2),),
    )


_SESSIONS = st.lists(
    st.builds(
        _session,
        st.integers(1, 40),
        st.sampled_from(DEPARTMENTS),
        st.sampled_from((None, *DOCTORS)),
        st.integers(1, 7),
        st.sampled_from([period.value for period in Period]),
    ),
    max_size=6,
    unique_by=lambda session: session.id,
)


_NO_REFUSAL: list[Refusal | None] = [None] * 20
_REFUSALS = st.sampled_from([*_NO_REFUSAL, *Refusal])


@dataclass
class Ledger:
    """What the properties need to remember."""

    chaos: int = 3  # how many of ten caller events make no sense
    state: State = field(default_factory=lambda: initial_state(WORDING))
    awaiting: list[do.Command] = field(default_factory=list)
    holds: dict[str, Hold] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)
    last_sentence: str = ""
    spoken: list[do.Fragment] = field(default_factory=list)
    marks: tuple[str, ...] = ()  # of the prompt that is playing, in order
    yes_given: bool = False  # the last caller event was an explicit yes after the read-back
    booked_keys: list[str] = field(default_factory=list)
    conclusions: list[do.Conclude] = field(default_factory=list)
    hung_up: bool = False
    over: bool = False
    holds_placed: int = 0

    def send(self, event: ev.Event) -> tuple[do.Command, ...]:
        before = self.state
        self.state, commands = reduce(before, event)
        self._check_transition(before.step, type(event), commands)
        self._book_keeping(event, commands)
        return commands

    def _check_transition(self, step: Step, event: type, commands: tuple[do.Command, ...]) -> None:
        """The tables, and so the drawing, tell the truth."""
        if event in (ev.HungUp, ev.CoreFailed, ev.KeyPressed) or not commands:
            return
        arrival = ARRIVALS.get((step, event))
        if arrival is not None:
            declared = {*arrival.leads_to}
        else:
            declared = {*CALLERS_TURNS[step].leads_to, step, Step.CHECK, Step.DECIDE}
            declared |= {Step.TRANSFERRED, Step.OFFER}
        if Step.DECIDE in declared:
            declared |= {to for row in AGENDA for to in row.leads_to}
        assert self.state.step in declared, f"{step} -> {self.state.step} is not in the tables"

    def _book_keeping(self, event: ev.Event, commands: tuple[do.Command, ...]) -> None:
        for command in commands:
            if isinstance(command, do.Say):
                self.spoken += command.fragments
                self.marks = tuple(f.mark for f in command.fragments if f.mark)
            elif isinstance(command, do.Listen):
                self._end_of_sentence(event)
            elif isinstance(command, do.ReleaseHold):
                assert command.hold_id not in self.released, "a hold is given back once"
                self.released.add(command.hold_id)
                self.holds.pop(command.hold_id, None)
            elif isinstance(command, do.Conclude):
                self.conclusions.append(command)
            elif isinstance(command, do.HangUp):
                self.over = True
            elif isinstance(command, do.ConfirmBooking):
                assert command.hold_id in self.holds, "only a live hold is confirmed"
            if isinstance(command, _ASKS_THE_SHELL):
                self.awaiting.append(command)

    def _end_of_sentence(self, event: ev.Event) -> None:
        sentence = "".join(fragment.text for fragment in self.spoken)
        self.spoken = []
        if sentence:
            assert sentence != self.last_sentence, f"said twice running: {sentence}"
            self.last_sentence = sentence

    @property
    def choices(self) -> tuple[str, ...]:
        offer = self.state.offer
        return tuple(option.candidate.name for option in offer.options) if offer else ()


_ASKS_THE_SHELL = (
    do.FindDepartments,
    do.FindDoctors,
    do.FindSessions,
    do.PlaceHold,
    do.LookUpName,
    do.ConfirmBooking,
    do.Transfer,
)


def answer_to(data: st.DataObject, ledger: Ledger, command: do.Command) -> ev.Event:
    """What the shell may answer to a command."""
    if data.draw(st.integers(0, 100), label="core fails") == 77 and not isinstance(
        command, do.Transfer
    ):
        if isinstance(command, do.ConfirmBooking):
            ledger.booked_keys.append(command.key)
        return ev.CoreFailed(NOW)
    if isinstance(command, do.FindDepartments):
        count = data.draw(st.integers(1, len(DEPARTMENTS)))
        found = tuple(Department(command.hospital, name, "") for name in DEPARTMENTS[:count])
        return ev.DepartmentsFound(NOW, command.hospital, found, WINDOW)
    if isinstance(command, do.FindDoctors):
        count = data.draw(st.integers(0, len(DOCTORS)))
        doctors = tuple(
            Doctor(command.hospital, command.department, name, "主任医师")
            for name in DOCTORS[:count]
        )
        return ev.DoctorsFound(NOW, command.hospital, command.department, doctors)
    if isinstance(command, do.FindSessions):
        sessions = tuple(
            session
            for session in data.draw(_SESSIONS, label="sessions")
            if command.query.from_date <= session.date <= command.query.to_date
            and command.query.period in (None, session.period)
            and command.query.doctor in (None, session.doctor)
        )
        return ev.SessionsFound(NOW, command.purpose, sessions)
    if isinstance(command, do.PlaceHold):
        refusal = data.draw(_REFUSALS, label="hold refused")
        if refusal is not None:
            return ev.Refused(NOW, refusal)
        ledger.holds_placed += 1
        session = _session(command.session_id, "心血管内科", None, 2, "上午")
        start = data.draw(st.sampled_from((dt.time(8), dt.time(9))), label="band")
        hold = Hold(f"hold-{ledger.holds_placed}", session, 1, start, dt.time(start.hour, 30), NOW)
        ledger.holds[hold.id] = hold
        return ev.HoldPlaced(NOW, hold)
    if isinstance(command, do.LookUpName):
        return ev.NameFound(NOW, data.draw(st.sampled_from((None, "陈德安"))))
    if isinstance(command, do.ConfirmBooking):
        ledger.booked_keys.append(command.key)
        refusal = data.draw(_REFUSALS, label="booking refused")
        hold = ledger.holds[command.hold_id]
        if refusal is not None:
            if refusal is Refusal.HOLD_EXPIRED:
                ledger.holds.pop(command.hold_id)
            return ev.Refused(NOW, refusal)
        ledger.holds.pop(command.hold_id)
        booking = Booking(
            1,
            "23456780",
            BookingStatus.BOOKED,
            hold.session,
            hold.start,
            hold.end,
            command.patient.name,
            not command.patient.name_verified,
            command.patient.id_number[-4:],
            "phone",
        )
        return ev.Booked(NOW, booking)
    assert isinstance(command, do.Transfer)
    return ev.TransferEnded(NOW, answered=False)

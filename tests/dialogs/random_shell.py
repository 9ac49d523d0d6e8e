"""A shell that answers the conversation's commands with anything that is allowed to happen.

What a caller says, hears, keys and leaves out is drawn by chance, and what the
core answers too. The ledger remembers what the promises are stated on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from random import Random
from typing import Any

from booking_client.errors import Refusal
from booking_client.types import (
    Alternative,
    Booking,
    BookingStatus,
    ClinicSession,
    Department,
    Doctor,
    Hold,
    Hospital,
    Nearness,
    Patient,
    PhoneMatch,
    Report,
    SessionQuery,
    SlotBand,
)
from dialogs import commands as do
from dialogs import events as ev
from dialogs.agenda import AGENDAS
from dialogs.answers import voice_answers
from dialogs.outcomes import Outcome
from dialogs.reducer import initial_state, reduce
from dialogs.state import CALLERS_TURN, State, Step
from dialogs.survey import shipped_survey
from dialogs.tables import ARRIVALS, CALLERS_TURNS
from dialogs.wording import load_wording
from grammars.meaning import (
    Answer,
    Clinic,
    Command,
    DateWish,
    DoctorWords,
    Elsewhere,
    Hypothesis,
    IdNumber,
    Period,
    PhoneNumber,
    Scored,
    Slot,
    Task,
    Understanding,
)

NOW = dt.datetime(2026, 11, 24, 9, 0)
TODAY = NOW.date()
WINDOW = (TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=7))
WORDING = load_wording()
PHONES = ("13912345678", "02583600001")
VALID_IDS = ("32010619450101001X", "320100193605071543")

BIRTH_DATE = VALID_IDS[0][6:14]
LAST_FOURS = (VALID_IDS[0][-4:], "3201", "7458")
BOOKED_AT = "老年医学科"  # of the coming bookings, and of nothing else that is spoken of
CODES = ("23456780", "34567823", "45678234")
MANAGING = (Task.QUERY, Task.CANCEL, Task.CHANGE, Task.RESULTS)
READ_BACKS = (Step.READ_BACK, Step.CANCEL_BACK, Step.CHANGE_BACK)

HOSPITALS = tuple(
    Hospital(name, (), "鼓楼区", "三级甲等", ("本部", "江北院区"))
    for name in ("南京鼓楼医院", "江苏省人民医院", "南京市儿童医院", "南京博大肾科医院")
)
DEPARTMENTS = ("心血管内科", "神经内科", "骨科", "儿科", "肾内科")
HOSPITALS_WITH = {"疼痛科": ("南京鼓楼医院",), "骨科": ("江苏省人民医院", "南京鼓楼医院")}
DOCTORS = ("秦明月", "林春生", "周安")
TOPICS = tuple(voice_answers())
PERIODS = tuple(period.value for period in Period)

_CONFIDENCES = (0.2, 0.35, 0.5, 0.62, 0.7, 0.8, 0.9, 1.0)
_ORDINARY_TASKS = [task for task in Task if task not in (Task.CRISIS, Task.OPERATOR)]
_STEERING = [command for command in Command if command is not Command.OPERATOR]

_ASKS_THE_SHELL = (
    do.FindDepartments,
    do.FindDoctors,
    do.FindSessions,
    do.FindAlternatives,
    do.PlaceHold,
    do.LookUpName,
    do.ConfirmBooking,
    do.FindBookings,
    do.CancelBooking,
    do.MoveBooking,
    do.FindReports,
    do.FindLastBooking,
    do.MatchPhone,
    do.OpenTicket,
    do.Transfer,
    do.RecordCallback,
    do.JoinCrisisLine,
)


_STRIKES = 3
# What a turn leaves behind though nothing was learnt from it: going from question to question and
# back is no progress either.
_BOOKKEEPING = frozenset(
    {"said", "told", "faults", "turns", "strikes", "steering", "unheard", "waiting_since", "pace"}
    | {"rate", "rate_wished", "gain_db", "id_keyed", "id_pauses", "read_back_played"}
    | {"wording", "policy", "step", "offer", "check"}
)
_FACTS = tuple(each.name for each in fields(State) if each.name not in _BOOKKEEPING)


_AGREED = (do.ConfirmBooking, do.CancelBooking, do.MoveBooking)


def _to_be_agreed_to(state: State) -> object:
    """What is read back, as far as the caller has a say in it."""
    place = state.session and replace(state.session, id=0, bands=())
    who = (state.id_number, state.last_four, state.name)
    return (state.step, state.chosen and state.chosen.code, place, who)


def _known(state: State) -> tuple[object, ...]:
    return tuple(getattr(state, name) for name in _FACTS)


@dataclass
class Ledger:
    """The conversation's state and everything that must be remembered of it."""

    state: State = field(default_factory=lambda: initial_state(WORDING))
    awaiting: list[do.Command] = field(default_factory=list)
    holds: dict[str, Hold] = field(default_factory=dict)
    holds_placed: int = 0
    last_sentence: str = ""
    faults_said: set[str] = field(default_factory=set)
    spoken: list[do.Fragment] = field(default_factory=list)
    marks: tuple[str, ...] = ()  # of the prompt that is playing, in order
    agreed: tuple[int, dt.time] | None = None  # session and time of the last valid yes
    agreed_to: str = ""  # the code of the booking to be cancelled or moved, of the last valid yes
    coming: tuple[Booking, ...] = ()
    asked_to: set[Outcome] = field(default_factory=set)  # what the core was asked to do for good
    conclusions: list[do.Conclude] = field(default_factory=list)
    hung_up: bool = False
    over: bool = False
    crisis_line_rings: bool = False
    state_before: Step = Step.START
    events: int = 0
    standstill: int = 0  # turns of the caller since something was learnt
    read_back: list[object] = field(default_factory=list)  # what was, since the last yes

    def send(self, event: ev.Event) -> tuple[do.Command, ...]:
        before = self.state
        self.state_before = before.step
        self.state, commands = reduce(before, event)
        self.events += 1
        self._check_transition(before.step, type(event), commands)
        self._check_progress(before, commands)
        self._check_read_backs(before, commands)
        self._check_farewell(commands)
        for command in commands:
            self._note(command)
        return commands

    def _note(self, command: do.Command) -> None:
        if isinstance(command, do.Say):
            self.spoken += command.fragments
            secret = not self.state.identified and self.state.achieved is None
            assert not (secret and BOOKED_AT in command.text), "said before it is known who calls"
            if self.state.last_four and command.prompt.startswith("question.read_back"):
                assert not any(f.personal for f in command.fragments), "four digits are not said"
            if command.prompt.startswith("fault."):
                assert command.text not in self.faults_said, f"said twice: {command.text}"
                self.faults_said.add(command.text)
            self.marks = tuple(f.mark for f in command.fragments if f.mark)
        elif isinstance(command, do.Listen):
            self._end_of_sentence()
        elif isinstance(command, do.ReleaseHold):
            assert command.hold_id in self.holds, "a live hold is given back, and once"
            del self.holds[command.hold_id]
        elif isinstance(command, do.Conclude):
            self.conclusions.append(command)
        elif isinstance(command, do.HangUp):
            self.over = True
        elif isinstance(command, do.CallCrisisLine):
            assert not self.crisis_line_rings, "they are called once at a time"
            self.crisis_line_rings = True
        elif isinstance(command, do.RecordCallback):
            assert self.state_before is Step.PHONE_CHECK, "number and time were read back"
        elif isinstance(command, do.ConfirmBooking):
            hold = self.holds.get(command.hold_id)
            assert hold is not None, "only a live hold is confirmed"
            assert self.agreed == (hold.session.id, hold.start), "what was agreed is booked"
        elif isinstance(command, do.CancelBooking | do.MoveBooking):
            self._note_change(command)
        if isinstance(command, _ASKS_THE_SHELL):
            self.awaiting.append(command)

    def _note_change(self, command: do.CancelBooking | do.MoveBooking) -> None:
        state = self.state
        assert state.identified, "nothing is cancelled or moved for who may be anybody"
        assert self.agreed_to == command.code, "what was read back and agreed to is done"
        if isinstance(command, do.MoveBooking):
            assert state.session is not None
            assert self.agreed == (command.session_id, _start_of(state.session, command.slot_id))

    def _check_progress(self, before: State, commands: Sequence[do.Command]) -> None:
        """Turns that teach nothing are only as many as steering words and strikes allow. Who is
        in crisis, or asked us to wait, is stayed with."""
        if before.step not in CALLERS_TURN or not commands:
            return
        if self.state.step is Step.CRISIS or self.state.waiting_since is not None:
            return
        self.standstill = self.standstill + 1 if _known(self.state) == _known(before) else 0
        limits = self.state.policy.limits
        assert self.standstill <= _STRIKES * (limits.steering + 1), "round in a circle"

    def _check_read_backs(self, before: State, commands: Sequence[do.Command]) -> None:
        """Who says no is not read the same for ever, nor one thing after the other."""
        if any(isinstance(command, _AGREED) for command in commands):
            self.read_back.clear()
        if self.state.step not in READ_BACKS or before.step in (*READ_BACKS, Step.CHECK):
            return
        self.read_back.append(_to_be_agreed_to(self.state))
        assert len(self.read_back) <= self.state.policy.limits.read_backs, "round after round"
        latest = self.read_back[-_STRIKES:]
        assert len(latest) < _STRIKES or latest.count(latest[0]) < _STRIKES, "round in a circle"

    def _check_farewell(self, commands: Sequence[do.Command]) -> None:
        """No caller is hung up on or handed over without a word."""
        leaves = any(isinstance(command, do.HangUp | do.Transfer) for command in commands)
        told = any(isinstance(command, do.Say) for command in commands)
        assert told or not leaves or self.hung_up, "the call ends in silence"

    def _end_of_sentence(self) -> None:
        sentence = "".join(fragment.text for fragment in self.spoken)
        self.spoken = []
        if sentence:
            assert sentence != self.last_sentence, f"said twice running: {sentence}"
            self.last_sentence = sentence

    def _check_transition(self, step: Step, event: type, commands: Sequence[do.Command]) -> None:
        """The tables, and so the drawing, tell the truth."""
        if event in (ev.HungUp, ev.CoreFailed, ev.KeyPressed) or not commands:
            return
        arrival = ARRIVALS.get((step, event))
        if arrival is None and step not in CALLERS_TURNS:
            return  # an answer that came too late
        if arrival is not None:
            declared = {*arrival.leads_to}
        else:
            declared = {*CALLERS_TURNS[step].leads_to, step, Step.CHECK, Step.DECIDE}
            declared |= {Step.TRANSFERRED, Step.OFFER, Step.CALLBACK, Step.CRISIS, Step.ENDED}
            declared.add(Step.STATEMENT)
        if Step.DECIDE in declared:
            declared |= {to for rows in AGENDAS.values() for row in rows for to in row.leads_to}
        if Step.TRANSFERRED in declared:  # where nobody is there, a call-back is offered
            declared |= {Step.CALLBACK, Step.ENDED}
        assert self.state.step in declared, f"{step} -> {self.state.step} is not in the tables"

    @property
    def choices(self) -> tuple[str, ...]:
        if self.state.step is Step.SURVEY:
            return tuple(choice.name for choice in shipped_survey().choices)
        offer = self.state.offer
        return tuple(option.candidate.name for option in offer.options) if offer else ()


def chatter(chance: Random, choices: Sequence[str]) -> Understanding:
    """Anything that could be understood, usable or not, several things at once."""
    hospitals = [*(hospital.name for hospital in HOSPITALS), "不在表里的医院"]
    return Understanding(
        text=chance.choice(("", "我叫陈德安", "嗯", "那个什么", "好的")),
        confidence=chance.choice(_CONFIDENCES),
        task=_maybe(chance, lambda: chance.choice(_ORDINARY_TASKS)),
        hospital=_maybe(chance, lambda: chance.choice(hospitals)),
        department=_maybe(chance, lambda: chance.choice((*DEPARTMENTS, "疼痛科"))),
        doctor=_maybe(chance, lambda: chance.choice((*DOCTORS, "不在的人"))),
        date=_maybe(chance, lambda: _date(chance)),
        id_number=_maybe(chance, lambda: _id_number(chance)),
        last_four=_maybe(chance, lambda: chance.choice(LAST_FOURS)),
        for_whom=chance.choice(("您老伴", "孩子")) if chance.random() < 0.05 else None,
        as_before=chance.random() < 0.05,
        proof=_maybe(chance, lambda: chance.choice((BIRTH_DATE, *CODES, "1945", "23"))),
        confirm=_maybe(chance, lambda: chance.choice(list(Answer))),
        command=_maybe(chance, lambda: chance.choice(_STEERING)),
        choice=_maybe(chance, lambda: chance.choice(choices)) if choices else (),
        topic=_maybe(chance, lambda: chance.choice(TOPICS)),
        finished=chance.random() < 0.3,
        elsewhere=_maybe(chance, lambda: Elsewhere("江苏省中医院"))
        if chance.random() < 0.2
        else (),
        change=_maybe(chance, lambda: chance.choice(list(Slot))) if chance.random() < 0.3 else (),
        greeting=chance.random() < 0.05,
        no_preference=chance.random() < 0.15,
        doctor_words=_named_early(chance) if chance.random() < 0.1 else None,
        clinic=chance.choice(list(Clinic)) if chance.random() < 0.1 else None,
        refused=frozenset({chance.choice((*DEPARTMENTS, hospitals[0], "上午"))})
        if chance.random() < 0.1
        else frozenset(),
        card_of="您母亲" if chance.random() < 0.03 else None,
        noted=chance.random() < 0.05,
        unsure=_maybe(chance, lambda: chance.choice(list(Slot))) if chance.random() < 0.2 else (),
        asks_back=chance.random() < 0.05,
        several_periods=chance.random() < 0.05,
        backchannel=chance.random() < 0.15,
        restart=chance.random() < 0.1,
        keep=chance.random() < 0.03,
        despair=chance.random() < 0.01,
        perhaps_danger=chance.random() < 0.03,
        suffering=chance.choice((None, None, *Answer)),
    )


def _named_early(chance: Random) -> DoctorWords:
    said = chance.choice((*DOCTORS, "秦医生", "勤名月医生", "不在的人"))
    return DoctorWords((Hypothesis(said, 0.9),), chance.random() < 0.5)


def apt_answer(chance: Random, step: Step, choices: Sequence[str]) -> Understanding:
    """What a caller says who answers the question: chatter alone never gets far."""
    answers: dict[Step, Callable[[], dict[str, object]]] = {
        Step.TASK: lambda: _first_wish(chance),
        Step.HOSPITAL: lambda: {"hospital": chance.choice(HOSPITALS).name},
        Step.DEPARTMENT: lambda: {"department": chance.choice(DEPARTMENTS)},
        Step.DOCTOR: lambda: {"doctor": chance.choice(DOCTORS)},
        Step.DATE: lambda: {"date": _date(chance)},
        Step.OFFER: lambda: {"choice": chance.choice(choices)},
        Step.CHECK: lambda: {"confirm": chance.choice((Answer.YES, Answer.YES, Answer.NO))},
        Step.ID_NUMBER: lambda: _who(chance),
        Step.NAME: dict,
        Step.BOOKED: lambda: {"confirm": chance.choice((Answer.YES, Answer.NO))},
        Step.TOPIC: lambda: {"topic": chance.choice(TOPICS)},
        Step.TOPIC_HOSPITAL: lambda: {"hospital": chance.choice(HOSPITALS).name},
        Step.STATEMENT: dict,
        Step.SURVEY: lambda: {"choice": chance.choice(choices)},
        Step.REMARK: dict,
        Step.READ_BACK: lambda: {"confirm": chance.choice((*[Answer.YES] * 5, Answer.NO))},
        Step.PROOF: lambda: {
            "proof": chance.choice((BIRTH_DATE, BIRTH_DATE, CODES[0], "19000101"))
        },
        Step.CANCEL_BACK: lambda: {"confirm": chance.choice((*[Answer.YES] * 5, Answer.NO))},
        Step.CHANGE_BACK: lambda: {"confirm": chance.choice((*[Answer.YES] * 5, Answer.NO))},
        Step.ANYTHING_ELSE: lambda: {"task": chance.choice(MANAGING)},
        Step.CALLBACK: lambda: {"confirm": chance.choice((Answer.YES, Answer.NO))},
        Step.PHONE_NUMBER: lambda: {"phone": PhoneNumber(chance.choice(PHONES), True)},
        Step.PHONE_CHECK: lambda: {"confirm": chance.choice((Answer.YES, Answer.NO))},
        Step.CRISIS: dict,
    }
    found: dict[str, Any] = {
        slot: (Scored(value, 0.95),) for slot, value in answers[step]().items()
    }
    murmured = step in READ_BACKS and chance.random() < 0.1
    return Understanding("陈德安", 0.95, backchannel=murmured, **found)


def stubborn_answer(habit: float, step: Step, choices: Sequence[str]) -> Understanding:
    """The same to the same question, and a no (or what is heard as one) to every read-back."""
    if step in READ_BACKS:
        return Understanding("不意的", 0.11, confirm=(Scored(Answer.NO, 0.7 + habit / 4),))
    return apt_answer(Random(habit), step, choices)


def _who(chance: Random) -> dict[str, object]:
    if chance.random() < 0.5:
        return {"last_four": chance.choice(LAST_FOURS)}
    return {"id_number": IdNumber(VALID_IDS[0], True, True)}


def _first_wish(chance: Random) -> dict[str, object]:
    if chance.random() < 0.5:
        return {"task": chance.choice(MANAGING)}
    return {
        "hospital": chance.choice(HOSPITALS).name,
        "department": chance.choice(DEPARTMENTS),
    }


def answer_to(chance: Random, ledger: Ledger, command: do.Command) -> ev.Event:
    """What the shell may answer to a command."""
    if isinstance(command, do.Transfer):
        return ev.TransferEnded(NOW, answered=False)
    if isinstance(command, do.JoinCrisisLine):
        return ev.CrisisLineLost(NOW)
    if isinstance(command, do.OpenTicket):
        return ev.TicketOpened(NOW, chance.choice(("2734568", "2734568", None)))
    if isinstance(command, do.ConfirmBooking):
        ledger.asked_to.add(Outcome.BOOKED)
    if chance.random() < 0.01:
        return ev.CoreFailed(NOW)
    if isinstance(command, do.RecordCallback):
        return ev.CallbackRecorded(NOW)
    if isinstance(command, do.FindDepartments):
        names = DEPARTMENTS[: chance.randint(1, len(DEPARTMENTS))]
        departments = tuple(Department(command.hospital, name, "") for name in names)
        return ev.DepartmentsFound(NOW, command.hospital, departments, WINDOW)
    if isinstance(command, do.FindDoctors):
        hospital, department = command.hospital, command.department
        listed = DOCTORS[: chance.randint(0, len(DOCTORS))]
        doctors = tuple(Doctor(hospital, department, name, "主任医师") for name in listed)
        return ev.DoctorsFound(NOW, hospital, department, doctors)
    if isinstance(command, do.FindSessions):
        return ev.SessionsFound(NOW, command.purpose, _sessions(chance, command.query))
    if isinstance(command, do.FindAlternatives):
        found = _sessions(chance, command.query)[:3]
        kinds = chance.sample(list(Nearness), len(found))
        return ev.AlternativesFound(
            NOW, tuple(Alternative(kind, each) for kind, each in zip(kinds, found, strict=True))
        )
    if isinstance(command, do.PlaceHold):
        return _hold(chance, ledger, command)
    if isinstance(command, do.LookUpName):
        return ev.NameFound(NOW, chance.choice((None, "陈德安")))
    if isinstance(command, do.FindBookings):
        ledger.coming = tuple(
            _coming(number, code) for number, code in enumerate(CODES[: chance.randint(0, 3)])
        )
        return ev.BookingsFound(NOW, ledger.coming)
    if isinstance(command, do.MatchPhone):
        return ev.PhoneMatched(NOW, chance.choice(list(PhoneMatch)))
    if isinstance(command, do.FindLastBooking):
        return ev.LastBookingFound(NOW, chance.choice((None, _coming(0, CODES[0]))))
    if isinstance(command, do.FindReports):
        waiting = Report(HOSPITALS[1].name, False, "", chance.choice((None, TODAY)))
        out = Report(HOSPITALS[0].name, True, "到门诊取")
        return ev.ReportsFound(NOW, (waiting, out)[: chance.randint(0, 2)])
    if isinstance(command, do.CancelBooking | do.MoveBooking):
        return _changed(chance, ledger, command)
    assert isinstance(command, do.ConfirmBooking)
    return _booking(chance, ledger, command)


def _coming(number: int, code: str) -> Booking:
    session = replace(_session(100 + number, None, 2 + number, "上午"), department=BOOKED_AT)
    band = session.bands[0]
    return Booking(
        number,
        code,
        BookingStatus.BOOKED,
        session,
        band.start,
        band.end,
        "陈德安",
        False,
        "001X",
        "phone",
    )


def _changed(
    chance: Random, ledger: Ledger, command: do.CancelBooking | do.MoveBooking
) -> ev.Event:
    refusal = _refusal(chance)
    if refusal is not None:
        return ev.Refused(NOW, refusal)
    booking = next(each for each in ledger.coming if each.code == command.code)
    if isinstance(command, do.CancelBooking):
        ledger.asked_to.add(Outcome.CANCELLED)
        return ev.BookingCancelled(NOW, booking)
    ledger.asked_to.add(Outcome.CHANGED)
    return ev.BookingMoved(NOW, booking)


def _start_of(session: ClinicSession, slot_id: int) -> dt.time:
    return next(band.start for band in session.bands if band.id == slot_id)


def _maybe(chance: Random, draw: Callable[[], Any]) -> tuple[Scored[Any], ...]:
    if chance.random() < 0.65:
        return ()
    found = [Scored(draw(), chance.choice(_CONFIDENCES)) for _ in range(chance.randint(1, 3))]
    return tuple(sorted(found, key=lambda scored: -scored.confidence))


def _date(chance: Random) -> DateWish:
    return DateWish(
        date=chance.choice((None, TODAY + dt.timedelta(days=chance.randint(-2, 12)))),
        period=chance.choice((None, *Period)),
        earliest=chance.random() < 0.3,
        not_on=frozenset({2}) if chance.random() < 0.2 else frozenset(),
        not_before=TODAY + dt.timedelta(days=chance.randint(1, 12))
        if chance.random() < 0.1
        else None,
    )


def _id_number(chance: Random) -> IdNumber:
    if chance.random() < 0.5:
        return IdNumber(VALID_IDS[0][: chance.randint(1, 17)], False, False)
    valid, mended = chance.random() < 0.5, chance.random() < 0.5
    return IdNumber(chance.choice(VALID_IDS), True, valid, mended and valid)


def _sessions(chance: Random, query: SessionQuery) -> tuple[ClinicSession, ...]:
    drawn = [
        _session(number, chance.choice((None, *DOCTORS)), chance.randint(1, 7), period)
        for number in chance.sample(range(1, 40), chance.randint(0, 8))
        for period in chance.sample(PERIODS, 1)
    ]
    return tuple(
        session
        for session in sorted(drawn, key=lambda each: each.date)
        if query.from_date <= session.date <= query.to_date
        and query.period in (None, session.period)
        and query.doctor in (None, session.doctor)
    )


def _session(number: int, doctor: str | None, day: int, period: str) -> ClinicSession:
    start = {"上午": 8, "下午": 14, "晚上": 18}[period]
    return ClinicSession(
        id=number,
        hospital="南京鼓楼医院",
        campus="本部",
        department="心血管内科",
        doctor=doctor,
        doctor_title=None if doctor is None else "主任医师",
        date=TODAY + dt.timedelta(days=day),
        period=period,
        fee_yuan=16 if doctor is None else 40,
        bands=(SlotBand(number * 10, dt.time(start), dt.time(start, 30), 2),),
    )


def _refusal(chance: Random) -> Refusal | None:
    return chance.choice(list(Refusal)) if chance.random() < 0.3 else None


def _hold(chance: Random, ledger: Ledger, command: do.PlaceHold) -> ev.Event:
    refusal = _refusal(chance)
    if refusal is not None:
        return ev.Refused(NOW, refusal)
    ledger.holds_placed += 1
    start = dt.time(chance.choice((8, 9)))
    session = _session(command.session_id, None, 2, "上午")
    hold = Hold(f"hold-{ledger.holds_placed}", session, 1, start, dt.time(start.hour, 30), NOW)
    ledger.holds[hold.id] = hold
    return ev.HoldPlaced(NOW, hold)


def _booking(chance: Random, ledger: Ledger, command: do.ConfirmBooking) -> ev.Event:
    refusal = _refusal(chance)
    if refusal is Refusal.HOLD_EXPIRED or refusal is None:
        hold = ledger.holds.pop(command.hold_id)
    if refusal is not None:
        return ev.Refused(NOW, refusal)
    who = command.patient
    full = who if isinstance(who, Patient) else Patient(VALID_IDS[0], "陈德安", True, who.phone)
    booking = Booking(
        id=1,
        code="23456780",
        status=BookingStatus.BOOKED,
        session=hold.session,
        start=hold.start,
        end=hold.end,
        patient_name=full.name,
        name_unverified=not full.name_verified,
        id_last_four=full.id_number[-4:],
        channel="phone",
    )
    return ev.Booked(NOW, booking)

"""What every conversation promises, checked at each event of a random one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace

from booking_client.types import (
    Booking,
    ClinicSession,
    Hold,
)
from dialogs import commands as do
from dialogs import events as ev
from dialogs.agenda import AGENDAS
from dialogs.outcomes import Outcome
from dialogs.reducer import initial_state, reduce
from dialogs.state import CALLERS_TURN, State, Step
from dialogs.survey import shipped_survey
from dialogs.tables import ARRIVALS, CALLERS_TURNS
from tests.dialogs.random_world import (
    BOOKED_AT,
    READ_BACKS,
    WORDING,
)

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
    | {"read_back_whole"}
    | {"wording", "policy", "step", "offer", "check"}
)
_FACTS = tuple(each.name for each in fields(State) if each.name not in _BOOKKEEPING)


_AGREED = (do.ConfirmBooking, do.CancelBooking, do.MoveBooking)


def _to_be_agreed_to(state: State) -> object:
    """What is read back, as far as the caller has a say in it."""
    place = state.session and replace(state.session, id=0, bands=())
    who = (state.id_number, state.last_four, state.name)
    return (state.step, state.chosen and state.chosen.code, place, who)


def all_read_back(state: State) -> object:
    """Everything that the read-back of a held place says."""
    return (_to_be_agreed_to(state), state.hold and state.hold.start)


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
    heard_whole: object = None  # what was read back to its end and has not changed since
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


def _start_of(session: ClinicSession, slot_id: int) -> dt.time:
    return next(band.start for band in session.bands if band.id == slot_id)

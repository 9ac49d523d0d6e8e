"""Runs a typed conversation: caller's lines in, the agent's sentences and deeds out.

The grammars and the booking core are the real ones; only the telephone is
missing. What is typed is heard with confidence 1 unless the case says less, and
a case can say outright what was understood (for bands that text does not reach).
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from booking_client.errors import Refusal
from booking_client.sql.core import SqlBookingCore
from dialogs import commands as do
from dialogs import events as ev
from dialogs.policy import Policy
from dialogs.reducer import initial_state, reduce
from dialogs.state import State
from dialogs.wording import Wording
from grammars.fillers import strip_fillers
from grammars.meaning import (
    Answer,
    Command,
    DateWish,
    Hypothesis,
    IdNumber,
    Period,
    PhoneNumber,
    Scored,
    Slot,
    Task,
    Understanding,
)
from grammars.phone_number import is_phone_number
from grammars.question import Question
from grammars.understand import understand
from ivr.session.closed_lists import ClosedLists
from ivr.session.core_answers import CoreAnswers
from tests.dialogs.clinic import NOW, Registry, Reports

CALL_ID = "call-1"
TICKET = "2734568"
_WORDS = {"task": Task, "confirm": Answer, "command": Command, "change": Slot}


@dataclass
class Exchange:
    """What the agent did in answer to one thing that happened."""

    sentences: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    deeds: list[do.Command] = field(default_factory=list)

    @property
    def said(self) -> str:
        return "".join(self.sentences)

    @property
    def done(self) -> list[str]:
        return [type(command).__name__ for command in self.deeds]


class Conversation:
    """One call without a telephone."""

    def __init__(
        self,
        core: SqlBookingCore,
        lists: ClosedLists,
        wording: Wording,
        caller: str,
        policy: Policy | None = None,
    ) -> None:
        self.core = core
        self.lists = lists
        self.now = NOW
        self.caller = caller
        self.answers = CoreAnswers(
            core=core,
            registry=Registry(),
            reports=Reports(),
            now=lambda: self.now,
            call_id=CALL_ID,
            caller=caller,
            channel="phone",
            notice=lambda kind, fields: None,
        )
        self.state: State = initial_state(wording, policy=policy)
        self.refusals: dict[str, deque[Refusal | None]] = {}
        self.failures: dict[str, int] = {}
        self.codes: list[str] = []  # of the bookings made before the call
        self.listening: do.Listen | None = None
        self.marks: tuple[str, ...] = ()
        self.conclusion: do.Conclude | None = None
        self.booked: ev.Booked | None = None
        self.ticket: do.OpenTicket | None = None
        self.kept: list[do.Keeping] = []
        self.over = False
        self.transferred: do.Transfer | None = None
        self.callback: do.RecordCallback | None = None
        self.texts: list[do.SendText] = []

    async def start(self) -> Exchange:
        return await self._take(
            ev.CallStarted(
                self.now, CALL_ID, self.caller, self.lists.hospitals, self.lists.hospitals_with
            )
        )

    async def say(
        self,
        text: str,
        *,
        confidence: float = 1.0,
        meaning: dict[str, Any] | None = None,
        played: int | None = None,
        cut_off: bool = False,
        far: bool = False,
        seconds: float = 0.0,
    ) -> Exchange:
        """The caller says `text` when `played` marks of the prompt had been heard (None: all).

        `cut_off`, `far` and `seconds` as in dialogs.events.Heard.
        """
        listening = self.listening
        assert listening is not None, "the agent is not listening"
        if meaning is None:
            question = await self.lists.question(listening, self.now.date())
            understood = _understood(question, text, confidence)
        else:
            understood = understanding_of(text, meaning)
        marks = self._marks(played)
        event = ev.Heard(self.now, understood, marks, cut_off=cut_off, far=far, seconds=seconds)
        return await self._take(event)

    async def key(self, key: str, *, played: int | None = None) -> Exchange:
        return await self._take(ev.KeyPressed(self.now, key, self._marks(played)))

    async def nothing(self, *, noise: bool, cut_off: bool = False) -> Exchange:
        return await self._take(ev.NothingHeard(self.now, noise, cut_off))

    async def event(self, kind: str) -> Exchange:
        events: dict[str, ev.Event] = {
            "hang_up": ev.HungUp(self.now),
            "time_limit": ev.TimeLimit(self.now),
            "recogniser_fails": ev.RecogniserFailed(self.now),
            "nobody_answers": ev.TransferEnded(self.now, answered=False),
            "crisis_line_answers": ev.CrisisLineAnswered(self.now),
            "crisis_line_does_not_answer": ev.CrisisLineUnanswered(self.now),
            "crisis_line_is_lost": ev.CrisisLineLost(self.now),
        }
        return await self._take(events[kind])

    def _marks(self, played: int | None) -> frozenset[str]:
        return frozenset(self.marks if played is None else self.marks[:played])

    async def _take(self, event: ev.Event) -> Exchange:
        exchange = Exchange()
        inbox = deque([event])
        while inbox:
            self.state, commands = reduce(self.state, inbox.popleft())
            for command in commands:
                exchange.deeds.append(command)
                answer = await self._carry_out(command, exchange)
                if answer is not None:
                    inbox.append(answer)
        return exchange

    async def _carry_out(self, command: do.Command, exchange: Exchange) -> ev.Event | None:
        match command:
            case do.Say(prompt, fragments):
                exchange.prompts.append(prompt)
                exchange.sentences.append("".join(fragment.text for fragment in fragments))
                self.marks = tuple(f.mark for f in fragments if f.mark)
                self.listening = None
            case do.Listen():
                self.listening = command
            case do.Conclude():
                self.conclusion = command
            case do.HangUp():
                self.over = True
            case do.Transfer():
                self.transferred = command
            case do.SendText():
                self.texts.append(command)
            case do.OpenTicket():
                return self._open_ticket(command)
            case do.KeepStatement(ticket):
                self.ticket = ticket
            case do.KeepQuestion() | do.KeepScore() | do.KeepRemark():
                self.kept.append(command)
            case _:
                return await self._ask_core(command)
        return None

    def _open_ticket(self, command: do.OpenTicket) -> ev.Event:
        if self.failures.get("OpenTicket", 0) > 0:
            self.failures["OpenTicket"] -= 1
            return ev.TicketOpened(self.now, None)
        self.ticket = command
        return ev.TicketOpened(self.now, TICKET)

    async def _ask_core(self, command: do.Command) -> ev.Event | None:
        name = type(command).__name__
        if self.failures.get(name, 0) > 0:
            self.failures[name] -= 1
            return ev.CoreFailed(self.now)
        scripted = self.refusals.get(name)
        if scripted and (reason := scripted.popleft()) is not None:
            return ev.Refused(self.now, reason)
        if isinstance(command, do.ReleaseHold):
            await self.answers.release(command.hold_id)
            return None
        if isinstance(command, do.RecordCallback):
            self.callback = command
            return ev.CallbackRecorded(self.now)
        if not isinstance(command, do.CoreQuestion):
            return None
        answer = await self.answers.ask(command)
        if isinstance(answer, ev.Booked):
            self.booked = answer
        return answer


@cache
def _understood(question: Question, text: str, confidence: float) -> Understanding:
    """Half of what is said is said in several conversations."""
    return understand(question, (Hypothesis(text, confidence),))


def understanding_of(text: str, meaning: dict[str, Any]) -> Understanding:
    """What a case says was understood: slot -> {value: confidence}, or flag -> true."""
    found: dict[str, Any] = {}
    for slot, values in meaning.items():
        if values is True:
            found[slot] = True
            continue
        scored = [Scored(_value(slot, word), number) for word, number in values.items()]
        found[slot] = tuple(sorted(scored, key=lambda each: -each.confidence))
    best = max((s[0].confidence for s in found.values() if isinstance(s, tuple)), default=0.9)
    return replace(Understanding(text, best, syllables=len(strip_fillers(text))), **found)


def _value(slot: str, word: Any) -> object:
    if slot in _WORDS:
        return _WORDS[slot](word)
    if slot == "date":
        if isinstance(word, dt.date):
            return DateWish(date=word)
        day, _, period = str(word).partition(" ")
        date = dt.date.fromisoformat(day) if day[0].isdigit() else None
        return DateWish(
            date=date,
            period=Period(period) if period else None,
            earliest=day == "earliest",
        )
    if slot == "phone":
        return PhoneNumber(str(word), is_phone_number(str(word)))
    if slot == "id_number":
        digits, _, how = str(word).partition(" ")
        whole = len(digits) in (15, 18)
        return IdNumber(digits, whole, how != "wrong" and len(digits) == 18, how == "mended")
    return word

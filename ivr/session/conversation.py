"""The conversation of one call: events into the dialogue's reducer, its commands carried out.

The same code runs a live call, a replayed recording and a typed conversation:
what differs are the ports it is given (ear, mouth, line, clock).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque

from dialogs import commands as do
from dialogs import events as ev
from dialogs.outcomes import Category, Outcome, Reason
from dialogs.reducer import initial_state, reduce
from dialogs.wording import Wording
from grammars.meaning import PRIVATE_SLOTS, Slot
from ivr.ports import TurnTimings
from ivr.session.call_ports import (
    CallFacts,
    CallPorts,
    Conclusion,
    EarHeard,
    EarNothing,
    EarReport,
    StatedIn,
)
from ivr.session.closed_lists import hint_of
from ivr.session.core_answers import CoreAnswers
from ivr.session.filler import Filler
from ivr.session.for_later import ForLater
from ivr.session.meaning_view import meaning_view
from ivr.session.turn_record import TurnRecord

log = logging.getLogger(__name__)

DRAIN_LIMIT = 60.0  # seconds for everything queued to be spoken
AFTER_LIMIT = 60.0  # seconds to wind up once the call has reached its longest length


class Conversation:
    """One call. `run` returns when the call is over; reports and keys are posted meanwhile."""

    def __init__(self, ports: CallPorts, facts: CallFacts, wording: Wording) -> None:
        self._ports = ports
        self._facts = facts
        self._core = CoreAnswers(
            core=ports.core,
            registry=ports.registry,
            reports=ports.reports,
            now=ports.clock.now,
            call_id=facts.call_id,
            caller=facts.caller,
            channel=facts.channel,
            notice=lambda kind, fields: self._notice(kind, **fields),
        )
        self._for_later = ForLater(ports.desk, facts.call_id, ports.clock.now)
        self._stated: list[tuple[float, float]] = []  # where in the recording
        self._filler = Filler(ports.clock, ports.mouth, self._still_busy)
        self._crisis_line: asyncio.Task[None] | None = None
        self._state = initial_state(wording, channel=facts.channel)
        self._inbox: asyncio.Queue[ev.Event] = asyncio.Queue()
        # Answers of the core come before whatever the caller did meanwhile: a yes followed
        # by a hang-up is booked first and hung up second.
        self._answers: deque[ev.Event] = deque()
        self._over = False
        self._hung_up = False
        self._gone = False  # and the dialogue knows
        self._listening = False
        self._concluded = Conclusion(Outcome.FAILED, Category.CONSULTATION, Reason.AGENT_FAULT)
        self._turn = TurnRecord(number=1, started=ports.clock.now())
        self._answered: TurnRecord | None = None  # the caller waits for our first word
        self._late: TurnRecord | None = None  # its timing came after it was written
        self._spoken_until = 0.0

    # --- what happens outside and is told to the conversation

    def ear_reports(self, report: EarReport) -> None:
        at = self._ports.clock.now()
        self._listening = False
        if not isinstance(report, EarNothing) and self._turn.expect is Slot.STATEMENT:
            self._stated += [report.span] if report.span is not None else []
        if isinstance(report, EarHeard):
            self._note_heard(report)
            self._inbox.put_nowait(
                ev.Heard(
                    at,
                    report.understanding,
                    report.marks,
                    cut_off=report.cut_off,
                    far=report.far,
                    seconds=report.seconds,
                )
            )
        elif isinstance(report, EarNothing):
            self._notice("nothing_heard", noise=report.noise)
            self._inbox.put_nowait(ev.NothingHeard(at, report.noise, report.cut_off))
        else:
            self._inbox.put_nowait(ev.RecogniserFailed(at))

    def key_pressed(self, key: str) -> None:
        self._turn.keys += key
        self._spoken_until = self._ports.clock.monotonic()
        self._notice("key")
        marks = self._ports.mouth.marks
        self._ports.mouth.stop()
        self._inbox.put_nowait(ev.KeyPressed(self._ports.clock.now(), key, marks))

    def take_over(self) -> None:
        """A supervisor wants the call to be with a person."""
        self._ports.mouth.stop()
        self._inbox.put_nowait(ev.TakenOver(self._ports.clock.now()))

    def line_closed(self) -> None:
        if not self._hung_up:
            self._hung_up = True
            self._ports.ear.close()
            self._inbox.put_nowait(ev.HungUp(self._ports.clock.now()))

    def first_frame(self) -> None:
        """The mouth's first speech frame after silence has left: the caller's wait is over."""
        record, self._answered = self._answered, None
        if record is not None and self._spoken_until:
            waited = self._ports.clock.monotonic() - self._spoken_until
            record.timings.first_frame = waited
            self._spoken_until = 0.0
            self._notice("latency", seconds=_seconds(record.timings))
            self._late = record

    def prompt_finished(self) -> None:
        self._notice("prompt_finished")

    # --- the loop

    async def run(self) -> Conclusion:
        clock, facts, lists = self._ports.clock, self._facts, self._ports.lists
        self._notice("call_started", caller_last_four=facts.caller[-4:])
        self._inbox.put_nowait(
            ev.CallStarted(
                clock.now(), facts.call_id, facts.caller, lists.hospitals, lists.hospitals_with
            )
        )
        ends_at = clock.monotonic() + facts.longest
        try:
            await self._converse(ends_at)
        except BaseException:
            await self._finish_turn()  # the turn that broke the call is the one to look at
            raise
        finally:
            await self._end_crisis_call()
        self._ports.ear.close()
        await self._finish_turn()
        done = self._concluded
        self._notice(
            "call_ended",
            outcome=done.outcome.value,
            category=done.category.value,
            reason=done.reason.value,
        )
        return done

    async def _converse(self, ends_at: float) -> None:
        clock = self._ports.clock
        winding_up = False
        while not self._over:
            if self._answers:
                await self._take(self._answers.popleft())
                continue
            try:
                async with asyncio.timeout(max(0.0, ends_at - clock.monotonic())):
                    event = await self._inbox.get()
            except TimeoutError:
                if winding_up:
                    log.error("call %s did not wind up; ending it", self._facts.call_id)
                    break
                winding_up = True
                ends_at = clock.monotonic() + AFTER_LIMIT
                event = ev.TimeLimit(clock.now())
            await self._take(event)

    async def _take(self, event: ev.Event) -> None:
        before = self._ports.clock.monotonic()
        if isinstance(event, ev.CrisisLineAnswered):
            self._ports.mouth.stop()  # who waits in silence for the caller is not kept waiting
        self._state, commands = reduce(self._state, event)
        if _ends_turn(event, commands):
            # The caller has acted: this turn holds what was asked, heard and decided.
            self._turn.timings.dialogue = self._ports.clock.monotonic() - before
            self._turn.commands.extend(commands)
            self._answered = self._turn
            await self._finish_turn()
        else:
            self._turn.commands.extend(c for c in commands if not isinstance(c, do.Say))
        self._notice("did", commands=[type(command).__name__ for command in commands])
        for command in commands:
            if self._over:
                break
            await self._carry_out(command)
        self._gone = self._gone or isinstance(event, ev.HungUp)
        if self._gone:
            # What was asked of others before or because of it is still taken note of.
            self._over = self._over or not self._answers
        elif self._stranded():
            log.error(
                "call %s: the dialogue left the caller without a turn after %s",
                self._facts.call_id,
                type(event).__name__,
            )
            await self._transfer(do.Transfer(Reason.AGENT_FAULT))

    def _stranded(self) -> bool:
        """Nobody speaks next: no listening turn, nothing to answer, and the caller still there."""
        pending = self._answers or not self._inbox.empty()
        return not (self._over or self._listening or self._hung_up or pending)

    async def _finish_turn(self) -> None:
        """Write the turn in progress and open the next one."""
        now = self._ports.clock.now()
        late, self._late = self._late, None
        if late is not None:
            await self._ports.log.turn(late.finished(now))
        done = self._turn
        if not done.empty:
            self._turn = TurnRecord(number=done.number + 1, started=now)
            await self._ports.log.turn(done.finished(now))

    # --- commands

    async def _carry_out(self, command: do.Command) -> None:
        ports = self._ports
        match command:
            case do.Say():
                self._say(command)
            case do.Listen():
                await self._listen(command)
            case do.ReleaseHold(hold_id):
                await self._core.release(hold_id)
            case do.ChangeVoice(rate, gain_db):
                ports.mouth.change_voice(rate, gain_db)
            case do.Transfer():
                await self._transfer(command)
            case do.RecordCallback():
                self._answers.append(await self._for_later.call_back(command))
            case do.SendText():
                await self._for_later.send_text(command)
            case do.CallCrisisLine():
                self._call_crisis_line()
            case do.JoinCrisisLine():
                await self._join_crisis_line(command)
            case do.OpenTicket():
                self._answers.append(await self._open_ticket(command))
            case do.KeepStatement(ticket):
                await self._open_ticket(ticket)
            case do.KeepQuestion() | do.KeepScore() | do.KeepRemark():
                await self._for_later.keep(command)
            case do.HangUp():
                await self._drain()
                self._over = True
                await ports.line.hang_up()
            case do.Conclude(outcome, category, reason):
                self._concluded = Conclusion(outcome, category, reason)
                await ports.log.concluded(outcome, category, reason)
            case _:
                async with self._filler.covering():
                    answer = await self._core.ask(command)
                self._answers.append(answer)

    def _still_busy(self) -> None:
        """The caller waits for an answer of the core and hears nothing."""
        self._state, commands = reduce(self._state, ev.Delayed(self._ports.clock.now()))
        for command in commands:
            if isinstance(command, do.Say):
                self._say(command)

    async def _open_ticket(self, ticket: do.OpenTicket) -> ev.Event:
        stated = StatedIn(self._facts.caller, self._facts.recording, tuple(self._stated))
        self._stated.clear()
        return await self._for_later.open_ticket(ticket, stated)

    def _say(self, command: do.Say) -> None:
        self._turn.asked.append(command)
        self._notice("said", prompt=command.prompt, text=command.masked_text)
        self._ports.mouth.say(command)

    async def _listen(self, command: do.Listen) -> None:
        if self._hung_up:
            return
        question = await self._ports.lists.question(command, self._ports.clock.now().date())
        # The first hint of a day builds its list of days: tenths of a second, not on the loop.
        hint = await asyncio.to_thread(hint_of, question)
        self._turn.expect = command.expect
        self._listening = True
        self._filler.callers_turn()
        self._notice("listening", expect=command.expect.value)
        self._ports.ear.listen(command, question, hint)

    async def _transfer(self, command: do.Transfer) -> None:
        if not await self._leave(command.reason, command.handover):
            return
        if await self._ports.line.transfer(command.reason):
            self._over = True
        elif not self._hung_up:
            self._answers.append(ev.TransferEnded(self._ports.clock.now(), answered=False))

    async def _leave(self, reason: Reason, handover: do.Handover) -> bool:
        """The last words before a person takes over; False where the caller is gone."""
        self._ports.ear.close()
        self._listening = False
        await self._for_later.hand_over(reason, handover)
        await self._drain()
        if self._hung_up:
            return False
        self._notice("transfer", reason=reason.value)
        return True

    def _call_crisis_line(self) -> None:
        async def call() -> None:
            try:
                answered = await self._ports.line.call_crisis_line()
            except Exception:  # whatever it is, the caller is not left waiting for nobody
                log.exception("call %s: the crisis line was not called", self._facts.call_id)
                answered = False
            at = self._ports.clock.now()
            event = ev.CrisisLineAnswered(at) if answered else ev.CrisisLineUnanswered(at)
            self._inbox.put_nowait(event)

        if self._crisis_line is None or self._crisis_line.done():
            self._notice("crisis_line_called")
            self._crisis_line = asyncio.create_task(call())

    async def _join_crisis_line(self, command: do.JoinCrisisLine) -> None:
        if not await self._leave(Reason.CRISIS, command.handover):
            return
        if await self._ports.line.join_crisis_line():
            self._over = True
        elif not self._hung_up:
            self._answers.append(ev.CrisisLineLost(self._ports.clock.now()))

    async def _end_crisis_call(self) -> None:
        """Nobody is called for a caller who is gone."""
        if self._crisis_line is not None:
            self._crisis_line.cancel()
            await asyncio.wait({self._crisis_line})

    async def _drain(self) -> None:
        try:
            async with asyncio.timeout(DRAIN_LIMIT):
                await self._ports.mouth.drained()
        except TimeoutError:
            log.error("call %s: speech did not end within its limit", self._facts.call_id)

    # --- notes for the log and whoever watches

    def _note_heard(self, report: EarHeard) -> None:
        turn = self._turn
        turn.heard = report.recognition.hypotheses
        turn.understanding = report.understanding
        turn.marks = report.marks
        turn.timings = report.timings
        self._spoken_until = report.spoken_until
        # Digits of an ID number or a code stay out of every notice: the meaning shows their count.
        # A statement is in its ticket only.
        private = (
            bool(report.understanding.id_number)
            or turn.expect in PRIVATE_SLOTS
            or turn.expect is Slot.STATEMENT
        )
        self._notice(
            "heard",
            engine=report.recognition.engine,
            hypotheses=[]
            if private
            else [[h.text, round(h.confidence, 2)] for h in report.recognition.hypotheses],
            masked=private,
        )
        self._notice("understood", meaning=meaning_view(report.understanding))

    def _notice(self, kind: str, **fields: object) -> None:
        self._ports.observer.notice(kind, self._facts.call_id, fields)


def _ends_turn(event: ev.Event, commands: tuple[do.Command, ...]) -> bool:
    """Whether the caller's part of a turn is over. A key that only opens the ear again (one digit
    of many) is not the end of it."""
    if isinstance(event, ev.KeyPressed):
        return any(not isinstance(command, do.Listen) for command in commands)
    return isinstance(event, ev.Heard | ev.NothingHeard | ev.RecogniserFailed | ev.HungUp)


def _seconds(timings: TurnTimings) -> dict[str, float]:
    hops = ("endpointing", "recognition", "understanding", "dialogue", "first_frame")
    return {hop: round(getattr(timings, hop), 3) for hop in hops}

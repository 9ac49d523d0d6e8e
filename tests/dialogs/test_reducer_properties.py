"""Random conversations: whatever is said, keyed, left out or answered, the promises hold."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs import commands as do
from dialogs import events as ev
from dialogs.outcomes import Outcome
from dialogs.readback import READ_BACK_END
from dialogs.state import CALLERS_TURN, OVER, Step
from grammars.meaning import Answer
from tests.dialogs.random_shell import (
    HOSPITALS,
    NOW,
    Ledger,
    answer_to,
    apt_answer,
    understandings,
)

_STEPS = 70


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_every_conversation_keeps_its_promises(data: st.DataObject) -> None:
    """Some thousand steps in all: nothing is booked without a yes to the whole read-back, the
    caller always has a turn, a goodbye or a person, and the strikes end every circle."""
    ledger = Ledger(chaos=data.draw(st.sampled_from((1, 2, 5)), label="chaos in ten"))
    ledger.send(ev.CallStarted(NOW, "call-1", "13800000000", HOSPITALS))
    for _ in range(_STEPS):
        if ledger.over or (ledger.hung_up and not ledger.awaiting):
            break
        if ledger.awaiting:
            if not ledger.hung_up and data.draw(st.integers(0, 80), label="hangs up") == 80:
                _hang_up(ledger)
                continue
            event = answer_to(data, ledger, ledger.awaiting.pop(0))
            ledger.send(event)
        else:
            _caller_acts(data, ledger)
        _check_whose_turn_it_is(ledger)
    if not ledger.over and not ledger.hung_up and not ledger.awaiting:
        _hang_up(ledger)
    _check_how_it_ended(ledger)


def _caller_acts(data: st.DataObject, ledger: Ledger) -> None:
    """One event of the caller, and what it may lead to."""
    before = ledger.state
    played = data.draw(st.integers(0, len(ledger.marks)), label="marks played")
    marks = frozenset(ledger.marks[:played])
    if played < len(ledger.marks) and data.draw(st.booleans(), label="hears it out"):
        marks = frozenset(ledger.marks)
    kinds = ("say",) * (10 - ledger.chaos) + ("key", "key", "nothing", "end")[: ledger.chaos]
    kind = data.draw(st.sampled_from(kinds), label="kind")
    event: ev.Event
    agreed = False
    if kind == "say":
        if data.draw(st.integers(1, 10), label="answers aptly") > ledger.chaos:
            understood = data.draw(apt_answer(before.step, ledger.choices), label="apt")
        else:
            understood = data.draw(understandings(ledger.choices), label="understood")
        event = ev.Heard(NOW, understood, marks)
        best = next(iter(understood.confirm), None)
        agreed = best is not None and best.value is Answer.YES and not understood.backchannel
    elif kind == "key":
        event = ev.KeyPressed(NOW, data.draw(st.sampled_from("0123456789*#")), marks)
        agreed = event.key == "1"
    elif kind == "nothing":
        event = ev.NothingHeard(NOW, data.draw(st.booleans()))
    elif data.draw(st.integers(0, 20), label="really") == 20:
        _hang_up(ledger)
        return
    else:
        return
    commands = ledger.send(event)
    for command in commands:
        if isinstance(command, do.ConfirmBooking):
            assert before.step is Step.READ_BACK, "a booking follows the read-back only"
            assert agreed, "nothing is booked without an explicit yes"
            assert READ_BACK_END in marks, "the last slot had been played"


def _hang_up(ledger: Ledger) -> None:
    confirming = ledger.state.step is Step.CONFIRMING
    transferred = ledger.state.step is Step.TRANSFERRED
    ledger.send(ev.HungUp(NOW))
    ledger.hung_up = True
    if transferred:
        ledger.awaiting.clear()
    elif not confirming:
        assert not ledger.holds, "hanging up gives the place back"
        # A hold on its way when the caller hung up still arrives.
        ledger.awaiting = [c for c in ledger.awaiting if isinstance(c, do.PlaceHold)]


def _check_whose_turn_it_is(ledger: Ledger) -> None:
    state = ledger.state
    assert state.step is not Step.DECIDE
    assert len(ledger.awaiting) <= 1, "one question to the shell at a time"
    if ledger.hung_up or state.step is Step.ENDED:
        return
    if state.step in CALLERS_TURN:
        assert not ledger.awaiting, "the caller and the shell do not both have the turn"
        assert not ledger.spoken, "whatever was said ended in listening"
        assert max(state.strikes.values(), default=0) <= 2, "the third strike goes to a person"
        assert state.turns <= state.policy.limits.turns
    else:
        assert ledger.awaiting, f"nobody has the turn at {state.step}"
    if state.hold is not None and state.step not in OVER:
        assert set(ledger.holds) == {state.hold.id}, "no hold is forgotten"


def _check_how_it_ended(ledger: Ledger) -> None:
    if ledger.awaiting or not (ledger.over or ledger.hung_up):
        return
    assert ledger.conclusions, "every call has an outcome"
    if any(c.outcome is Outcome.BOOKED for c in ledger.conclusions):
        assert ledger.booked_keys
        assert ledger.conclusions[-1].outcome is Outcome.BOOKED, "a booking stays the outcome"
    if ledger.over:
        assert not ledger.holds, "a goodbye leaves no hold behind"

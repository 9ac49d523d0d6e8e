"""Random conversations: whatever is said, keyed, left out or answered, the promises hold.

Hypothesis draws the seed of a conversation and prints it when a promise is broken.
"""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import commands as do
from dialogs import events as ev
from dialogs.outcomes import Outcome, Reason
from dialogs.readback import READ_BACK_END, first_free
from dialogs.state import CALLERS_TURN, CALLING_BACK, CARRYING_OUT, OVER, Step
from grammars.meaning import Answer
from tests.dialogs.promises import Ledger, all_read_back
from tests.dialogs.random_caller import apt_answer, chatter, stubborn_answer
from tests.dialogs.random_shell import answer_to
from tests.dialogs.random_world import HOSPITALS, HOSPITALS_WITH, NOW

_FOR_GOOD = (Outcome.BOOKED, Outcome.CANCELLED, Outcome.CHANGED)
# At least 10,000 events in all: many conversations end early, so there are several to a seed.
_SEEDS = 100
_EVENTS = 100  # at least, for each seed
_LONGEST = 80
# The core broke while booking: the place may be booked, so it is left to the hold's expiry.
_UNKNOWN = Reason.CORE_UNAVAILABLE


@settings(max_examples=_SEEDS, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_conversation_keeps_its_promises(seed: int) -> None:
    """Nothing is booked without a yes to the whole read-back, the caller always has a turn, a
    goodbye or a person, the strikes end every circle, and no hold is forgotten."""
    chance = Random(seed)
    events = 0
    while events < _EVENTS:
        events += _converse(chance)


def _converse(chance: Random) -> int:
    """One conversation; how many events it took."""
    sense = chance.choice((0.5, 0.8, 0.95))  # how often the caller answers the question
    habit = chance.random() if chance.random() < 0.3 else None
    hangs_up_after = chance.randint(1, _LONGEST)
    ledger = Ledger()
    caller = chance.choice(("13800000000", "02583600001", ""))
    ledger.send(ev.CallStarted(NOW, "call-1", caller, HOSPITALS, HOSPITALS_WITH))
    while not ledger.over and not (ledger.hung_up and not ledger.awaiting):
        if ledger.events >= hangs_up_after and not ledger.hung_up:
            _hang_up(ledger)
        elif ledger.crisis_line_rings and not ledger.awaiting and chance.random() < 0.2:
            ledger.crisis_line_rings = False
            answers = (ev.CrisisLineAnswered(NOW), ev.CrisisLineUnanswered(NOW))
            ledger.send(chance.choice(answers))
        elif ledger.awaiting and chance.random() < 0.02:
            ledger.send(ev.KeyPressed(NOW, chance.choice("01#*"), frozenset()))
        elif ledger.awaiting:
            ledger.send(answer_to(chance, ledger, ledger.awaiting.pop(0)))
        else:
            _caller_acts(chance, sense, habit, ledger)
        _check_whose_turn_it_is(ledger)
    _check_how_it_ended(ledger)
    return ledger.events


def _caller_acts(chance: Random, sense: float, habit: float | None, ledger: Ledger) -> None:
    """One event of the caller, and the booking it may lead to; with a `habit` it is the same answer
    to the same question every time, and a no to whatever is read back."""
    before = ledger.state
    played = len(ledger.marks) if chance.random() < 0.7 else chance.randint(0, len(ledger.marks))
    marks = frozenset(ledger.marks[:played])
    event: ev.Event
    agreed = False
    if habit is not None and chance.random() < sense:
        said = stubborn_answer(habit, before.step, ledger.choices)
        event = ev.Heard(NOW, said, marks)
    elif chance.random() < sense:
        said = apt_answer(chance, before.step, ledger.choices)
        event = ev.Heard(NOW, said, marks)
    else:
        said = chatter(chance, ledger.choices)
        event = chance.choice(
            (
                ev.Heard(NOW, said, marks),
                ev.KeyPressed(NOW, chance.choice("0123456789*#"), marks),
                ev.NothingHeard(NOW, chance.random() < 0.5),
            )
        )
    if isinstance(event, ev.Heard):
        best = next(iter(said.confirm), None)
        agreed = best is not None and best.value is Answer.YES and not said.backchannel
    elif isinstance(event, ev.KeyPressed):
        agreed = event.key == "1"
    heard_it_all = _heard_before(ledger, event) or READ_BACK_END in marks
    if agreed and heard_it_all:
        _note_agreement(ledger)
    proves = isinstance(event, ev.Heard) and _proves(ledger, event)
    for command in ledger.send(event):
        step = _AGREED_AT.get(type(command))
        if step is not None:
            assert before.step is step, "it follows its own read-back only"
            assert agreed, "nothing is done without an explicit yes"
            assert heard_it_all, "the last slot had been played"
            kept = isinstance(event, ev.Heard) and event.understanding.keep
            assert not kept or step is Step.READ_BACK, "不退了 and 不改了 are no yes"
    if ledger.state.identified and not before.identified and isinstance(event, ev.Heard):
        assert before.step is Step.PROOF, "a known telephone proves nothing"
        assert proves, "nor does anything but the birth date or a code"


def _heard_before(ledger: Ledger, event: ev.Event) -> bool:
    """Whether key 1 is pressed to what was read back to its end before and is the same still."""
    if ledger.state.step is not Step.READ_BACK:
        return False
    said = all_read_back(ledger.state)
    before = ledger.heard_whole == said
    silent = isinstance(event, ev.NothingHeard) and ledger.state.waiting_since is None
    ends = silent or READ_BACK_END in getattr(event, "marks", ())
    ledger.heard_whole = said if before or ends else None
    return before and isinstance(event, ev.KeyPressed)


def _proves(ledger: Ledger, event: ev.Heard) -> bool:
    """Whether what was said is the birth date of the ID number or the code of a coming booking."""
    known = {ledger.state.id_number[6:14], *(booking.code for booking in ledger.coming)}
    return any(each.value in known for each in event.understanding.proof)


# What cannot be taken back, and the read-back that it must follow.
_AGREED_AT = {
    do.ConfirmBooking: Step.READ_BACK,
    do.CancelBooking: Step.CANCEL_BACK,
    do.MoveBooking: Step.CHANGE_BACK,
}


def _note_agreement(ledger: Ledger) -> None:
    """The caller says yes to all of what is being read back."""
    state = ledger.state
    if state.step is Step.READ_BACK and state.hold is not None:
        ledger.agreed = (state.hold.session.id, state.hold.start)
    elif state.step in (Step.CANCEL_BACK, Step.CHANGE_BACK) and state.chosen is not None:
        ledger.agreed_to = state.chosen.code
        if state.step is Step.CHANGE_BACK and state.session is not None:
            ledger.agreed = (state.session.id, first_free(state.session).start)


def _hang_up(ledger: Ledger) -> None:
    step = ledger.state.step
    ledger.send(ev.HungUp(NOW))
    ledger.hung_up = True
    if ledger.state.step is Step.OPENING_TICKET:
        assert not ledger.holds, "who states something has no place held"
    elif step is Step.TRANSFERRED:
        ledger.awaiting.clear()
        ledger.holds.clear()  # kept on purpose: the person may be about to use it
    elif step not in CARRYING_OUT:
        assert not ledger.holds, "hanging up gives the place back"
        # A hold on its way when the caller hung up still arrives.
        ledger.awaiting = [c for c in ledger.awaiting if isinstance(c, do.PlaceHold)]


def _check_whose_turn_it_is(ledger: Ledger) -> None:
    state = ledger.state
    assert state.step is not Step.DECIDE
    asked = [c for c in ledger.awaiting if not isinstance(c, do.Transfer | do.JoinCrisisLine)]
    assert len(asked) <= 1, "one question to the shell at a time"
    if ledger.hung_up or state.step is Step.ENDED:
        return
    if state.step in CALLERS_TURN:
        # Who pressed 0 while the core was asked may be offered a call-back; its answer is too late.
        late = state.step in CALLING_BACK
        assert late or not ledger.awaiting, "the caller and the shell do not both have the turn"
        assert not ledger.spoken, "whatever was said ended in listening"
        # Or to the one name that was nearly understood, which is asked back first.
        most = 3 if state.step is Step.CHECK else 2
        assert max(state.strikes.values(), default=0) <= most, "the third strike goes to a person"
        assert state.turns <= state.policy.limits.turns
    else:
        assert ledger.awaiting, f"nobody has the turn at {state.step}"
    if state.hold is not None and state.step not in OVER:
        assert set(ledger.holds) == {state.hold.id}, "no hold is forgotten"


def _check_how_it_ended(ledger: Ledger) -> None:
    assert ledger.conclusions, "every call has an outcome"
    done = [c.outcome for c in ledger.conclusions if c.outcome in _FOR_GOOD]
    assert ledger.asked_to.issuperset(done), "what is said to be done was done"
    if done:
        assert ledger.conclusions[-1].outcome is done[-1], "what was done last stays the outcome"
    if ledger.state.step is Step.ENDED and ledger.conclusions[-1].reason is not _UNKNOWN:
        assert not ledger.holds, "no hold stays behind"

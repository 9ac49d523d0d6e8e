"""Words of despair: the caller is listened to while the crisis line's people are called.

No script, no question, no strike and no music: after each thing the caller says a short
sentence shows that somebody listens. The sentences are data (wording.yaml, `crisis`) and
are to be reviewed by the crisis line's professionals. When one of them answers, the two
are joined; when nobody does, the numbers that always answer are said and it is tried again.
"""

from __future__ import annotations

from dialogs import steering
from dialogs.commands import CallCrisisLine, Command, JoinCrisisLine, KeepStatement, ReleaseHold
from dialogs.events import (
    CrisisLineAnswered,
    CrisisLineLost,
    CrisisLineUnanswered,
    Heard,
)
from dialogs.flows.transfer import to_person
from dialogs.handover import handover_of
from dialogs.outcomes import Outcome, Reason
from dialogs.questions import Manner, ask
from dialogs.state import Step
from dialogs.stated import ticket_for
from dialogs.turn import Turn
from grammars import meaning

_VOICE = frozenset({meaning.Command.SLOWER, meaning.Command.LOUDER})


def begin(turn: Turn) -> None:
    """Leave whatever was being done; call, and listen."""
    if turn.state.hold is not None:
        turn.do(ReleaseHold(turn.state.hold.id))
    turn.set(
        crisis=True,
        hold=None,
        offer=None,
        check=None,
        text=None,
        waiting_since=None,
        strikes={},
        steering=0,
    )
    # Who hangs up now was not joined with anybody.
    turn.conclude(Outcome.ABANDONED, Reason.CRISIS)
    turn.go(Step.CRISIS)
    turn.do(*_call(turn))
    turn.say("crisis_begin")
    ticket = ticket_for(turn)
    if ticket is not None:
        turn.do(KeepStatement(ticket))
    ask(turn)


def heard(turn: Turn, event: Heard) -> None:
    """Listening is the answer. Signs of danger to life are answered with 120, once a turn."""
    said = event.understanding
    command = steering.command_in(turn.state, said)
    turn.set(steering=0, waiting_since=None)
    turn.do(*_call(turn))
    if command in _VOICE:
        steering.obey(turn, command)
        return
    if said.danger:
        turn.say("crisis_danger")
    elif command is meaning.Command.OPERATOR:
        turn.say("crisis_coming")
    ask(turn)


def nothing_heard(turn: Turn) -> None:
    """A silence, or words that were not recognised: stay near."""
    turn.do(*_call(turn))
    ask(turn, Manner.STRIKE)


def key_pressed(turn: Turn) -> None:
    """Whatever the key: the person who is wanted is being called."""
    turn.do(*_call(turn))
    turn.say("crisis_coming")
    ask(turn)


def answered(turn: Turn, event: CrisisLineAnswered) -> None:
    turn.set(crisis_ringing=False)
    turn.conclude(Outcome.TRANSFERRED, Reason.CRISIS)
    turn.say("crisis_joined", barge_in=False)
    turn.go(Step.TRANSFERRED, JoinCrisisLine(handover_of(turn.state)))


def lost(turn: Turn, event: CrisisLineLost) -> None:
    """The person was gone again before the two were joined."""
    turn.conclude(Outcome.ABANDONED, Reason.CRISIS)
    turn.go(Step.CRISIS)
    turn.do(*_call(turn))
    turn.say("crisis_lost")
    ask(turn)


def unanswered(turn: Turn, event: CrisisLineUnanswered) -> None:
    """Say who always answers, and stay. The next round begins with the caller's next turn."""
    turn.set(crisis_ringing=False)
    turn.say("crisis_numbers")
    ask(turn)


def time_is_up(turn: Turn) -> None:
    """The longest call is over: the operators are people too, and their queue is the last try."""
    to_person(turn, Reason.CRISIS)


def _call(turn: Turn) -> tuple[Command, ...]:
    """Call them, unless they are being called or were called often enough."""
    state = turn.state
    if state.crisis_ringing or state.crisis_rounds >= state.policy.limits.crisis_rounds:
        return ()
    turn.set(crisis_ringing=True, crisis_rounds=state.crisis_rounds + 1)
    return (CallCrisisLine(),)

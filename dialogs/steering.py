"""Words that steer instead of answering: say it again, slower, louder, wait, back."""

from __future__ import annotations

from typing import Any

from dialogs.commands import ChangeVoice
from dialogs.flows import check, offer, read_back
from dialogs.questions import ask, listen
from dialogs.repair import Fault, strike
from dialogs.slots import reopen
from dialogs.state import State, Step
from dialogs.turn import Turn
from grammars.meaning import Command, Scored, Understanding


def command_in(state: State, heard: Understanding) -> Command | None:
    """The steering word of an utterance, unless it answers the question better."""
    if not heard.command:
        return None
    best = heard.command[0]
    threshold = state.policy.thresholds.command
    if best.confidence < threshold.accept:
        return None
    if best.value is Command.OPERATOR:
        return best.value
    answer = max((0.0, *_answers(state, heard)))
    return None if answer > best.confidence else best.value


def obey(turn: Turn, command: Command) -> None:
    """Carry out any steering word but OPERATOR; the question is put again in other words."""
    steering = turn.state.steering + 1
    turn.set(steering=steering)
    if steering > turn.state.policy.limits.steering:
        strike(turn, Fault.NO_MATCH)
        return
    if command is Command.BACK:
        back(turn)
        return
    if command is Command.WAIT:
        turn.set(waiting=1)
        turn.say("wait")
        listen(turn, patience="wait")
        return
    if command is Command.SLOWER:
        _change_voice(turn, slower=True)
    elif command is Command.LOUDER:
        _change_voice(turn, slower=False)
    turn.set(read_back_played=frozenset())
    ask(turn)


def back(turn: Turn) -> None:
    """Reopen the slot before this question."""
    step = turn.state.step
    if step is Step.CHECK:
        check.reject(turn)
    elif step is Step.OFFER:
        offer.decline(turn)
    elif step is Step.READ_BACK:
        read_back.say_no(turn)
    elif step in _SLOT_BEFORE:
        reopen(turn, _SLOT_BEFORE[step])
        turn.decide()
    else:
        ask(turn)


def still_waiting(turn: Turn, *, silent: bool) -> None:
    """The caller asked for time: a soft sign of life now and then, then the question again."""
    waited = turn.state.waiting
    if waited > turn.state.policy.limits.signs_of_life:
        turn.set(waiting=0)
        ask(turn)
        return
    turn.set(waiting=waited + 1)
    if not silent:
        turn.say("still_here")
    listen(turn, patience="wait")


# The slot that the question before this one asked for.
_SLOT_BEFORE = {
    Step.DEPARTMENT: "hospital",
    Step.DOCTOR: "department",
    Step.DATE: "department",
    Step.ID_NUMBER: "date",
    Step.NAME: "id_number",
}


def _change_voice(turn: Turn, *, slower: bool) -> None:
    voice = turn.state.policy.voice
    rate, gain = turn.state.rate, turn.state.gain_db
    if slower:
        rate = max(voice.slowest, round(rate - voice.slower_by, 3))
    else:
        gain = min(voice.loudest_db, gain + voice.louder_by_db)
    turn.set(rate=rate, gain_db=gain)
    turn.do(ChangeVoice(rate, gain))
    turn.say("slower" if slower else "louder")


def _answers(state: State, heard: Understanding) -> list[float]:
    """Confidences of what answers the current question by name or number."""
    lists: dict[Step, tuple[Scored[Any], ...]] = {
        Step.TASK: heard.task,
        Step.HOSPITAL: heard.hospital,
        Step.DEPARTMENT: heard.department,
        Step.DOCTOR: heard.doctor,
        Step.DATE: heard.date,
        Step.OFFER: heard.choice,
        Step.ID_NUMBER: heard.id_number,
    }
    return [each.confidence for each in lists.get(state.step, ())[:1]]

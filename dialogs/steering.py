"""Words that steer instead of answering: say it again, slower, louder, wait, back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from dialogs.commands import ChangeVoice
from dialogs.flows import cancel, change, check, offer, read_back
from dialogs.offers import named_option
from dialogs.questions import Manner, ask, listen
from dialogs.repair import Fault, strike
from dialogs.slots import answer_of, read, reopen
from dialogs.state import State, Step
from dialogs.turn import Turn
from grammars.meaning import Answer, Command, Scored, Task, Understanding

_GROUP = 4
_PLAINLY = 0.9
_MUCH_SURER = 0.2
# Where something is offered once all is done: to hear it again, a text message, anything else.
_A_NO_DECLINES = frozenset({Step.BOOKED, Step.ANYTHING_ELSE, Step.PHONE_NUMBER})
_WANTS_NONE = re.compile("不[用要必]|没有?了")


def command_in(state: State, heard: Understanding) -> Command | None:
    """The steering word of an utterance, unless it answers the question better."""
    if not heard.command:
        return None
    best = heard.command[0]
    threshold = state.policy.thresholds.command
    if best.confidence < threshold.accept:
        return None
    if best.value is Command.OPERATOR:
        return best.value if wants_a_person(state, heard) else None
    if best.value is Command.READY:
        # 找到了, of a card that she went for without telling us.
        awaited = state.waiting_since is not None or state.step in (Step.ID_NUMBER, Step.PROOF)
        return best.value if awaited else None
    doubted = heard.confidence < state.policy.thresholds.heard
    if best.value is Command.GOODBYE and doubted and heard.confirm:
        return None  # 我对你, which is 对的 and sounds like a goodbye: nobody is sent away by that
    if best.value is Command.REPEAT and _is_a_number(heard):
        return None  # 我再说一遍, and it is said once more
    answer = max((0.0, *_answers(state, heard)))
    if best.value is Command.WAIT and _has_decided(state, heard):
        return None
    return None if answer > best.confidence else best.value


def wants_a_person(state: State, heard: Understanding) -> bool:
    """人工, if only just: who wants a person is not to be kept. What hardly sounds so (确诊, of
    which 客户 was a lesser hypothesis) gives way to a much surer answer to the question."""
    limits = state.policy.thresholds
    command = _confidence(heard.command, Command.OPERATOR)
    task = _confidence(heard.task, Task.OPERATOR)
    if command < limits.command.accept and task < limits.task.confirm:
        return False
    sure = max(command, task)
    if sure >= _PLAINLY or state.step in (Step.TASK, Step.ANYTHING_ELSE):
        return True
    return all(answer < sure + _MUCH_SURER for answer in _answers(state, heard))


def _confidence(scored: Sequence[Scored[Any]], value: Command | Task) -> float:
    """Of `value`, where it is the likeliest; else 0."""
    return next((each.confidence for each in scored[:1] if each.value is value), 0.0)


def _has_decided(state: State, heard: Understanding) -> bool:
    """我想想啊，就第一个; 我想想啊，不用了: the thinking is over with that."""
    if heard.goes_on or heard.clinic or heard.no_preference or read(state, heard):
        return True
    if state.step is Step.OFFER:
        return named_option(state, heard, sure=False) is not None
    if state.step is Step.ID_NUMBER:
        return _says_a_group(state, heard)
    if state.step in _A_NO_DECLINES and _WANTS_NONE.search(heard.text):
        limits = state.policy.thresholds
        return answer_of(heard, limits.confirm, limits.margin) is Answer.NO
    least = state.policy.thresholds.task.accept
    return state.step is Step.TASK and any(each.confidence >= least for each in heard.task[:1])


def _says_a_group(state: State, heard: Understanding) -> bool:
    """Four digits more of the ID number: 等 is heard in many a syllable of them."""
    best, least = next(iter(heard.id_number), None), state.policy.thresholds.id_number.confirm
    if best is None or best.confidence < least:
        return False
    return len(best.value.digits) >= len(state.id_digits) + _GROUP


def _is_a_number(heard: Understanding) -> bool:
    best = next(iter(heard.id_number), None)
    return best is not None and best.value.complete and best.value.valid


def obey(turn: Turn, command: Command) -> None:
    """Carry out any steering word but OPERATOR; the question is put again in other words."""
    steering, most = turn.state.steering + 1, turn.state.policy.limits.steering
    if command is Command.REPEAT and steering > 1:
        command = Command.UNHEARD  # 什么？ a second time: it was too soft or too fast
    turn.set(steering=steering)
    if steering > most:
        _adapt(turn, command)  # too often to go on like this, but what is wished is done
        strike(turn, None if command in _VOICE else Fault.NO_MATCH)
        turn.set(steering=most)  # each one more is a strike
        return
    if command is Command.BACK:
        back(turn)
        return
    if command is Command.WAIT:
        turn.set(waiting_since=turn.at)
        turn.say("wait")
        listen(turn, patience="wait")
        return
    _adapt(turn, command)
    turn.set(read_back_played=frozenset())
    if command in (Command.REPEAT, Command.UNHEARD):
        turn.tell_again()
    ask(turn)


_VOICE = (Command.SLOWER, Command.LOUDER, Command.UNHEARD)


def _adapt(turn: Turn, command: Command) -> None:
    """Speak as the caller wishes from now on."""
    if command is Command.SLOWER:
        _slower(turn)
        turn.set(rate_wished=True)
        turn.say("slower")
    elif command is Command.LOUDER:
        _louder(turn)
        turn.say("louder")
    elif command is Command.UNHEARD:
        _unheard(turn)


def greet(turn: Turn) -> None:
    """喂, 有人吗, 你是机器人吗: the caller wants to know who is there, and is asked once more."""
    steering = turn.state.steering + 1
    turn.set(steering=steering)
    if steering > turn.state.policy.limits.steering:
        strike(turn, Fault.NO_MATCH)
        return
    turn.say("greeted")
    ask(turn)


def put_again(turn: Turn, marks: frozenset[str], *, cut_off: bool = True) -> None:
    """A 嗯嗯, a cough or somebody in the room has cut our prompt off: it is put once more, with the
    keys that were offered. Not cut off, it is put in other words."""
    steering = turn.state.steering + 1
    turn.set(steering=steering)
    if steering > turn.state.policy.limits.steering:
        strike(turn, Fault.NOISE)
        return
    read_back.note_played(turn, marks)
    turn.tell_again()
    ask(turn, Manner.KEYPAD if cut_off and turn.state.asked_by_key else Manner.ASKED)


def back(turn: Turn) -> None:
    """Reopen the slot before this question."""
    step = turn.state.step
    if step is Step.CHECK:
        check.reject(turn)
    elif step is Step.OFFER:
        offer.decline(turn)
    elif step in _NO:
        _NO[step](turn)
    elif step in _SLOT_BEFORE:
        reopen(turn, _SLOT_BEFORE[step])
        turn.decide()
    else:
        ask(turn)


def still_waiting(turn: Turn, *, silent: bool) -> None:
    """The caller asked for time: a soft sign of life now and then, then the question again."""
    since = turn.state.waiting_since
    assert since is not None, "only a caller who asked for time is waited for"
    if (turn.at - since).total_seconds() >= turn.state.policy.limits.longest_wait:
        turn.set(waiting_since=None)
        ask(turn)
        return
    if not silent:
        turn.say("still_here")
    listen(turn, patience="wait")


_NO = {
    Step.READ_BACK: read_back.say_no,
    Step.CANCEL_BACK: cancel.say_no,
    Step.CHANGE_BACK: change.say_no,
}
# The slot that the question before this one asked for.
_SLOT_BEFORE = {
    Step.DEPARTMENT: "hospital",
    Step.DOCTOR: "department",
    Step.DATE: "department",
    Step.ID_NUMBER: "date",
    Step.NAME: "id_number",
    Step.PROOF: "id_number",
}


def _slower(turn: Turn) -> None:
    voice = turn.state.policy.voice
    _change_voice(turn, max(voice.slowest, turn.state.rate - voice.slower_by), turn.state.gain_db)


def _louder(turn: Turn) -> None:
    voice = turn.state.policy.voice
    gain = min(voice.loudest_db, turn.state.gain_db + voice.louder_by_db)
    _change_voice(turn, turn.state.rate, gain)


def _unheard(turn: Turn) -> None:
    """听不清 does not say whether too soft or too fast: louder first, then slower as well."""
    _louder(turn)
    if turn.state.unheard:
        _slower(turn)
        turn.set(rate_wished=True)
    turn.set(unheard=turn.state.unheard + 1)


def _change_voice(turn: Turn, rate: float, gain_db: float) -> None:
    rate = round(rate, 3)
    turn.set(rate=rate, gain_db=gain_db)
    turn.do(ChangeVoice(rate, gain_db))


def _answers(state: State, heard: Understanding) -> list[float]:
    """Confidences of what answers the current question by name or number."""
    lists: dict[Step, tuple[Scored[Any], ...]] = {
        Step.TASK: heard.task,
        Step.HOSPITAL: heard.hospital,
        Step.DEPARTMENT: heard.department,
        Step.DOCTOR: heard.doctor,
        Step.DATE: heard.date,
        Step.OFFER: heard.choice,
        Step.ID_NUMBER: heard.id_number or heard.document,
        Step.PROOF: heard.proof,
        Step.ANYTHING_ELSE: heard.task,
    }
    return [each.confidence for each in lists.get(state.step, ())[:1]]

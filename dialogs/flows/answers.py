"""What callers ask is answered from the file of answers, where it is known for sure; else a
person is asked."""

from __future__ import annotations

from booking_client.types import Hospital
from dialogs.answers import VoiceAnswer, voice_answers
from dialogs.flows import person_offer
from dialogs.flows.ending import ask_anything_else
from dialogs.outcomes import Outcome, Reason
from dialogs.questions import ask
from dialogs.state import Check, CheckKind, State, Step
from dialogs.turn import Turn
from grammars.meaning import Scored, Task, Understanding

_ASKING = (Task.FAQ, Task.CONSULT)

# What was asked is in what is read back, which is said whole once more.
_READ_BACK_SAYS = ("fee",)


def asked_about(state: State, said: Understanding) -> str | None:
    """The topic that is asked about for sure and that no other task outdoes."""
    topic = _best(said)
    if topic is None or topic.confidence < state.policy.thresholds.topic.accept:
        return None
    other = next((each for each in said.task if each.value not in _ASKING), None)
    return None if other is not None and _outdoes(other, topic) else topic.value


def _outdoes(task: Scored[Task], topic: Scored[str]) -> bool:
    """我要挂号 beside a question comes first; 取报告 in 怎么取报告 is a part of the question."""
    if task.value is Task.BOOK:
        asks = task.surface in topic.surface  # 挂号 in 挂号要不要钱
        return task.confidence >= topic.confidence and not asks
    return len(task.surface) >= len(topic.surface)


def begin(turn: Turn, said: Understanding) -> None:
    """Answer, ask back, or ask what the caller wants to know."""
    if not take(turn, said):
        turn.go(Step.TOPIC)
        ask(turn)


def take(turn: Turn, said: Understanding) -> bool:
    """Act on the topic of `said`; False (and nothing done) where there is none."""
    topic, threshold = _best(said), turn.state.policy.thresholds.topic
    if topic is None or topic.confidence < threshold.confirm:
        return False
    if topic.confidence >= threshold.accept:
        answer(turn, topic.value, said)
    else:
        strikes = {step: n for step, n in turn.state.strikes.items() if step is not Step.CHECK}
        check = Check(CheckKind.TOPIC, turn.state.step, topic=topic.value, said=said)
        turn.set(check=check, strikes=strikes)
        turn.go(Step.CHECK)
        ask(turn)
    return True


def answer(turn: Turn, topic: str, said: Understanding) -> None:
    """Say what is known; ask for the hospital first where the answer needs one."""
    known = voice_answers()[topic]
    hospital = _hospital(turn.state, said)
    if known.of_hospital and hospital is None:
        turn.set(topic=topic)
        turn.go(Step.TOPIC_HOSPITAL)
        ask(turn)
    else:
        tell(turn, known, hospital)


def tell(turn: Turn, known: VoiceAnswer, hospital: Hospital | None) -> None:
    """The answer, and what comes after it."""
    turn.set(task=Task.FAQ, topic="", strikes={}, steering=0)
    turn.say("answer", answer=known.spoken(hospital))
    turn.conclude(Outcome.ANSWERED, Reason.COMPLETED)
    if known.person:
        person_offer.offer(turn)
    else:
        ask_anything_else(turn)


def tell_beside(turn: Turn, topic: str, said: Understanding) -> bool:
    """Answer a question that was put instead of an answer, and put ours again. False: it needs a
    hospital that is not known."""
    if topic in _READ_BACK_SAYS and turn.state.step is Step.READ_BACK:
        turn.set(read_back_played=frozenset(), steering=turn.state.steering + 1)
        ask(turn)
        return True
    known = voice_answers()[topic]
    hospital = _hospital(turn.state, said)
    if known.of_hospital and hospital is None:
        return False
    turn.set(read_back_played=frozenset(), steering=turn.state.steering + 1)
    turn.say("answer", answer=known.spoken(hospital))
    ask(turn)
    return True


def _best(said: Understanding) -> Scored[str] | None:
    return next(iter(said.topic), None)


def _hospital(state: State, said: Understanding) -> Hospital | None:
    """The one that is named, else the one that is being booked at."""
    least = state.policy.thresholds.hospital.accept
    named = next((each.value for each in said.hospital if each.confidence >= least), None)
    return hospital_called(state, named or state.wish.hospital)


def hospital_called(state: State, name: str | None) -> Hospital | None:
    """The catalogue's entry."""
    return next((each for each in state.hospitals if each.name == name), None)

"""The satisfaction survey: some questions answered by word or key, each kept at once."""

from __future__ import annotations

from dialogs.commands import HangUp, KeepRemark, KeepScore
from dialogs.events import Heard, KeyPressed, NothingHeard
from dialogs.outcomes import Outcome, Reason
from dialogs.questions import ask
from dialogs.repair import Fault, misunderstood, nothing_heard, strike
from dialogs.slots import answer_of
from dialogs.state import Step
from dialogs.survey import shipped_survey
from dialogs.turn import Turn
from grammars.meaning import Answer, Task, Understanding
from grammars.statement import without_ending

REMARK = "remark"  # the key of the words that are asked for last
_THANKS = "survey_thanks"
_MOST_STRIKES = 2


def begin(turn: Turn, said: Understanding) -> None:
    """The caller wants to say how it was."""
    turn.say("survey_begins")
    turn.set(survey=tuple(question.key for question in shipped_survey().questions))
    _next(turn)


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    limits = turn.state.policy.thresholds
    best = next(iter(said.choice), None)
    if best is not None and best.confidence >= limits.choice.accept:
        _score(turn, shipped_survey().score_of(best.value))
    elif _is_asked_after(turn):
        _thank(turn)
    elif not _skips(turn):
        misunderstood(turn, event)


def key(turn: Turn, event: KeyPressed) -> None:
    if event.key in "12345":
        _score(turn, int(event.key))
    elif _is_asked_after(turn):
        _thank(turn)
    else:
        strike(turn, Fault.OUT_OF_RANGE)


def remark_heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    limits = turn.state.policy.thresholds
    words = without_ending(said.text)
    nothing_to_say = said.syllables <= 3 and (
        answer_of(said, limits.confirm, limits.margin) is Answer.NO
    )
    if words and not nothing_to_say and not said.backchannel:
        turn.do(KeepRemark(REMARK, words))
    _thank(turn)


def remark_nothing(turn: Turn, event: NothingHeard) -> None:
    _thank(turn)


def nothing(turn: Turn, event: NothingHeard) -> None:
    """Who was asked after the call and says nothing has answered."""
    if _is_asked_after(turn):
        _thank(turn)
    elif not _skips(turn):
        nothing_heard(turn, event)


def _skips(turn: Turn) -> bool:
    """No person is called for an answer that two other wordings did not bring."""
    if turn.state.strikes.get(Step.SURVEY, 0) < _MOST_STRIKES:
        return False
    turn.set(survey=turn.state.survey[1:], strikes={})
    _next(turn)
    return True


def _score(turn: Turn, score: int) -> None:
    key, *rest = turn.state.survey
    turn.do(KeepScore(key, score))
    turn.conclude(Outcome.ANSWERED, Reason.COMPLETED)
    turn.set(survey=tuple(rest), strikes={}, steering=0)
    _next(turn)


def _next(turn: Turn) -> None:
    if turn.state.survey:
        turn.go(Step.SURVEY)
        ask(turn)
    elif shipped_survey().remark is not None and not _is_asked_after(turn):
        turn.go(Step.REMARK)
        ask(turn)
    else:
        _thank(turn)


def _thank(turn: Turn) -> None:
    turn.say(turn.state.survey_farewell or _THANKS)
    turn.go(Step.ENDED, HangUp())


def _is_asked_after(turn: Turn) -> bool:
    return turn.state.task is not Task.SURVEY

"""The first sentence, and the open question: never a menu."""

from __future__ import annotations

from dialogs.commands import ChangeVoice
from dialogs.events import CallStarted, Heard, KeyPressed
from dialogs.flows import answers, filling, tasks, unsure
from dialogs.flows.ending import ask_whether_to_end
from dialogs.questions import ask
from dialogs.repair import Fault, misunderstood, strike
from dialogs.slots import answer_of
from dialogs.state import Step
from dialogs.turn import Turn
from grammars.meaning import Answer, Task, Understanding

_LONGEST_NO = 4  # syllables: 不用了
_PLAIN_NO = 0.9  # a word that says no by itself; the 不 of 我不识字 ends nothing


def started(turn: Turn, event: CallStarted) -> None:
    """Say that a machine answers and the call is recorded, then ask."""
    voice = turn.state.policy.voice
    turn.set(
        call_id=event.call_id,
        caller=event.caller,
        hospitals=event.hospitals,
        hospitals_with=event.hospitals_with,
        rate=voice.start_rate,
        gain_db=voice.start_gain_db,
    )
    turn.do(ChangeVoice(voice.start_rate, voice.start_gain_db))
    turn.say("greeting", barge_in=False)
    turn.go(Step.TASK)
    ask(turn)


def key(turn: Turn, event: KeyPressed) -> None:
    """1 is a booking, as the second strike says."""
    if event.key == "1":
        turn.set(task=Task.BOOK, strikes={}, steering=0)
        turn.decide()
    else:
        strike(turn, Fault.WRONG_KEY)


def heard(turn: Turn, event: Heard) -> None:
    """Why the caller dialled. Slots count as the wish to book."""
    said = event.understanding
    threshold = turn.state.policy.thresholds.task
    best = next(iter(said.task), None)
    sure = best is not None and best.confidence >= threshold.accept
    if answers.asked_about(turn.state, said) is not None:
        answers.take(turn, said)
        return
    # "腿疼挂哪个科" asks, and has named what it wants: that is checked with the caller.
    about_a_department = best is not None and best.value is Task.CONSULT and bool(said.department)
    asks_with_a_wish = about_a_department and not _consults(turn, said)
    if best is not None and sure and best.value is not Task.BOOK and not asks_with_a_wish:
        tasks.begin(turn, best.value, said)
        return
    if not (_complains(turn, said) or _consults(turn, said)) and filling.take(turn, said):
        return
    if best is None and _is_plain_no(turn, said):
        ask_whether_to_end(turn)
    elif best is None and said.no_preference:
        unsure.ask_what_is_wrong(turn)  # 随便挂一个
    elif best is None or best.confidence < threshold.confirm:
        misunderstood(turn, event)
    elif best.value is Task.BOOK or best.value is turn.state.not_wanted:
        # What sounded like a question and was none sounds so again: most callers book.
        tasks.begin(turn, Task.BOOK, said)
    else:
        tasks.ask_whether(turn, best.value, said)


def _is_plain_no(turn: Turn, said: Understanding) -> bool:
    """不用了, and nothing else."""
    limits = turn.state.policy.thresholds
    no = answer_of(said, limits.confirm, limits.margin) is Answer.NO
    return no and said.confirm[0].confidence >= _PLAIN_NO and said.syllables <= _LONGEST_NO


def _complains(turn: Turn, said: Understanding) -> bool:
    """A complaint names the hospital that it is about, and wants no booking there."""
    best = next(iter(said.task), None)
    least = turn.state.policy.thresholds.task.confirm
    return best is not None and best.value is Task.COMPLAINT and best.confidence >= least


def _consults(turn: Turn, said: Understanding) -> bool:
    """我想咨询拔牙 names a department that it asks about; 腿疼挂哪个科 wants one."""
    best = next(iter(said.task), None)
    books = any(each.value is Task.BOOK for each in said.task)
    named = any(each.value not in said.by_complaint for each in said.department[:1])
    if best is None or best.value is not Task.CONSULT or books or said.unsure:
        return False
    return named and best.confidence >= turn.state.policy.thresholds.task.confirm

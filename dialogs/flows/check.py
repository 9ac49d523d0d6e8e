"""A yes/no question about something doubtful. A bare 嗯 will do for a slot, since the read-back
comes later; not for an ID number."""

from __future__ import annotations

from dataclasses import replace

from dialogs.events import Heard, KeyPressed
from dialogs.flows import answers, anything_else, danger, filling, id_number, person_offer, tasks
from dialogs.flows.ending import goodbye
from dialogs.outcomes import Reason
from dialogs.questions import ask
from dialogs.repair import Fault, missed_too_often, misunderstood, strike
from dialogs.slots import Reading, answer_of, fill, read
from dialogs.state import Check, CheckKind, Filling, Step
from dialogs.turn import Turn
from grammars.meaning import Answer, DateWish, Slot, Task, Understanding

_NAMES = ("hospital", "department", "doctor")
# What is asked here is no guess at what the caller said before.
_NO_GUESS = (CheckKind.DANGER, CheckKind.PERSON, CheckKind.END)


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    check = _check(turn)
    if check.kind is CheckKind.DANGER:
        danger.heard(turn, event, check)
        return
    limits = turn.state.policy.thresholds
    answer = answer_of(said, limits.confirm, limits.margin)
    rather_no = answer is None and check.kind not in _NO_GUESS and _rather_no(turn, said)
    if rather_no or _names_as_wrong(check, said):
        answer = Answer.NO
    if check.kind is CheckKind.ID_NUMBER and said.id_number:
        # Said again instead of a yes: take the new number, from the start.
        turn.set(check=None, id_digits="")
        turn.go(Step.ID_NUMBER)
        id_number.heard(turn, event)
        return
    if check.kind is CheckKind.PERSON and answer is None and _wants(turn, said):
        turn.set(check=None)
        turn.go(Step.ANYTHING_ELSE)
        anything_else.heard(turn, event)
        return
    if check.kind is CheckKind.END and _cancels(turn, said):
        accept(turn)  # 不约了 in answer to 您要结束通话吗
        return
    if check.kind is CheckKind.END and said.goes_on:
        reject(turn)  # 还是挂吧, which is a yes elsewhere
        return
    says_again = check.kind is CheckKind.VALUES and _says_again(turn, said)
    if (answer is Answer.NO and not rather_no) or (says_again and answer is not Answer.YES):
        turn.set(not_meant=(*turn.state.not_meant, *_name_in(check)))
    reading = read(turn.state, said)
    repeated = check.kind is CheckKind.VALUES and check.filling in (reading.sure, reading.doubtful)
    if check.kind is CheckKind.TASK and answer is not Answer.NO:
        repeated = _names(turn, check, said)
    repeated = repeated and not any(each.value is Answer.NO for each in said.confirm[:1])
    if answer is Answer.YES and check.kind is CheckKind.VALUES and _says_more(check, reading):
        _accept_and_take(turn, check, reading)
    elif answer is Answer.YES or repeated or (said.backchannel and check.kind is CheckKind.VALUES):
        accept(turn)
    elif reading.sure and _is_beside(check, reading) and answer is not Answer.NO:
        filling.accept(turn, reading.sure)
        filling.check(turn, check.filling, Step.DECIDE, by_complaint=True)
    elif reading.sure:
        turn.set(check=None)
        turn.go(check.asked_at)
        if answer is not Answer.NO and _is_part_of_the_day(check, reading):
            fill(turn, check.filling)
        filling.take_reading(turn, reading)
    elif answer is Answer.NO and _names_another(turn, check, reading):
        turn.set(strikes={**turn.state.strikes, check.asked_at: 1}, read_back_played=frozenset())
        filling.check(turn, reading.doubtful, check.asked_at, by_complaint=reading.by_complaint)
    elif answer is Answer.NO or says_again:
        reject(turn, said)
    elif reading and check.kind is CheckKind.VALUES:
        _resume(turn, check, Fault.NO_MATCH, said)
    else:
        misunderstood(turn, event)


def _says_more(check: Check, reading: Reading) -> bool:
    """对，心内科 in answer to 您说的是鼓楼医院，对吗; 对，大后天, where another day was asked back.
    Of two names for one slot the yes is to the one that was asked."""
    new = reading.sure
    return bool(new) and not any(
        getattr(new, kind) and getattr(check.filling, kind) for kind in _NAMES
    )


def _accept_and_take(turn: Turn, check: Check, reading: Reading) -> None:
    """The yes fills what was asked back; what is said behind it stands beside that, or in its
    place."""
    turn.set(check=None)
    turn.go(check.asked_at)
    fill(turn, check.filling)
    filling.take_reading(turn, replace(reading, doubtful=Filling(), several=None))


def _names(turn: Turn, check: Check, said: Understanding) -> bool:
    """是的，退掉, in answer to 您是要退号，对吗: the task itself."""
    least = turn.state.policy.thresholds.task.accept
    return any(each.value is check.task and each.confidence >= least for each in said.task[:1])


def _rather_no(turn: Turn, said: Understanding) -> bool:
    """Whether a guess of ours is rather not confirmed: it is dropped and the question put again,
    so a no need not be sure (thresholds.confirm.confirm)."""
    limits = turn.state.policy.thresholds
    least = 0.0 if _says_again(turn, said) else limits.confirm.confirm
    lower = limits.confirm.model_copy(update={"accept": least})
    return answer_of(said, lower, limits.margin) is Answer.NO


def _names_as_wrong(check: Check, said: Understanding) -> bool:
    """号码不对, 科室不对, of what is asked back, whatever else it sounds like."""
    slot = next((each.value for each in said.change[:1]), None)
    if slot is None or check.kind is CheckKind.ID_NUMBER:
        return slot is Slot.ID_NUMBER
    return check.kind is CheckKind.VALUES and getattr(check.filling, slot.value, None) is not None


def _says_again(turn: Turn, said: Understanding) -> bool:
    """不对，是鼓楼医院骨科 in answer to 是不是王医生: what was agreed before is held against the
    guess, so the words in front of it are surely a no, and where none was made out it is one."""
    wish, limits = turn.state.wish, turn.state.policy.thresholds
    return any(
        named[:1] and named[0].value == agreed and named[0].confidence >= least.accept
        for named, agreed, least in (
            (said.hospital, wish.hospital, limits.hospital),
            (said.department, wish.department, limits.department),
        )
    )


def _names_another(turn: Turn, check: Check, reading: Reading) -> bool:
    """不对，是肾内科, hardly understood: asked back at once, the first time."""
    denied, another = _name_in(check), _name_in(replace(check, filling=reading.doubtful))
    kinds = [
        [kind for kind in _NAMES if getattr(filling, kind)]
        for filling in (check.filling, reading.doubtful)
    ]
    new = bool(denied) and denied != another and kinds[0] == kinds[1]
    return new and not turn.state.strikes.get(check.asked_at)


def _is_beside(check: Check, reading: Reading) -> bool:
    """鼓楼医院吧 in answer to 给您挂骨科，行吗: said beside it, and the question stands."""
    return check.by_complaint and reading.sure.department is None


def _is_part_of_the_day(check: Check, reading: Reading) -> bool:
    """下午吧 in answer to 您说的是星期四，对吗: of that day."""
    asked, new = check.filling.date, reading.sure.date
    return (
        check.filling == Filling(date=asked)
        and asked is not None
        and asked.date is not None
        and new is not None
        and reading.sure == Filling(date=DateWish(period=new.period))
    )


def _wants(turn: Turn, said: Understanding) -> bool:
    """我要挂号, in answer to 要请人工吗."""
    least = turn.state.policy.thresholds.task.accept
    return any(each.confidence >= least for each in said.task)


def _cancels(turn: Turn, said: Understanding) -> bool:
    least = turn.state.policy.thresholds.task.confirm
    return any(each.value is Task.CANCEL and each.confidence >= least for each in said.task)


def key(turn: Turn, event: KeyPressed) -> None:
    if event.key == "1":
        accept(turn)
    elif event.key == "2":
        turn.set(not_meant=(*turn.state.not_meant, *_name_in(_check(turn))))
        reject(turn)
    else:
        strike(turn, Fault.WRONG_KEY)


def accept(turn: Turn) -> None:
    check = _check(turn)
    turn.set(check=None)
    if check.kind is CheckKind.VALUES:
        fill(turn, check.filling)
        turn.decide()
    elif check.kind is CheckKind.TASK:
        assert check.task is not None, "a task check holds a task"
        assert check.said is not None, "and the words that it was taken from"
        turn.go(check.asked_at)  # where its flow may come back to
        tasks.begin(turn, check.task, check.said)
    elif check.kind is CheckKind.TOPIC:
        assert check.said is not None, "a question is called back with its words"
        turn.go(check.asked_at)
        answers.answer(turn, check.topic, check.said)
    elif check.kind is CheckKind.PERSON:
        person_offer.accepted(turn)
    elif check.kind is CheckKind.ID_NUMBER:
        id_number.accept(turn, check.id_number, by_ear=True)
    elif check.kind is CheckKind.DANGER:
        danger.say_yes(turn, check)
    else:
        goodbye(turn)


def reject(turn: Turn, said: Understanding | None = None) -> None:
    """`said`: the words of the no, which may nearly name something else."""
    check = _check(turn)
    turn.set(check=None, read_back_played=frozenset())
    if check.kind is CheckKind.END:
        turn.go(check.asked_at)
        if missed_too_often(turn, Reason.TWO_STRIKES):
            return  # what is taken for a goodbye again and again is an answer misheard
        turn.say("go_on")
        if check.asked_at is not Step.DECIDE:
            ask(turn)
    elif check.kind is CheckKind.DANGER:
        danger.go_on(turn, check)
    elif check.kind is CheckKind.PERSON:
        person_offer.declined(turn)
    else:
        turn.set(not_wanted=check.task)
        _resume(turn, check, Fault.SAID_NO, said)


def _resume(turn: Turn, check: Check, fault: Fault, said: Understanding | None = None) -> None:
    """Back to the question that was being asked, where the doubtful value counts as a fault."""
    turn.set(check=None)
    turn.go(check.asked_at)
    if check.asked_at is Step.DECIDE:
        turn.say_fault(fault.value)
    else:
        strike(turn, fault, said)


def _name_in(check: Check) -> tuple[str, ...]:
    """The name that is asked back, where that is all: a no to a name and a day denies neither."""
    filling = check.filling
    named = tuple(name for kind in _NAMES if (name := getattr(filling, kind)))
    return named if len(named) == 1 and filling.date is None else ()


def _check(turn: Turn) -> Check:
    assert turn.state.check is not None, "a yes/no question is answered only where one was asked"
    return turn.state.check

from dataclasses import replace

from dialogs.reducer import initial_state
from dialogs.state import Step
from dialogs.steering import command_in, wants_a_person
from dialogs.wording import load_wording
from grammars.meaning import Answer, Command, Scored, Task, Understanding


def heard(confidence: float, *, answers: bool) -> Understanding:
    return Understanding(
        "我对你",
        confidence,
        command=(Scored(Command.GOODBYE, 0.9),),
        confirm=(Scored(Answer.YES, 0.85),) if answers else (),
    )


def test_a_badly_heard_answer_that_sounds_like_a_goodbye_sends_nobody_away() -> None:
    state = initial_state(load_wording())
    assert command_in(state, heard(0.1, answers=True)) is None
    assert command_in(state, heard(0.1, answers=False)) is Command.GOODBYE
    assert command_in(state, heard(0.8, answers=True)) is Command.GOODBYE


def at_the_doctor(operator: float, doctor: float) -> Understanding:
    return Understanding(
        "我要瞬间侠的好",
        0.5,
        task=(Scored(Task.OPERATOR, operator),),
        command=(Scored(Command.OPERATOR, operator),),
        doctor=(Scored("孙建霞", doctor),),
    )


def test_a_much_surer_answer_is_no_wish_for_a_person() -> None:
    state = replace(initial_state(load_wording()), step=Step.DOCTOR)
    assert not wants_a_person(state, at_the_doctor(0.65, 0.99))
    assert wants_a_person(state, at_the_doctor(0.65, 0.8))
    assert wants_a_person(state, at_the_doctor(0.97, 0.99))
    assert wants_a_person(replace(state, step=Step.TASK), at_the_doctor(0.65, 0.99))
    assert not wants_a_person(state, at_the_doctor(0.3, 0.0))

from dialogs.reducer import initial_state
from dialogs.steering import command_in
from dialogs.wording import load_wording
from grammars.meaning import Answer, Command, Scored, Understanding


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

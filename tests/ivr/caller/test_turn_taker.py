from ivr.caller.case import Answer, Aside, Case
from ivr.caller.script import Script
from ivr.caller.turn_taker import CallOver, Mutter, Speak, StaySilent, TurnTaker


def taker(**answers: Answer) -> TurnTaker:
    case = Case(name="t", answers={k: (v,) for k, v in answers.items()})
    return TurnTaker(Script(case), "02586543210")


def notice(kind: str, call: str = "c1", **fields: object) -> dict[str, object]:
    return {"kind": kind, "call_id": call, **fields}


def started(call: str = "c1", four: str = "3210") -> dict[str, object]:
    return notice("call_started", call, caller_last_four=four)


def test_it_answers_once_the_prompt_has_ended() -> None:
    turns = taker(hospital=Answer(say="鼓楼医院"))
    assert turns.take(started()) is None
    assert turns.take(notice("listening", expect="hospital")) is None
    assert turns.take(notice("prompt_finished")) == Speak("hospital", Answer(say="鼓楼医院"))
    assert turns.take(notice("prompt_finished")) is None


def test_an_answer_that_talks_over_starts_with_the_question() -> None:
    over = Answer(say="鼓楼医院", talk_over=0.5)
    turns = taker(hospital=over)
    turns.take(started())
    assert turns.take(notice("listening", expect="hospital")) == Speak("hospital", over)
    assert turns.take(notice("prompt_finished")) is None


def test_a_question_without_an_answer_is_met_with_silence() -> None:
    turns = taker()
    turns.take(started())
    turns.take(notice("listening", expect="date"))
    assert turns.take(notice("prompt_finished")) == StaySilent("date")


def test_other_calls_are_not_its_business() -> None:
    turns = taker(hospital=Answer(say="鼓楼医院"))
    assert turns.take(started("other", "9999")) is None
    assert turns.take(notice("call_ended", "other", outcome="booked", reason="x")) is None
    turns.take(started())
    assert turns.take(notice("listening", "other", expect="hospital")) is None
    assert turns.take(notice("prompt_finished")) is None
    ended = notice("call_ended", outcome="booked", reason="completed")
    assert turns.take(ended) == CallOver("booked", "completed")


def test_while_an_answer_is_under_way_nothing_else_is_begun() -> None:
    keys = Answer(press="32010619450101001*")
    turns = taker(id_number=keys, confirm=Answer(say="对的"))
    turns.take(started())
    turns.take(notice("listening", expect="id_number"))
    assert turns.take(notice("prompt_finished")) == Speak("id_number", keys)
    for _ in range(17):  # every key opens a listening turn of its own
        assert turns.take(notice("listening", expect="id_number")) is None
        assert turns.take(notice("prompt_finished")) is None
    assert turns.take(notice("listening", expect="confirm")) is None
    assert turns.take(notice("prompt_finished")) is None
    assert turns.done() == Speak("confirm", Answer(say="对的"))


def test_keys_are_not_pressed_again_when_the_next_question_is_late() -> None:
    keys = Answer(press="32010619450101001*", talk_over=0.6)
    turns = taker(id_number=keys, confirm=Answer(say="对的"))
    turns.take(started())
    assert turns.take(notice("listening", expect="id_number")) == Speak("id_number", keys)
    for _ in range(17):
        assert turns.take(notice("listening", expect="id_number")) is None
        assert turns.take(notice("prompt_finished")) is None
    assert turns.done() is None
    assert turns.take(notice("listening", expect="confirm")) is None
    assert turns.take(notice("prompt_finished")) == Speak("confirm", Answer(say="对的"))


def test_keys_that_were_refused_are_pressed_again() -> None:
    keys = Answer(press="1")
    turns = taker(confirm=keys)
    turns.take(started())
    for _ in range(2):
        assert turns.take(notice("listening", expect="confirm")) is None
        assert turns.take(notice("prompt_finished")) == Speak("confirm", keys)
        assert turns.done() is None


def said(prompt: str, text: str) -> dict[str, object]:
    return notice("said", prompt=prompt, text=text)


def test_a_question_that_checks_is_told_from_the_read_back() -> None:
    turns = taker(yes_no=Answer(say="是的"), confirm=Answer(say="可以"))
    turns.take(started())
    turns.take(said("question.check.first", "您说的是南京鼓楼医院，对吗？"))
    turns.take(notice("listening", expect="confirm"))
    assert turns.take(notice("prompt_finished")) == Speak("confirm", Answer(say="是的"))
    turns.done()
    turns.take(said("question.read_back.first", "南京鼓楼医院，这样约可以吗？"))
    turns.take(notice("listening", expect="confirm"))
    assert turns.take(notice("prompt_finished")) == Speak("confirm", Answer(say="可以"))


def test_a_read_back_in_parts_is_heard_as_a_whole_until_another_place_is_held() -> None:
    case = Case.model_validate(
        {
            "name": "t",
            "answers": {"confirm": "可以"},
            "deny": "不对",
            "expect": {"booking": {"hospital": "南京鼓楼医院", "session": "上午"}},
        }
    )
    turns = TurnTaker(Script(case), "02586543210")
    answers = []

    def read_back(text: str) -> None:
        turns.take(said("question.read_back.first", text))
        turns.take(notice("listening", expect="confirm"))
        action = turns.take(notice("prompt_finished"))
        assert isinstance(action, Speak)
        answers.append(action.answer.say)
        turns.done()

    turns.take(started())
    read_back("南京鼓楼医院，上午，可以吗？")
    read_back("上午，可以吗？")
    turns.take(notice("did", commands=["PlaceHold"]))
    read_back("下午，可以吗？")
    assert answers == ["可以", "可以", "不对"]


HM = Aside(kind="backchannel", say="嗯", during="hospital")


def listening(turns: TurnTaker, expect: str) -> object:
    return turns.take(notice("listening", expect=expect))


def test_what_is_muttered_into_a_question_is_no_answer_to_it() -> None:
    case = Case(name="t", answers={"hospital": (Answer(say="鼓楼医院"),)}, asides=(HM,))
    turns = TurnTaker(Script(case), "02586543210")
    turns.take(started())
    assert listening(turns, "hospital") == Mutter(HM)
    assert [turns.agent_speaks, turns.acting] == [True, False]
    assert turns.take(notice("prompt_finished")) == Speak("hospital", Answer(say="鼓楼医院"))
    assert [turns.agent_speaks, turns.acting] == [False, True]
    turns.done()
    assert listening(turns, "hospital") is None  # once a call


def test_who_answers_into_the_prompt_does_not_mutter_too() -> None:
    over = Answer(say="鼓楼医院", talk_over=0.5)
    turns = TurnTaker(Script(Case(name="t", answers={"hospital": (over,)}, asides=(HM,))), "3210")
    turns.take(started())
    assert listening(turns, "hospital") == Speak("hospital", over)


def denying(**answers: str) -> TurnTaker:
    """A caller in a call, who objects to the end of another's ID number."""
    wanted = {"booking": {"id_number": "32010619450101001X"}}
    case = Case.model_validate(
        {"name": "t", "answers": answers, "deny_id": "号码不对", "expect": wanted}
    )
    turns = TurnTaker(Script(case), "02586543210")
    turns.take(started())
    return turns


def answer_to(turns: TurnTaker, prompt: str, text: str) -> str | None:
    turns.take(said(prompt, text))
    turns.take(notice("listening", expect="confirm"))
    action = turns.take(notice("prompt_finished"))
    assert isinstance(action, Speak)
    turns.done()
    return action.answer.say


def test_an_id_number_that_is_read_back_wrong_is_denied() -> None:
    turns = denying(yes_no="对的")
    answers = []
    for heard in ("**************0012", "6 digits", "**************001X"):
        turns.take(notice("understood", meaning={"id_number": {"value": heard}}))
        answers.append(answer_to(turns, "question.check_id.first", "我念一遍，＊＊＊＊，对吗？"))
    assert answers == ["号码不对", "对的", "对的"]


def test_a_number_that_was_keyed_is_not_taken_for_the_one_that_was_misheard() -> None:
    turns = denying(confirm="可以")
    answers = []
    for keyed in (False, True):
        turns.take(notice("understood", meaning={"id_number": {"value": "**************0012"}}))
        if keyed:
            turns.take(notice("listening", expect="id_number"))
            turns.take(notice("key"))
        read_back = "身份证尾号＊＊＊＊，可以吗？"
        answers.append(answer_to(turns, "question.read_back.first", read_back))
    assert answers == ["号码不对", "可以"]

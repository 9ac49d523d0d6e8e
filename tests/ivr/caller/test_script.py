from ivr.caller.asked import Asked
from ivr.caller.case import Answer, Case, Expectation, case_of_lines
from ivr.caller.script import Script

TASK, HOSPITAL, CONFIRM = Asked("task"), Asked("hospital"), Asked("confirm")


def script(**case: object) -> Script:
    return Script(Case.model_validate({"name": "t", **case}))


def said(answer: Answer | None) -> str | None:
    return answer.say if answer else None


def test_answers_come_by_what_is_asked_and_how_often() -> None:
    caller = script(answers={"hospital": "鼓楼医院", "confirm": ["不对，是后天", "对"]})
    assert [said(caller.answer(CONFIRM)) for _ in range(3)] == ["不对，是后天", "对", "对"]
    assert said(caller.peek(HOSPITAL)) == said(caller.answer(HOSPITAL)) == "鼓楼医院"
    assert caller.answer(Asked("doctor")) is None


def test_lines_are_spoken_once_each_whatever_is_asked() -> None:
    caller = Script(case_of_lines(["我要挂号", "鼓楼医院"], "1"))
    answers = [caller.answer(question) for question in (TASK, HOSPITAL, Asked("department"))]
    assert [said(answer) for answer in answers] == ["我要挂号", "鼓楼医院", None]


def test_another_questions_last_answer_will_do_and_is_not_used_up() -> None:
    caller = script(answers={"confirm": ["不对，是后天", "对"]})
    assert said(caller.answer(Asked("yes_no", "confirm"))) == "对"
    assert said(caller.answer(CONFIRM)) == "不对，是后天"
    assert caller.answer(Asked("yes_no", None)) is None


def test_a_read_back_that_is_not_what_was_wanted_is_denied() -> None:
    wanted = Expectation.model_validate({"booking": {"hospital": "南京鼓楼医院"}})
    caller = script(answers={"confirm": "对"}, deny="不对，是鼓楼", expect=wanted)
    wrong = Asked("confirm", read_back=True, text="南京市第一医院，眼科，可以吗？")
    right = Asked("confirm", read_back=True, text="南京鼓楼医院，眼科，可以吗？")
    assert [said(caller.answer(q)) for q in (wrong, right)] == ["不对，是鼓楼", "对"]
    assert said(caller.answer(Asked("yes_no", "confirm", check=True, text="是第一医院吗？"))) == (
        "不对，是鼓楼"
    )


def test_a_correction_that_is_written_down_comes_first() -> None:
    wanted = Expectation.model_validate({"booking": {"session": "下午"}})
    caller = script(answers={"confirm": ["不对，是下午", "对"]}, deny="不对", expect=wanted)
    morning = Asked("confirm", read_back=True, text="上午，可以吗？")
    assert [said(caller.answer(morning)) for _ in range(2)] == ["不对，是下午", "不对"]


def test_who_presses_keys_presses_one_for_yes_and_two_for_no_where_a_key_is_asked_for() -> None:
    wanted = Expectation.model_validate({"booking": {"hospital": "南京鼓楼医院"}})
    case = {"answers": {"confirm": "对"}, "deny": "不对", "expect": wanted}
    right = Asked("confirm", check=True, text="南京鼓楼医院，对请按一", keypad=True)
    wrong = Asked("yes_no", "confirm", check=True, text="第一医院，对请按一", keypad=True)
    presses = script(**case, presses_keys=True)
    keys = [answer.press for q in (right, wrong) if (answer := presses.answer(q))]
    assert keys == ["1", "2"]
    assert said(script(**case).answer(right)) == "对"


def test_a_choice_that_names_what_is_wanted_is_answered_with_it() -> None:
    caller = script(answers={"choice": "第一个"}, picks={"三月四号上午": "三月四号上午"})
    assert said(caller.answer(Asked("choice", text="三月四号，上午，三月五号"))) == "三月四号上午"
    assert said(caller.answer(Asked("choice", text="三月五号上午"))) == "第一个"


def test_who_is_asked_what_to_change_names_what_was_read_back_wrongly() -> None:
    wanted = {"hospital": "南京鼓楼医院", "date": "2026-03-04", "session": "上午"}
    caller = script(
        answers={"choice": "第一个"},
        changes={"hospital": "医院", "date": "时间", "nothing": "不用改"},
        expect={"booking": wanted},
    )
    for read_back, said_of_it in (
        ("南京市第一医院，三月四号，星期三，上午", "医院"),
        ("南京鼓楼医院，三月三号，星期二，上午", "时间"),
        ("南京鼓楼医院，三月四号，星期三，下午", "时间"),
        ("南京鼓楼医院，三月四号，星期三，上午", "不用改"),
    ):
        asked = Asked("choice", changing=True, text=read_back)
        assert said(caller.answer(asked)) == said_of_it
    assert said(caller.answer(Asked("choice"))) == "第一个"


def test_who_presses_keys_chooses_what_to_change_by_key_where_a_key_is_asked_for() -> None:
    caller = script(
        answers={"choice": "第一个"},
        changes={"date": "时间", "nothing": "不用改"},
        presses_keys=True,
        expect={"booking": {"hospital": "南京鼓楼医院", "session": "上午"}},
    )
    options = "请按键选，医院，请按一，时间，请按二，您按哪个？"
    asked = Asked("choice", changing=True, keypad=True, text="南京鼓楼医院，下午", options=options)
    answer = caller.answer(asked)
    assert answer is not None
    assert answer.press == "2"
    right = Asked("choice", changing=True, keypad=True, text="南京鼓楼医院，上午", options=options)
    assert said(caller.answer(right)) == "不用改"


def test_who_is_asked_to_key_the_id_number_keys_it() -> None:
    number = {"press": "320100193903069943"}
    answers = {"id_number": ["三二零一零零", "一九三九零三零六", number]}
    by_key = Asked("id_number", keypad=True)
    keyed = script(answers=answers, presses_keys=True).answer(by_key)
    assert keyed is not None
    assert keyed.press == number["press"]
    assert said(script(answers=answers).answer(by_key)) == "三二零一零零"


def test_who_presses_keys_picks_what_is_wanted_of_a_choice_by_its_key() -> None:
    case = {"answers": {"choice": "第一个"}, "picks": {"不指定医生": "不指定医生"}}
    text = "请按键选，秦明月医生，请按一，不指定医生，请按二，您按哪个？"
    by_key = Asked("choice", keypad=True, text=text)
    keyed = script(**case, presses_keys=True).answer(by_key)
    assert keyed is not None
    assert keyed.press == "2"
    assert said(script(**case).answer(by_key)) == "不指定医生"


def test_who_wants_no_one_doctor_presses_the_key_for_that() -> None:
    answers = {"doctor": ["随便", "都可以"]}
    by_key = Asked("doctor", keypad=True)
    for doctor, answer in ((None, "1"), ("秦明月", None)):
        expect = {"booking": {"hospital": "南京鼓楼医院", "doctor": doctor}}
        presses = script(answers=answers, presses_keys=True, expect=expect).answer(by_key)
        assert presses is not None
        assert presses.press == answer


def test_a_read_back_that_ends_in_somebody_elses_number_is_denied() -> None:
    wanted = {"hospital": "南京鼓楼医院", "id_number": "320100195309268834"}
    caller = script(
        answers={"confirm": "对的"},
        deny_id="号码不对",
        changes={"id_number": "身份证", "nothing": "不用改"},
        expect={"booking": wanted},
    )
    text = "南京鼓楼医院，身份证尾号＊＊＊＊，可以吗？"
    for tail, answer, change in (("0926", "号码不对", "身份证"), ("8834", "对的", "不用改")):
        read_back = Asked("confirm", read_back=True, text=text, id_tail=tail)
        assert said(caller.answer(read_back)) == answer
        what = Asked("choice", changing=True, text=text, id_tail=tail)
        assert said(caller.answer(what)) == change

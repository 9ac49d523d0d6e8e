import datetime as dt

import pytest

from dialogs.wording import load_wording
from grammars.meaning import Period
from ivr.caller import asked as module
from ivr.caller.asked import Asked, asked, contradicts
from ivr.caller.case import ExpectedBooking

WANTED = ExpectedBooking(
    hospital="南京鼓楼医院", department="眼科", date=dt.date(2026, 3, 4), session=Period.MORNING
)


@pytest.mark.parametrize(
    ("expect", "prompt", "name", "instead"),
    [
        ("task", "question.task.first", "task", None),
        ("task", "question.anything_else.first", "anything_else", None),
        ("confirm", "question.read_back.again", "confirm", None),
        ("confirm", "question.cancel_back.first", "confirm", None),
        ("confirm", "question.check.first", "yes_no", "confirm"),
        ("confirm", "question.booked.first", "once_more", None),
        ("confirm", "", "confirm", None),
        ("statement", "question.complaint.first", "message", "statement"),
        ("choice", "question.survey_wait.first", "survey", "choice"),
        ("choice", "question.offer.keypad", "choice", None),
    ],
)
def test_a_question_has_the_name_that_a_case_gives_it(
    expect: str, prompt: str, name: str, instead: str | None
) -> None:
    question = asked(expect, prompt, "")
    assert (question.name, question.instead) == (name, instead)


def test_the_prompts_that_are_told_apart_are_in_the_wording() -> None:
    questions = load_wording().questions
    keys = module._READ_BACKS | module._CHECKS | module._BESIDE | module._ONCE_BOOKED
    keys |= {module._CHANGE_WHAT}
    assert keys <= set(questions)


def read_back(text: str) -> Asked:
    return Asked("confirm", read_back=True, text=text)


def check(text: str) -> Asked:
    return Asked("yes_no", "confirm", check=True, text=text)


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        (read_back("南京鼓楼医院，本部，眼科，三月四号，星期三，上午，可以吗？"), False),
        (read_back("南京鼓楼医院，本部，眼科，三月五号，星期四，上午，可以吗？"), True),
        (read_back("南京市第一医院，眼科，三月四号，上午，可以吗？"), True),
        (check("您说的是南京鼓楼医院，对吗？"), False),
        (check("您说的是韦成昌医生，对吗？"), True),
        (check("我念一遍，＊，对吗？"), False),
        (Asked("yes_no", "confirm", text="现在有上午，可以吗？"), False),
    ],
)
def test_a_caller_objects_to_what_was_not_wanted(question: Asked, wrong: bool) -> None:
    assert contradicts(question, WANTED) is wrong


def test_who_wants_nothing_in_particular_objects_to_nothing() -> None:
    assert not contradicts(read_back("南京市第一医院"), ExpectedBooking())


def test_a_name_with_a_part_in_brackets_is_read_back_with_a_pause() -> None:
    wanted = ExpectedBooking(hospital="东部战区总医院(秦淮医疗区)")
    assert not contradicts(read_back("东部战区总医院，秦淮医疗区，可以吗？"), wanted)


def test_a_question_for_a_key_is_known_and_a_department_for_a_complaint_is_checked() -> None:
    keyed = asked("confirm", "question.check_complaint.keypad", "骨科，要挂请按一，不挂请按二。")
    assert (keyed.name, keyed.check, keyed.keypad, keyed.yes_or_no) == (
        "yes_no",
        True,
        True,
        True,
    )
    assert not asked("confirm", "question.check.first", "您说的是骨科，对吗？").keypad
    assert contradicts(keyed, ExpectedBooking(department="眼科"))
    assert not contradicts(keyed, ExpectedBooking(department="骨科"))


@pytest.mark.parametrize("key", ["check_task", "check_end", "check_person"])
def test_who_books_objects_to_what_is_no_booking(key: str) -> None:
    question = asked("confirm", f"question.{key}.keypad", "您要结束通话吗？")
    assert question.keypad
    assert contradicts(question, WANTED)

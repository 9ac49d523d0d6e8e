import datetime as dt

from grammars.closed_list import ClosedList
from grammars.meaning import Candidate, Slot
from grammars.question import Question
from ivr.caller.case import Act, Aside
from ivr.replay.trace import Trace, is_right

HOSPITAL = Question(
    Slot.HOSPITAL,
    dt.date(2026, 3, 2),
    hospitals=ClosedList([Candidate("南京鼓楼医院", ("鼓楼医院",)), Candidate("南京市第一医院")]),
)


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def notice(kind: str, **fields: object) -> dict[str, object]:
    return {"kind": kind, "call_id": "c", **fields}


def meant(**slots: str) -> dict[str, object]:
    return notice(
        "understood", meaning={k: {"value": v, "confidence": 0.9} for k, v in slots.items()}
    )


def test_a_turn_goes_from_one_question_to_the_next() -> None:
    time = Time()
    trace = Trace(time, lambda: HOSPITAL)
    trace.notice(notice("said", prompt="question.hospital.asked", text="您想去哪家医院？"))
    trace.notice(notice("listening", expect="hospital"))
    time.now = 3.0
    trace.acted(Act(say="鼓楼医院"))
    time.now = 5.0
    trace.notice(notice("heard", hypotheses=[["古楼医院", 0.42]], masked=False))
    trace.notice(meant(hospital="南京鼓楼医院"))
    trace.notice(notice("said", prompt="question.department.asked", text="您想挂哪个科？"))
    trace.notice(notice("latency", seconds={"first_frame": 0.6}))
    time.now = 7.5
    first, second = trace.turns()
    assert (first.asked, first.expect, first.said) == (
        ("您想去哪家医院？",),
        "hospital",
        ("鼓楼医院",),
    )
    assert first.heard == ("古楼医院 (0.42)",)
    assert first.understood == first.expected == {"hospital": "南京鼓楼医院"}
    assert (first.right, first.waited, first.at, first.until) == (True, 0.6, 0.0, 5.0)
    assert (second.number, second.right, second.until) == (2, None, 7.5)


def test_what_was_understood_otherwise_makes_the_turn_a_wrong_one() -> None:
    trace = Trace(Time(), lambda: HOSPITAL)
    trace.notice(notice("listening", expect="hospital"))
    trace.acted(Act(say="鼓楼医院"))
    trace.notice(notice("heard", hypotheses=[["第一医院", 0.4]], masked=False))
    trace.notice(meant(hospital="南京市第一医院"))
    (turn,) = trace.turns()
    assert turn.right is False


def test_the_digits_of_an_id_number_are_not_in_the_result() -> None:
    trace = Trace(Time())
    trace.acted(Act(press="32010619450101001*"))
    trace.notice(notice("heard", hypotheses=[], masked=True))
    (turn,) = trace.turns()
    assert "3201" not in repr(turn)
    assert turn.said == ("(18 keys)",)
    assert turn.heard == ("(personal data; not shown)",)


def test_words_that_are_broken_off_are_held_against_nobody() -> None:
    trace = Trace(Time(), lambda: HOSPITAL)
    trace.acted(Act(say="鼓楼医院", hang_up=0.2))
    (turn,) = trace.turns()
    assert turn.right is None


def test_a_flag_is_no_difference_and_a_slot_too_many_is() -> None:
    assert is_right({"no_preference": "yes"}, {})
    assert not is_right({"no_preference": "yes"}, {"doctor": "韦成昌"})
    assert not is_right({"date": "2026-03-04"}, {})


def test_a_call_in_which_nothing_was_said_has_no_turn() -> None:
    assert Trace(Time()).turns() == ()


HM = Aside(kind="backchannel", say="嗯", during="hospital")


def after_an_aside(*notices: dict[str, object], answers: bool = False) -> bool:
    trace = Trace(Time(), lambda: HOSPITAL)
    trace.notice(notice("listening", expect="hospital"))
    trace.acted(HM)
    if answers:
        trace.acted(Act(say="鼓楼医院"))
    for each in notices:
        trace.notice(each)
    (aside,) = trace.asides()
    assert trace.spoke() == (((0.0, Act(say="鼓楼医院")),) if answers else ())
    return aside.taken


def test_an_aside_is_taken_when_the_agent_hears_it_as_a_turn() -> None:
    heard = notice("heard", hypotheses=[["嗯", 0.4]], masked=False)
    assert after_an_aside(heard)
    assert after_an_aside(notice("nothing_heard", noise=True))
    assert not after_an_aside(notice("nothing_heard", noise=False))  # the caller's own silence
    assert not after_an_aside(heard, answers=True)
    assert not after_an_aside()


def test_the_hops_of_a_spoken_turn_are_kept_and_a_key_has_none() -> None:
    trace = Trace(Time())
    trace.notice(notice("key"))
    trace.notice(notice("latency", seconds={"endpointing": 0.0, "first_frame": 0.2}))
    trace.notice(notice("said", prompt="p", text="t"))
    trace.notice(notice("heard", hypotheses=[["鼓楼", 0.4]], masked=False))
    trace.notice(notice("latency", seconds={"endpointing": 0.4, "first_frame": 0.7}))
    assert [turn.hops for turn in trace.turns()] == [{}, {"endpointing": 0.4, "first_frame": 0.7}]

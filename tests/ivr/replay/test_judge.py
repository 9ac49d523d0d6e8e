from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.caller.case import Case, Expectation
from ivr.replay import judge
from ivr.replay.result import MadeBooking, TurnResult

GULOU = MadeBooking(
    "南京鼓楼医院", "本部", "心血管内科", "", "2021-03-08", "上午", "32010619450101001X"
)
BOOKED = Expectation.model_validate(
    {
        "outcome": "booked",
        "booking": {"hospital": "南京鼓楼医院", "date": "2021-03-08", "session": "上午"},
    }
)


def faults(expect: Expectation, outcome: str | None, *made: MadeBooking) -> list[str]:
    return judge.failures(expect, outcome, "completed" if outcome else None, made, False)


def test_the_booking_that_was_wanted_passes() -> None:
    assert faults(BOOKED, "booked", GULOU) == []
    assert not judge.is_wrong_booking(BOOKED, [GULOU])


def test_each_field_that_differs_is_named_and_the_booking_is_a_wrong_one() -> None:
    other = MadeBooking("南京市第一医院", "本部", "骨科", "", "2021-03-08", "下午", "1" * 18)
    assert faults(BOOKED, "booked", other) == [
        "booking: hospital 南京市第一医院 instead of 南京鼓楼医院",
        "booking: session 下午 instead of 上午",
    ]
    assert judge.is_wrong_booking(BOOKED, [other])


def test_an_id_number_is_compared_and_not_shown() -> None:
    expect = Expectation.model_validate({"booking": {"id_number": "320100193605071543"}})
    (fault,) = faults(expect, "booked", GULOU)
    assert fault == "booking: id_number ***001X instead of ***1543"


def test_what_is_kept_of_a_booking_that_was_judged_hides_the_id_number() -> None:
    expect = {"outcome": "booked", "booking": {"id_number": GULOU.id_number}}
    case = Case.model_validate({"name": "t", "answers": {"task": "挂号"}, "expect": expect})
    told = [READ_BACK, ASKED, YES, CONFIRMED, notice("call_ended", outcome="booked", reason="x")]
    result = judge.judged(case, Path("calls/t.yaml"), told, [], [GULOU], [], 1.0)
    assert result.passed
    assert result.file == "calls/t.yaml"
    assert result.bookings == (replace(GULOU, id_number="***001X"),)


def test_nothing_booked_is_a_failure_and_no_wrong_booking() -> None:
    assert faults(BOOKED, "transferred") == [
        "outcome: transferred (completed) instead of booked",
        "nothing was booked",
    ]
    assert not judge.is_wrong_booking(BOOKED, [])


def test_a_booking_that_nobody_wanted_is_wrong() -> None:
    person = Expectation.model_validate({"outcome": "transferred"})
    assert judge.is_wrong_booking(person, [GULOU])
    assert faults(person, "transferred", GULOU) == ["an unwanted booking at 南京鼓楼医院"]


@pytest.mark.parametrize(
    "more", [{}, {"outcome": "booked"}, {"booking": {"hospital": GULOU.hospital}}]
)
def test_where_nothing_may_be_booked_every_booking_is_a_wrong_one(
    more: Mapping[str, object],
) -> None:
    never = Expectation.model_validate({"never": ["booked"], **more})
    assert faults(never, "booked", GULOU) == ["a booking was made at 南京鼓楼医院"]
    assert judge.is_wrong_booking(never, [GULOU])
    assert not judge.is_wrong_booking(never, [])


@pytest.mark.parametrize("never", [(), ("booked_without_confirmation",)])
def test_a_booking_without_confirmation_is_a_wrong_one_whether_it_is_named_or_not(
    never: Sequence[str],
) -> None:
    expect = {"outcome": "booked", "never": never}
    case = Case.model_validate({"name": "t", "answers": {"task": "挂号"}, "expect": expect})
    told = [READ_BACK, ASKED, CONFIRMED, notice("call_ended", outcome="booked", reason="x")]
    result = judge.judged(case, Path("t.yaml"), told, [], [GULOU], [], 1.0)
    assert result.failures == ("booked without confirmation",)
    assert result.wrong_booking


def test_a_call_whose_end_was_never_told_is_lost() -> None:
    assert "lost" in faults(Expectation(), None)[0]


def notice(kind: str, **fields: object) -> Mapping[str, object]:
    return {"kind": kind, "call_id": "c", **fields}


READ_BACK = notice("said", prompt="question.read_back.asked", text="…")
ASKED = notice("listening", expect="confirm")
YES = notice("understood", meaning={"confirm": {"value": "yes", "confidence": 1.0}})
NO = notice("understood", meaning={"confirm": {"value": "no", "confidence": 1.0}})
CONFIRMED = notice("did", commands=["Say", "ConfirmBooking"])
KEY = notice("key")


@pytest.mark.parametrize(
    ("told", "keys", "unconfirmed"),
    [
        ([READ_BACK, ASKED, YES, CONFIRMED], [], False),
        ([READ_BACK, ASKED, KEY, CONFIRMED], ["1"], False),
        ([READ_BACK, ASKED, KEY, CONFIRMED], ["2"], True),
        ([READ_BACK, ASKED, KEY, CONFIRMED], None, False),
        ([READ_BACK, ASKED, NO, CONFIRMED], [], True),
        ([ASKED, YES, CONFIRMED], [], True),
        ([READ_BACK, ASKED, CONFIRMED], [], True),
        ([READ_BACK, ASKED, YES, CONFIRMED, CONFIRMED], [], True),
        ([READ_BACK, ASKED, NO], [], False),
    ],
)
def test_only_a_yes_to_the_read_back_confirms(
    told: list[Mapping[str, object]], keys: list[str] | None, unconfirmed: bool
) -> None:
    assert judge.booked_unconfirmed(told, keys) is unconfirmed


CANCEL_BACK = notice("said", prompt="question.cancel_back.asked", text="…")
CHANGE_BACK = notice("said", prompt="question.change_back.asked", text="…")
CANCELLED = notice("did", commands=["CancelBooking"])
MOVED = notice("did", commands=["MoveBooking"])


@pytest.mark.parametrize(
    ("told", "unconfirmed"),
    [
        ([CANCEL_BACK, ASKED, YES, CANCELLED], False),
        ([CHANGE_BACK, ASKED, YES, MOVED], False),
        ([CANCEL_BACK, ASKED, NO, CANCELLED], True),
        ([READ_BACK, ASKED, YES, CANCELLED], True),
        ([CANCEL_BACK, ASKED, YES, MOVED], True),
        ([CANCELLED], True),
    ],
)
def test_only_a_yes_to_its_own_read_back_cancels_or_moves(
    told: list[Mapping[str, object]], unconfirmed: bool
) -> None:
    assert judge.booked_unconfirmed(told, []) is unconfirmed


GIVEN = replace(GULOU, code="12345678")


def _case(**expect: object) -> Case:
    bookings = [
        {
            "patient": GULOU.id_number,
            "hospital": GULOU.hospital,
            "department": GULOU.department,
            "date": GULOU.date,
            "session": GULOU.session,
        }
    ]
    return Case.model_validate(
        {
            "name": "t",
            "answers": {"task": "退号"},
            "given": {"bookings": bookings},
            "expect": expect,
        }
    )


@pytest.mark.parametrize(
    ("after", "fate"),
    [
        ((), "cancelled"),
        ((GIVEN,), "kept"),
        ((replace(GIVEN, date="2021-03-09"),), "moved"),
    ],
)
def test_a_given_booking_is_kept_cancelled_or_moved(
    after: tuple[MadeBooking, ...], fate: str
) -> None:
    for expected in ("kept", "cancelled", "moved"):
        case = _case(given=expected)
        told = [notice("call_ended", outcome="answered", reason="completed")]
        result = judge.judged(case, Path("t.yaml"), told, [], after, [], 1.0, (GIVEN,))
        wanted = () if expected == fate else (f"a given booking was {fate}",)
        assert result.failures == wanted


def test_a_given_booking_that_stands_is_no_booking_of_the_call() -> None:
    case = _case(outcome="answered", never=["booked"])
    told = [notice("call_ended", outcome="answered", reason="completed")]
    result = judge.judged(case, Path("t.yaml"), told, [], (GIVEN,), [], 1.0, (GIVEN,))
    assert (result.failures, result.bookings, result.wrong_booking) == ((), (), False)


def turn(number: int, right: bool | None, *said: str) -> TurnResult:
    return TurnResult(number, 0.0, 1.0, (), "task", said, (), {}, None, right, None)


def test_the_first_wrong_turn_is_where_the_meaning_went_astray() -> None:
    assert judge.first_wrong([turn(1, True), turn(2, None), turn(3, False)], True) == 3
    assert judge.first_wrong([turn(1, True), turn(2, None, "嗯"), turn(3, None)], True) == 2
    assert judge.first_wrong([turn(1, None)], True) == 1
    assert judge.first_wrong([turn(1, True)], False) is None


def test_a_turn_that_the_caller_let_pass_is_not_the_first_wrong_one() -> None:
    silent = replace(turn(3, None), heard=("(silence)",))
    assert judge.first_wrong([turn(1, True, "挂号"), turn(2, True, "鼓楼"), silent], True) == 2
    heard = replace(turn(2, None), heard=("鼓楼 (0.50)",))
    assert judge.first_wrong([turn(1, None), heard, silent], True) == 2


def test_words_that_were_misunderstood_or_never_said_are_named() -> None:
    turns = [turn(1, True, "我要挂号"), turn(2, False, "鼓楼医院")]
    assert judge.misunderstood(["我要挂号", "鼓楼医院"], turns) == [
        "turn 2: 鼓楼医院 was understood as nothing"
    ]
    assert judge.misunderstood(["第一医院"], turns) == ["the call never came to: 第一医院"]


def test_what_a_case_wants_understood_fails_it() -> None:
    case = Case.model_validate(
        {"name": "t", "answers": {"task": "鼓楼医院"}, "expect": {"understood": ["鼓楼医院"]}}
    )
    for right, passed in ((True, True), (None, True), (False, False)):
        turns = [turn(1, right, "鼓楼医院")]
        ended = {"kind": "call_ended", "outcome": "transferred", "reason": "two_strikes"}
        result = judge.judged(case, Path("t.yaml"), [ended], [], [], turns, 9.0)
        assert result.passed is passed

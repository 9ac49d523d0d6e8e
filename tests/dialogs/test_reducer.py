"""What cannot be typed: events that cross each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from booking_client.errors import Refusal
from booking_client.types import (
    Booking,
    BookingStatus,
    ClinicSession,
    Department,
    Hold,
    Hospital,
    Patient,
    SlotBand,
)
from dialogs import commands as do
from dialogs import events as ev
from dialogs.outcomes import Category, Outcome, Reason
from dialogs.readback import READ_BACK_END
from dialogs.reducer import initial_state, reduce
from dialogs.state import State, Step, Wish
from dialogs.wording import load_wording
from grammars.meaning import Answer, Command, DateWish, Scored, Task, Understanding

NOW = dt.datetime(2026, 11, 24, 9, 0)
DAY = dt.date(2026, 11, 26)
WORDING = load_wording()
HOSPITAL = Hospital("南京鼓楼医院", ("鼓楼医院",), "鼓楼区", "三级甲等", ("本部",))
SESSION = ClinicSession(
    id=7,
    hospital=HOSPITAL.name,
    campus="本部",
    department="骨科",
    doctor=None,
    doctor_title=None,
    date=DAY,
    period="上午",
    fee_yuan=16,
    bands=(SlotBand(70, dt.time(8), dt.time(8, 30), 2),),
)
HOLD = Hold("hold-1", SESSION, 70, dt.time(8), dt.time(8, 30), NOW)
BOOKING = Booking(
    1,
    "23456780",
    BookingStatus.BOOKED,
    SESSION,
    dt.time(8),
    dt.time(8, 30),
    "陈德安",
    False,
    "001X",
    "phone",
)


def _held(step: Step) -> State:
    """A conversation with everything known and a place held."""
    started, _ = reduce(
        initial_state(WORDING), ev.CallStarted(NOW, "call-1", "13800000000", (HOSPITAL,))
    )
    return replace(
        started,
        step=step,
        wish=Wish(HOSPITAL.name, "骨科", date=DateWish(date=DAY), any_doctor=True),
        departments=(Department(HOSPITAL.name, "骨科", "外科"),),
        window=(DAY, DAY),
        session=SESSION,
        hold=HOLD,
        id_number="32010619450101001X",
        name="陈德安",
        name_known=True,
    )


def _confirming() -> State:
    yes = Understanding("可以", 0.95, confirm=(Scored(Answer.YES, 0.95),))
    state, commands = reduce(_held(Step.READ_BACK), ev.Heard(NOW, yes, frozenset({READ_BACK_END})))
    assert [type(command) for command in commands] == [do.Say, do.ConfirmBooking]
    return state


def _kinds(commands: tuple[do.Command, ...]) -> list[type]:
    return [type(command) for command in commands]


def test_the_first_sentence_says_machine_and_recording_and_then_asks() -> None:
    state, commands = reduce(
        initial_state(WORDING), ev.CallStarted(NOW, "call-1", "13800000000", (HOSPITAL,))
    )
    assert _kinds(commands) == [do.ChangeVoice, do.Say, do.Say, do.Listen]
    greeting = commands[1]
    assert isinstance(greeting, do.Say)
    words = greeting.fragments[0].text
    assert "机器人" in words
    assert "录音" in words
    assert state.step is Step.TASK


def test_the_key_of_a_booking_is_call_and_hold() -> None:
    yes = Understanding("可以", 0.95, confirm=(Scored(Answer.YES, 0.95),))
    _, commands = reduce(_held(Step.READ_BACK), ev.Heard(NOW, yes, frozenset({READ_BACK_END})))
    confirm = commands[-1]
    assert isinstance(confirm, do.ConfirmBooking)
    assert confirm.key == "call-1+hold-1"
    assert confirm.patient.phone == "13800000000"
    assert isinstance(confirm.patient, Patient)
    assert confirm.patient.name_verified


def test_a_yes_followed_by_hanging_up_stands() -> None:
    state, commands = reduce(_confirming(), ev.HungUp(NOW))
    assert do.ReleaseHold not in _kinds(commands)
    state, commands = reduce(state, ev.Booked(NOW, BOOKING))
    assert commands[0] == do.Conclude(Outcome.BOOKED, Category.BOOKING, Reason.COMPLETED)
    assert _kinds(commands) == [do.Conclude, do.SendText], "the code still reaches the caller"
    assert state.step is Step.ENDED


def test_who_has_booked_and_then_asks_in_vain_for_another_booking_has_booked() -> None:
    state = replace(
        _held(Step.FINDING_BOOKINGS),
        task=Task.CANCEL,
        identified=True,
        hold=None,
        achieved=Outcome.BOOKED,
    )
    _, commands = reduce(state, ev.BookingsFound(NOW, ()))
    conclusion = next(each for each in commands if isinstance(each, do.Conclude))
    assert conclusion.outcome is Outcome.BOOKED


def test_a_refusal_after_hanging_up_is_written_down() -> None:
    state, _ = reduce(_confirming(), ev.HungUp(NOW))
    state, commands = reduce(state, ev.Refused(NOW, Refusal.FULL))
    assert commands == (
        do.ReleaseHold("hold-1"),
        do.Conclude(Outcome.REFUSED, Category.BOOKING, Reason.BOOKING_REFUSED),
    )


def test_a_core_that_fails_after_hanging_up_is_tried_once_more() -> None:
    state, _ = reduce(_confirming(), ev.HungUp(NOW))
    state, commands = reduce(state, ev.CoreFailed(NOW))
    assert _kinds(commands) == [do.ConfirmBooking]
    state, commands = reduce(state, ev.CoreFailed(NOW))
    assert commands == (do.Conclude(Outcome.FAILED, Category.BOOKING, Reason.CORE_UNAVAILABLE),)


def test_a_person_asked_for_while_booking_comes_after_the_code() -> None:
    state, commands = reduce(_confirming(), ev.KeyPressed(NOW, "0", frozenset()))
    assert commands == ()
    state, commands = reduce(state, ev.Booked(NOW, BOOKING))
    assert _kinds(commands) == [
        do.Conclude,
        do.SendText,
        do.Say,  # get a pen
        do.ChangeVoice,
        do.Say,  # the code
        do.Say,
        do.Conclude,
        do.Transfer,
    ]
    assert commands[-2] == do.Conclude(Outcome.BOOKED, Category.BOOKING, Reason.KEY_ZERO)


def test_the_time_limit_does_not_cut_a_booking_short() -> None:
    state, commands = reduce(_confirming(), ev.TimeLimit(NOW))
    assert commands == ()
    _, commands = reduce(state, ev.Refused(NOW, Refusal.FULL))
    assert isinstance(commands[-1], do.Transfer)
    assert commands[-1].reason is Reason.TIME_LIMIT


@pytest.mark.parametrize("step", [Step.HOSPITAL, Step.READ_BACK, Step.FINDING_SESSIONS])
def test_a_supervisor_may_take_a_call_over_at_any_step(step: Step) -> None:
    state, commands = reduce(_held(step), ev.TakenOver(NOW))
    assert _kinds(commands) == [do.Say, do.Conclude, do.Transfer]
    transfer = commands[-1]
    assert isinstance(transfer, do.Transfer)
    assert transfer.reason is Reason.TAKEN_OVER
    assert state.step is Step.TRANSFERRED


def test_who_takes_over_waits_for_a_booking_that_was_agreed_to() -> None:
    state, commands = reduce(_confirming(), ev.TakenOver(NOW))
    assert commands == ()
    assert state.person_after_confirm is Reason.TAKEN_OVER


def test_the_code_is_said_twice_and_cannot_be_talked_down() -> None:
    _, commands = reduce(_confirming(), ev.Booked(NOW, BOOKING))
    said = [command for command in commands if isinstance(command, do.Say)]
    words = "".join(fragment.text for say in said for fragment in say.fragments)
    assert words.count("二三四五六七八零") == 2
    assert not any(say.barge_in for say in said if say.prompt.startswith("statement."))
    assert _kinds(commands)[-1] is do.Listen


def test_what_an_early_yes_has_not_heard_is_played_to_its_end() -> None:
    yes = Understanding("可以", 0.95, confirm=(Scored(Answer.YES, 0.95),))
    early = ev.Heard(NOW, yes, frozenset({"readback_hospital"}))
    state, commands = reduce(_held(Step.READ_BACK), early)
    said = [command for command in commands if isinstance(command, do.Say)]
    assert [say.prompt for say in said] == ["statement.hear_me_out", "question.read_back.asked"]
    assert isinstance(commands[-1], do.Listen)
    assert not commands[-1].barge_in
    again, commands = reduce(state, early)
    assert _kinds(commands) == [do.Listen]
    again, commands = reduce(again, ev.KeyPressed(NOW, "1", frozenset({"readback_fee"})))
    assert _kinds(commands) == [do.Say, do.Say, do.Listen]
    assert again.step is Step.READ_BACK
    _, commands = reduce(again, ev.Heard(NOW, yes, frozenset({READ_BACK_END})))
    assert _kinds(commands) == [do.Say, do.ConfirmBooking]


def test_a_goodbye_gives_back_what_is_held_for_a_further_booking() -> None:
    booked = replace(_held(Step.READ_BACK), booking=BOOKING, achieved=Outcome.BOOKED)
    goodbye = Understanding("再见", 0.95, command=(Scored(Command.GOODBYE, 0.95),))
    state, commands = reduce(booked, ev.Heard(NOW, goodbye, frozenset()))
    assert commands[0] == do.ReleaseHold("hold-1")
    assert isinstance(commands[-1], do.HangUp)
    assert state.step is Step.ENDED


def test_there_is_time_to_fetch_a_pen_before_the_code() -> None:
    _, commands = reduce(_confirming(), ev.Booked(NOW, BOOKING))
    note = next(c for c in commands if isinstance(c, do.Say))
    assert note.fragments[-1].pause_after >= 3


def test_a_late_answer_gets_a_word_and_only_while_the_caller_waits() -> None:
    confirming = _confirming()
    state, commands = reduce(confirming, ev.Delayed(NOW))
    assert [c.prompt for c in commands if isinstance(c, do.Say)] == ["statement.one_moment"]
    assert state.step is Step.CONFIRMING
    state, _ = reduce(state, ev.Booked(NOW, BOOKING))
    assert reduce(state, ev.Delayed(NOW))[1] == ()


def test_a_place_held_too_late_is_given_back() -> None:
    state, _ = reduce(replace(_held(Step.HOLDING), hold=None), ev.HungUp(NOW))
    _, commands = reduce(state, ev.HoldPlaced(NOW, HOLD))
    assert commands == (do.ReleaseHold("hold-1"),)


def test_a_place_held_on_the_way_to_a_person_is_kept() -> None:
    waiting = replace(_held(Step.HOLDING), hold=None)
    state, _ = reduce(waiting, ev.KeyPressed(NOW, "0", frozenset()))
    state, commands = reduce(state, ev.HoldPlaced(NOW, HOLD))
    assert commands == ()
    _, commands = reduce(state, ev.TransferEnded(NOW, answered=False))
    assert do.ReleaseHold("hold-1") in commands


@pytest.mark.parametrize("step", [Step.TRANSFERRED, Step.ENDED])
def test_what_comes_after_the_end_changes_nothing(step: Step) -> None:
    state = replace(_held(step), concluded=True)
    for event in (
        ev.Heard(NOW, Understanding("人工", 0.9), frozenset()),
        ev.KeyPressed(NOW, "0", frozenset()),
        ev.NothingHeard(NOW),
        ev.TimeLimit(NOW),
        ev.CoreFailed(NOW),
        ev.RecogniserFailed(NOW),
        ev.HungUp(NOW),
    ):
        assert reduce(state, event)[1] == ()


def test_words_while_the_core_is_asked_are_not_lost_on_a_wrong_question() -> None:
    state = _held(Step.FINDING_SESSIONS)
    yes = Understanding("可以", 0.95, confirm=(Scored(Answer.YES, 0.95),))
    assert reduce(state, ev.Heard(NOW, yes, frozenset({READ_BACK_END}))) == (state, ())


def test_the_read_back_ends_with_its_mark() -> None:
    yes = Understanding("可以", 0.95, confirm=(Scored(Answer.YES, 0.95),))
    _, commands = reduce(_held(Step.READ_BACK), ev.Heard(NOW, yes, frozenset()))
    question = commands[-2]
    assert isinstance(question, do.Say)
    marked = [fragment for fragment in question.fragments if fragment.mark]
    assert marked[-1].mark == READ_BACK_END
    assert marked[-1].text == "八点到八点半"
    assert question.fragments[-1].text.endswith("？")


def test_sixty_turns_are_enough() -> None:
    state = replace(_held(Step.READ_BACK), turns=60)
    _, commands = reduce(state, ev.NothingHeard(NOW))
    assert isinstance(commands[-1], do.Transfer)
    assert commands[-1].reason is Reason.TIME_LIMIT
    assert commands[-1].handover.hospital == BOOKING.session.hospital

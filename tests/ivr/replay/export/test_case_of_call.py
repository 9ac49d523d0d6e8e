"""A logged call as a case."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.outcomes import Outcome, Reason
from grammars.meaning import Slot
from ivr.call_log import StoredCall
from ivr.caller.case import Case
from ivr.replay.export.case_of_call import Exported, ExportFault, exported
from ivr.replay.export.corrections import Corrections
from ivr.replay.export.recorded_legs import RecordedLegs
from ivr.replay.export.stand_ins import spoken_digits, stand_ins
from tests.ivr.replay.export.logged import SEARCH, call, prompts, quiet, record, spoken, turn
from tests.listening.sounds import Wave, joined

NUMBER = stand_ins().id_number
TASK = turn(1, Slot.TASK, "我要挂号")
MISHEARD = turn(2, Slot.HOSPITAL, "姑娘医院")
CONFIRMED = turn(
    3,
    Slot.CONFIRM,
    "对的",
    prompt="question.read_back.asked",
    decided=(SEARCH, "place_hold session=7", "confirm_booking hold ***", "say statement.booked"),
)


def legs(tmp_path: Path, *caller: Wave) -> RecordedLegs:
    path = record(tmp_path / "call.wav", joined(list(caller)), prompts(len(caller)))
    return RecordedLegs.read(path)


def case_of(made: Exported) -> Case:
    return Case.model_validate(made.case)


def test_the_callers_voice_answers_what_was_asked(tmp_path: Path) -> None:
    made = exported(
        call(TASK, MISHEARD, CONFIRMED), legs(tmp_path, spoken(), spoken(0.5), spoken())
    )
    case = case_of(made)
    assert list(case.answers) == ["task", "hospital", "confirm"]
    (hospital,) = case.answers["hospital"]
    assert hospital.wav == "20260302-3f2c9d1e-02.wav"
    assert hospital.after == pytest.approx(0.4, abs=0.4)
    assert set(made.sounds) == {answer[0].wav for answer in case.answers.values()}
    assert (case.today, case.caller) == (call().started_at, "02586543210")
    assert hospital.text is None  # what was heard need not be what was said
    assert "turn 2: heard as 姑娘医院" in made.notes


def test_a_call_that_nobody_marked_must_come_out_as_it_did() -> None:
    expect = case_of(exported(call(TASK, MISHEARD, CONFIRMED), None)).expect
    assert (expect.outcome, expect.reason) == (Outcome.BOOKED, Reason.COMPLETED)
    assert expect.booking is not None
    assert expect.booking.model_dump(mode="json", exclude_none=True) == {
        "hospital": "南京鼓楼医院",
        "department": "皮肤科",
        "date": "2026-03-04",
        "session": "上午",
    }
    assert expect.never == ("booked_without_confirmation",)


def test_a_turn_marked_as_misheard_has_to_be_understood(tmp_path: Path) -> None:
    lost = call(TASK, MISHEARD, outcome=Outcome.TRANSFERRED, reason=Reason.TWO_STRIKES)
    made = exported(lost, legs(tmp_path, spoken(), spoken()), Corrections({2: "鼓楼医院"}))
    case = case_of(made)
    assert case.answers["hospital"][0].text == "鼓楼医院"
    assert case.expect.understood == ("鼓楼医院",)
    assert case.expect.outcome is None  # the call need not end as it did


def test_a_reviewer_may_say_how_the_call_should_have_ended() -> None:
    lost = call(TASK, MISHEARD, outcome=Outcome.TRANSFERRED, reason=Reason.TWO_STRIKES)
    expect = case_of(
        exported(lost, None, Corrections({2: "鼓楼医院"}, outcome=Outcome.BOOKED))
    ).expect
    assert (expect.outcome, expect.reason) == (Outcome.BOOKED, None)
    assert expect.booking is not None


def test_an_id_number_is_spoken_by_a_synthetic_voice_with_demonstration_digits(
    tmp_path: Path,
) -> None:
    told = turn(2, Slot.ID_NUMBER, "**************123X")
    made = exported(call(TASK, told, CONFIRMED), legs(tmp_path, spoken(), spoken(), spoken()))
    case = case_of(made)
    assert case.answers["id_number"][0].say == spoken_digits(NUMBER)
    assert "20260302-3f2c9d1e-02.wav" not in made.sounds  # whatever the recording holds there
    assert case.expect.booking is not None
    assert case.expect.booking.id_number == NUMBER


def test_keys_of_an_id_number_are_replaced_and_other_keys_stay() -> None:
    keyed = turn(2, Slot.ID_NUMBER, keys="**************123X#")
    chosen = turn(3, Slot.CHOICE, keys="2")
    back = turn(4, Slot.DATE, keys="*")
    answers = case_of(exported(call(TASK, keyed, chosen, back), None)).answers
    assert answers["id_number"][0].press == f"{NUMBER}#"
    assert answers["choice"][0].press == "2"
    assert answers["date"][0].press == "*"


@pytest.mark.parametrize("slot", [Slot.NAME, Slot.PROOF, Slot.STATEMENT])
def test_personal_answers_are_never_in_the_callers_voice(tmp_path: Path, slot: Slot) -> None:
    made = exported(
        call(TASK, turn(2, slot, "我叫王某某"), outcome=Outcome.TICKET),
        legs(tmp_path, spoken(), spoken()),
    )
    assert set(made.sounds) == {"20260302-3f2c9d1e-01.wav"}
    assert "王某某" not in str(made.case)


def test_a_number_that_a_reviewer_writes_down_is_not_exported() -> None:
    misheard = turn(2, Slot.TASK, "嗯")
    told = Corrections({2: "我的身份证是32010619510909123X要挂号"})
    made = exported(call(TASK, misheard, outcome=Outcome.FAILED, reason=None), None, told)
    assert "0909" not in str(made.case)
    assert spoken_digits(NUMBER) in str(made.case)


def test_who_declines_to_give_a_phone_number_declines_again() -> None:
    made = exported(call(TASK, turn(2, Slot.PHONE, "不用了")), None)
    assert case_of(made).answers["phone"][0].say == "不用了"


def test_the_same_question_asked_again_has_the_next_answer() -> None:
    again = turn(3, Slot.HOSPITAL, "鼓楼医院")
    answers = case_of(exported(call(TASK, MISHEARD, again), None)).answers
    assert [answer.say for answer in answers["hospital"]] == ["姑娘医院", "鼓楼医院"]


def test_a_silent_turn_is_silent_again(tmp_path: Path) -> None:
    silent = turn(2, Slot.HOSPITAL)
    made = exported(call(TASK, silent, CONFIRMED), legs(tmp_path, spoken(), quiet(), spoken()))
    (answer,) = case_of(made).answers["hospital"]
    assert answer.wav is not None
    assert 4.5 < len(made.sounds[answer.wav]) / 16000 < 6.0
    assert answer.after == 0


def test_who_hung_up_hangs_up_again(tmp_path: Path) -> None:
    gone = turn(2, Slot.HOSPITAL, decided=("conclude abandoned 电话预约 hung_up",))
    lost = call(TASK, gone, outcome=Outcome.ABANDONED, reason=Reason.HUNG_UP)
    (answer,) = case_of(exported(lost, legs(tmp_path, spoken(), quiet()))).answers["hospital"]
    assert answer.hang_up == pytest.approx(6.0, abs=0.4)


def test_the_name_of_the_question_follows_its_prompt() -> None:
    checked = turn(2, Slot.CONFIRM, "对", prompt="question.check.asked")
    rated = turn(3, Slot.CHOICE, "满意", prompt="question.survey_service.asked")
    answers = case_of(exported(call(TASK, checked, rated), None)).answers
    assert set(answers) == {"task", "yes_no", "survey"}


def test_an_unanswered_queue_is_unanswered_again() -> None:
    kept = call(TASK, outcome=Outcome.CALLBACK, reason=Reason.QUEUE_UNANSWERED)
    case = case_of(exported(kept, None))
    assert case.operators == "nobody"
    assert case.expect.reason is None


def test_a_withheld_number_stays_withheld() -> None:
    assert case_of(exported(call(TASK, last_four=""), None)).caller == ""


@pytest.mark.parametrize(
    ("logged", "told", "fault"),
    [
        (call(TASK, outcome=None), Corrections(), "has not ended"),
        (call(TASK), Corrections({7: "鼓楼医院"}), "no turn 7"),
        (call(turn(1, None)), Corrections(), "nothing to replay"),
    ],
)
def test_what_no_case_can_be_made_of_is_said(
    logged: StoredCall, told: Corrections, fault: str
) -> None:
    with pytest.raises(ExportFault, match=fault):
        exported(logged, None, told)

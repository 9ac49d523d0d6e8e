"""What a recogniser is told of a question."""

from __future__ import annotations

from pathlib import Path

from grammars.doctor_names import doctor_candidates
from grammars.meaning import Slot
from ivr.session.closed_lists import ClosedLists, hint_of
from tests.dialogs.clinic import make_clinic, open_core
from tests.grammars.questions import question


def test_everything_that_callers_say_at_a_question_is_in_its_grammar() -> None:
    grammar = hint_of(question(Slot.HOSPITAL)).grammar
    assert {"鼓楼医院", "心内科", "我想挂", "人工", "不对", "明天"} <= set(grammar)


def test_an_id_number_has_no_grammar() -> None:
    assert hint_of(question(Slot.ID_NUMBER)).grammar == ()


def test_a_doctor_is_called_by_name_and_title() -> None:
    (doctor,) = doctor_candidates(["王建国"])
    assert set(doctor.aliases) == {"王医生", "王主任", "王建国医生"}


async def test_which_hospitals_have_a_department(tmp_path: Path) -> None:
    await make_clinic(tmp_path / "booking.db")
    core = await open_core(tmp_path / "booking.db")
    lists = ClosedLists(core)
    await lists.load()
    assert lists.hospitals_with["骨科"] == ("南京鼓楼医院", "江苏省人民医院")
    assert lists.hospitals_with["肾内科"] == ("南京博大肾科医院",)
    await core.close()

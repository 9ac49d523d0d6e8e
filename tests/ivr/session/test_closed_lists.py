"""What a recogniser is told of a question."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from dialogs.commands import Listen
from grammars.doctor_names import doctor_candidates
from grammars.meaning import Hypothesis, Slot
from grammars.understand import understand
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


async def test_added_aliases_are_heard_from_the_next_question_on(tmp_path: Path) -> None:
    await make_clinic(tmp_path / "booking.db")
    core = await open_core(tmp_path / "booking.db")
    lists = ClosedLists(core)
    await lists.load()

    async def understood() -> list[str]:
        asked = await lists.question(Listen(Slot.HOSPITAL), dt.date(2026, 11, 24))
        return [s.value for s in understand(asked, [Hypothesis("天文台", 1.0)]).hospital]

    assert await understood() == []
    await lists.take({Slot.HOSPITAL: {"南京鼓楼医院": ("天文台",)}})
    assert await understood() == ["南京鼓楼医院"]
    await lists.take({})
    assert await understood() == []
    await core.close()

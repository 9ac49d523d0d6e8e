"""What the sound may not do: above all no yes of a no."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import pytest

from dialogs.policy import load_policy
from grammars.agreement import agreed
from grammars.meaning import Answer, Scored, Slot, Understanding
from grammars.sound_limits import bounded
from tests.grammars.heard_sound import evidence, heard_by_sound
from tests.grammars.questions import question, understood


@pytest.mark.parametrize("said", ["不对", "不是", "不", "嗯不"])
def test_a_written_no_never_becomes_a_yes(said: str) -> None:
    after = heard_by_sound(Slot.CONFIRM, said, 对=(Answer.YES, 0.0), 不对=(Answer.NO, -19.0))
    assert after.confirm[0].value is Answer.NO


@pytest.mark.parametrize("said", ["请问对吗", "可以吗", "好的几点"])
def test_who_has_said_neither_has_not_said_yes_by_sound(said: str) -> None:
    assert heard_by_sound(Slot.CONFIRM, said, 对的=(Answer.YES, 0.0)).confirm == ()


def test_what_the_sound_alone_knows_is_asked_back() -> None:
    after = heard_by_sound(Slot.HOSPITAL, "什么任意", 省人医=("江苏省人民医院", 0.0))
    assert after.hospital[0].value == "江苏省人民医院"
    assert after.hospital[0].confidence < load_policy().thresholds.hospital.accept


def test_a_yes_that_is_a_no_without_its_first_syllable_books_nothing_however_well_it_fits() -> None:
    after = heard_by_sound(Slot.CONFIRM, "没有错", 没有错=(Answer.YES, 0.0))
    assert after.confirm[0].value is Answer.YES
    assert bounded(after).confirm[0].confidence < load_policy().thresholds.read_back.accept


@pytest.mark.parametrize("slot", [Slot.COMMAND, Slot.CHOICE, Slot.TASK, Slot.DATE, Slot.DOCTOR])
def test_no_slot_takes_unasked_what_the_sound_alone_knows(slot: Slot) -> None:
    sure: tuple[Scored[Hashable], ...] = (Scored("任意", 0.99, "任意"),)
    changed: dict[str, Any] = {slot.value: sure}
    [after] = getattr(
        bounded(replace(Understanding("", 0.6), by_sound=slot, **changed)), slot.value
    )
    limits = getattr(load_policy().thresholds, slot.value)
    assert limits.confirm <= after.confidence < limits.accept


def test_a_yes_by_sound_alone_decides_nothing() -> None:
    after = heard_by_sound(Slot.CONFIRM, "是旧哥", 是这个=(Answer.YES, 0.0))
    assert after.confirm[0].value is Answer.YES
    limits = load_policy().thresholds
    assert after.confirm[0].confidence < min(limits.confirm.accept, limits.read_back.confirm)


def test_calibration_makes_nothing_of_it_surer() -> None:
    after = heard_by_sound(Slot.CONFIRM, "是旧哥", 是这个=(Answer.YES, 0.0))
    surer = replace(after, confirm=(replace(after.confirm[0], confidence=0.9),))
    assert bounded(surer).confirm[0].confidence == after.confirm[0].confidence


def test_a_no_by_sound_alone_is_asked_for_again() -> None:
    """Music fits a 别 too."""
    after = heard_by_sound(Slot.CONFIRM, "美乡", 没讲=(Answer.NO, 0.0))
    assert after.confirm[0].value is Answer.NO
    assert after.confirm[0].confidence < load_policy().thresholds.confirm.accept


def test_a_written_not_that_sounds_like_a_yes_alone_is_asked_again() -> None:
    after = heard_by_sound(Slot.CONFIRM, "不讲得对", 讲得对=(Answer.YES, 0.0))
    assert all(each.confidence < 0.6 for each in after.confirm if each.value is Answer.YES)
    assert after.confirm[0].value is Answer.YES


@pytest.mark.parametrize("no", [-0.5, 0.0, -0.7])
def test_a_yes_that_fits_hardly_better_than_a_no_decides_nothing(no: float) -> None:
    after = heard_by_sound(Slot.CONFIRM, "对", 对=(Answer.YES, 0.0), 否=(Answer.NO, no))
    assert all(each.confidence < 0.6 for each in after.confirm if each.value is Answer.YES)


def _long(said: str, yes: str) -> float:
    """How sure the yes is of an utterance of four tokens that fits it 2 nats better than 有错."""
    heard = evidence(Slot.CONFIRM, **{yes: (Answer.YES, 0.0), "有错": (Answer.NO, -2.0)})
    question_, written = question(Slot.CONFIRM), understood(Slot.CONFIRM, said)
    after = agreed(question_, written, replace(heard, tokens=4)).confirm[0]
    assert after.value is Answer.YES
    return after.confidence


@pytest.mark.parametrize(("said", "yes"), [("没有错", "没有错"), ("没错", "没错"), ("嗯有", "有")])
def test_a_yes_that_is_one_syllable_off_a_no_decides_nothing(said: str, yes: str) -> None:
    """有错 was written 没有错, and 有误 as 有 with something before it."""
    assert _long(said, yes) < load_policy().thresholds.confirm.accept


def test_a_plain_yes_of_two_syllables_needs_less() -> None:
    assert _long("对的", "对的") > load_policy().thresholds.read_back.accept


def test_a_yes_that_fits_clearly_better_decides() -> None:
    after = heard_by_sound(Slot.CONFIRM, "对", 对=(Answer.YES, 0.0), 不对=(Answer.NO, -8.0))
    assert after.confirm[0].value is Answer.YES
    assert after.confirm[0].confidence > 0.75


def test_a_written_yes_that_does_not_fit_the_sound_decides_nothing() -> None:
    after = heard_by_sound(Slot.CONFIRM, "对的", 我要改=(Answer.NO, -1.0))
    assert all(each.confidence < 0.6 for each in after.confirm if each.value is Answer.YES)

from __future__ import annotations

import pytest

from bench.corpus.utterances import (
    ACCENTED_SLOTS,
    DEV_VOICES,
    HELD_OUT_VOICES,
    PITCHES,
    SHORT_SLOTS,
    TODAY,
    Split,
    Utterance,
    utterances,
)
from grammars.data_files import commands_data, departments_data, hospitals_data, tasks_data
from grammars.id_number import is_valid
from grammars.meaning import Slot
from ivr.simulate.held_out import held_out_hospitals

EVERY_SLOT = (*SHORT_SLOTS, Slot.ID_NUMBER)


def values(split: Split, slot: Slot) -> set[str]:
    return {str(utterance.value) for utterance in utterances(split, slot)}


def test_every_run_says_the_same() -> None:
    assert utterances("dev", Slot.HOSPITAL) == utterances("dev", Slot.HOSPITAL)


def test_no_two_utterances_have_the_same_id() -> None:
    everything = [*utterances("dev"), *utterances("test")]
    assert len({utterance.id for utterance in everything}) == len(everything)


@pytest.mark.parametrize("slot", SHORT_SLOTS)
def test_enough_is_said_for_every_slot(slot: Slot) -> None:
    assert len(utterances("test", slot, accent=False)) >= 400
    assert len(utterances("dev", slot)) == 150
    accented = utterances("test", slot, accent=True)
    assert len(accented) == (200 if slot in ACCENTED_SLOTS else 0)
    assert all(utterance.merges for utterance in accented)


def test_600_id_numbers_are_dictated() -> None:
    said = utterances("test", Slot.ID_NUMBER)
    assert len(said) == 600
    assert all(is_valid(str(utterance.value), TODAY) for utterance in said)
    assert len(utterances("dev", Slot.ID_NUMBER)) == 60


def test_dev_and_test_are_spoken_by_different_voices() -> None:
    dev = {utterance.voice for utterance in utterances("dev")}
    held_out = {
        utterance.voice
        for utterance in utterances("test")
        if utterance.value not in [*held_out_hospitals()]
    }
    assert dev == set(DEV_VOICES)
    assert held_out == set(HELD_OUT_VOICES)


def test_the_held_out_voices_are_a_woman_and_a_man_and_speak_equally_often() -> None:
    assert sorted(voice[:2] for voice in HELD_OUT_VOICES) == ["zf", "zm"]
    for slot in EVERY_SLOT:
        said = [u for u in utterances("test", slot) if u.voice in HELD_OUT_VOICES]
        woman = sum(utterance.voice.startswith("zf") for utterance in said)
        assert 0.35 < woman / len(said) < 0.65


def test_no_held_out_hospital_is_said_in_dev() -> None:
    assert len(held_out_hospitals()) == len(hospitals_data().hospitals) // 5
    assert not values("dev", Slot.HOSPITAL) & held_out_hospitals()


def test_a_quarter_of_the_tested_hospitals_are_held_out_and_said_by_the_other_voices() -> None:
    said = utterances("test", Slot.HOSPITAL, accent=False)
    others = [utterance for utterance in said if utterance.voice in DEV_VOICES]
    assert len(others) == len(said) / 4
    assert {str(utterance.value) for utterance in others} == held_out_hospitals()


def test_no_doctor_is_said_in_dev_and_in_test() -> None:
    assert not values("dev", Slot.DOCTOR) & values("test", Slot.DOCTOR)


@pytest.mark.parametrize("slot", [Slot.CONFIRM, Slot.ID_NUMBER, Slot.HOSPITAL])
def test_dev_and_test_share_no_recording(slot: Slot) -> None:
    def recordings(split: Split) -> set[tuple[object, ...]]:
        return {(u.text, u.voice, u.speed, u.pitch) for u in utterances(split, slot)}

    assert not recordings("dev") & recordings("test")


def test_every_hospital_department_command_and_task_is_tested() -> None:
    assert values("test", Slot.HOSPITAL) == {place.name for place in hospitals_data().hospitals}
    departments = {clinic.name for clinic in departments_data().departments}
    assert values("test", Slot.DEPARTMENT) == departments
    assert values("test", Slot.COMMAND) == {e.command.value for e in commands_data().commands}
    assert values("test", Slot.TASK) == {e.task.value for e in tasks_data().tasks}
    assert values("test", Slot.CONFIRM) == {"yes", "no"}


@pytest.mark.parametrize("slot", [Slot.HOSPITAL, Slot.DEPARTMENT, Slot.DOCTOR])
def test_about_half_is_said_bare(slot: Slot) -> None:
    names = _everything_said(slot)
    said = utterances("test", slot)
    bare = sum(utterance.text in names for utterance in said)
    assert 0.35 < bare / len(said) < 0.65


def _everything_said(slot: Slot) -> set[str]:
    if slot is Slot.DOCTOR:
        return values("test", slot)
    places = hospitals_data().hospitals
    entries = places if slot is Slot.HOSPITAL else departments_data().departments
    return {said for entry in entries for said in (entry.name, *entry.aliases)}


@pytest.mark.parametrize("split", ["dev", "test"])
def test_speakers_differ_in_speed_and_size(split: Split) -> None:
    said = utterances(split)
    speeds = [utterance.speed for utterance in said]
    assert min(speeds) < 0.87
    assert max(speeds) > 1.08
    assert all(0.85 <= speed <= 1.1 for speed in speeds)
    assert {utterance.pitch for utterance in said} == set(PITCHES)


def test_nothing_is_left_unfilled_in_a_sentence() -> None:
    every = [*utterances("dev"), *utterances("test")]
    assert not [utterance.text for utterance in every if set("{}…|=") & set(utterance.text)]


def test_an_utterance_shows_whose_accent_it_has() -> None:
    standard: Utterance = utterances("test", Slot.DATE, accent=False)[0]
    accented = utterances("test", Slot.DATE, accent=True)[0]
    assert standard.merges == ()
    assert accented.merges != ()

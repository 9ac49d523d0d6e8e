from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.corpus import making
from bench.corpus.__main__ import needed, spoken
from bench.corpus.background import everyday
from bench.corpus.speech import renderings
from bench.corpus.utterances import SHORT_SLOTS
from grammars.meaning import Slot

EVERY_SLOT = (*SHORT_SLOTS, Slot.ID_NUMBER)


def test_speech_is_made_in_the_order_in_which_it_is_needed() -> None:
    parts = [
        (utterance.slot is Slot.ID_NUMBER, utterance.accent, utterance.split)
        for utterance in spoken(("dev", "test"), EVERY_SLOT)
    ]
    assert list(dict.fromkeys(parts)) == [
        (False, False, "dev"),
        (False, False, "test"),
        (False, True, "test"),
        (True, False, "dev"),
        (True, False, "test"),
    ]


def test_the_babble_comes_first_and_nothing_is_forgotten() -> None:
    said = spoken(("dev",), (Slot.DATE,))
    wanted = list(needed(said))
    assert tuple(wanted[: len(everyday())]) == everyday()
    assert {each for one in said for each in renderings(one)} < set(wanted)


def test_a_part_is_the_beginning_of_each_slot() -> None:
    part = spoken(("dev",), (Slot.DATE, Slot.ID_NUMBER), 4)
    whole = spoken(("dev",), (Slot.DATE, Slot.ID_NUMBER))
    assert [one.slot for one in part] == [Slot.DATE] * 4 + [Slot.ID_NUMBER] * 4
    assert part[:4] == whole[:4]


def test_progress_is_told_and_kept_in_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = tmp_path / "status"
    making._report(status, 50, 250, 1.5)
    line = status.read_text(encoding="utf-8")
    assert re.fullmatch(r"\d\d:\d\d:\d\d 50 of 250 made, 1\.50 s each, 5 min left\n", line)
    assert capsys.readouterr().out == line


def test_nothing_to_make_is_made_and_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = tmp_path / "status"
    making.make([], workers=2, status=status)
    assert not status.exists()
    assert capsys.readouterr().out == ""

"""The survey's file."""

from __future__ import annotations

from pathlib import Path

import pytest

import dialogs.survey
from datafiles import DataFileError
from dialogs.survey import load_survey, shipped_survey
from grammars.closed_list import ClosedList
from grammars.meaning import Slot
from grammars.question import Question
from grammars.understand import understand
from tests.grammars.questions import TODAY, n_best

SHIPPED = Path(dialogs.survey.__file__).parent / "data" / "survey.yaml"


@pytest.mark.parametrize(
    ("said", "score"),
    [
        ("很满意", 5),
        ("满意", 4),
        ("一般", 3),
        ("还行吧", 3),
        ("不满意", 2),
        ("很不满意", 1),
        ("五分", 5),
        ("打四分", 4),
        ("三", 3),
        ("我给两分", 2),
        ("一分", 1),
        ("非常满意", 5),
        ("不太满意", 2),
    ],
)
def test_what_callers_say_has_a_score(said: str, score: int) -> None:
    survey = shipped_survey()
    question = Question(Slot.CHOICE, TODAY, choices=ClosedList(survey.choices))
    best = understand(question, n_best(said)).choice[0]
    assert survey.score_of(best.value) == score
    assert best.confidence >= 0.65


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("{score: 1,", "{score: 2,", "from the worst to the best"),
        ("key: care", "key: booking", "stands twice"),
        ("after_call: booking", "after_call: parking", "no question has the key parking"),
        ("asks: 预约", "ask: 预约", "asks"),
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "survey.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFileError, match=problem):
        load_survey(path)

"""What callers say and what it means: one table a slot, in `cases/`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from datafiles import load_yaml
from grammars.meaning import Slot
from grammars.parse_result import parse_result
from grammars.understand import understand
from tests.grammars.questions import n_best, question

_CASES = Path(__file__).parent / "cases"
_NOTHING = "nothing"


class Table(BaseModel):
    """`cases`: what it means -> all the ways it is said; `|` separates hypotheses."""

    model_config = ConfigDict(extra="forbid")
    expect: Slot
    today: dt.date
    cases: dict[str, list[str]]


def _tables() -> Iterator[tuple[Table, str, str]]:
    for path in sorted(_CASES.glob("*.yaml")):
        table = load_yaml(path, Table)
        for meaning, sentences in table.cases.items():
            for sentence in sentences:
                yield table, sentence, meaning


def _expected(slot: Slot, meaning: str) -> object:
    if meaning == _NOTHING:
        return None
    if slot is Slot.DATE:
        date, session = meaning.split()
        first, limited, last = date.partition("..")
        return {
            "date": None if date == "-" or limited else date,
            "session": None if session == "-" else session,
            **({"not_before": first} if limited and first else {}),
            **({"not_after": last} if limited and last else {}),
        }
    return meaning


@pytest.mark.parametrize(
    ("table", "sentence", "meaning"),
    [pytest.param(*case, id=f"{case[0].expect}-{case[1]}") for case in _tables()],
)
def test_sentence_means(table: Table, sentence: str, meaning: str) -> None:
    asked = question(table.expect, today=table.today)
    result = parse_result(asked, understand(asked, n_best(sentence)))
    assert result["value"] == _expected(table.expect, meaning)


def test_there_are_enough_cases() -> None:
    assert sum(1 for _ in _tables()) >= 400

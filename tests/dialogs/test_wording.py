from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import dialogs.wording
from datafiles import DataFileError
from dialogs import spoken
from dialogs.sentences import QUESTIONS, STATEMENTS
from dialogs.wording import load_wording

SHIPPED = Path(dialogs.wording.__file__).parent / "data" / "wording.yaml"


def _edited(tmp_path: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "wording.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def _line_of(words: str) -> int:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def test_every_fixed_text_is_listed_once() -> None:
    texts = load_wording().all_fixed_texts()
    assert len(set(texts)) == len(texts)
    assert "您好，这里是幺二三二零，我是机器人，通话会录音。" in texts
    assert not any("{" in text for text in texts)


def test_what_is_rendered_ahead_fits_the_first_start() -> None:
    """Under 600 with 38 hospitals, 36 departments, about 20 campuses and 15 days."""
    fixed = {*load_wording().all_fixed_texts(), *spoken.all_fixed_texts()}
    assert len(fixed) + 38 + 36 + 20 + 15 < 600


LONGEST = 25  # characters that an elderly caller keeps in mind


def _shipped() -> Any:
    return yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def _texts(variants: str | list[object]) -> list[str]:
    return [variants] if isinstance(variants, str) else [str(text) for text in variants]


def _length(text: str) -> int:
    """Without what is filled in, and without punctuation."""
    return len(re.sub(r"\W", "", re.sub(r"\{\w+\}", "", text)))


def _questions() -> list[tuple[str, str]]:
    return [
        (f"{key}.{manner}", text)
        for key, question in _shipped()["questions"].items()
        for manner, variants in question.items()
        for text in _texts(variants)
    ]


def test_no_question_is_long() -> None:
    assert [key for key, text in _questions() if _length(text) > LONGEST] == []


def test_no_statement_is_long_but_those_named_in_the_file() -> None:
    shipped = _shipped()
    long = {
        key
        for key, variants in shipped["statements"].items()
        if any(_length(text) > LONGEST for text in _texts(variants))
    }
    assert long == set(shipped["long_on_purpose"])


def test_nothing_else_that_is_said_is_long() -> None:
    """What is said to who has another document, and why the core refuses."""
    shipped = _shipped()
    said = {f"documents.{key}": each["say"] for key, each in shipped["documents"].items()}
    said |= {f"refused.{key}": text for key, text in shipped["refused"].items()}
    long = [key for key, v in said.items() if any(_length(text) > LONGEST for text in _texts(v))]
    assert long == []


def test_a_fault_s_words_and_the_question_after_them_are_short_together() -> None:
    for key, fault in _shipped()["faults"].items():
        for text in (*_texts(fault["first"]), *_texts(fault["second"])):
            assert _length(text) <= 18, key


def test_a_question_asks_one_thing() -> None:
    assert [key for key, text in _questions() if text.count("？") > 1] == []


def test_no_list_ends_in_the_air() -> None:
    """After the last of several options comes a question, or what to do."""
    lists = [(key, text) for key, text in _questions() if re.search(r"\{(options|keyed|c)\}", text)]
    assert lists
    for key, text in lists:
        assert re.search(r"\}[^{}]*\w[^{}]*$", text), key
        assert text.endswith("？") or _length(text.rpartition("}")[2]) >= 5, key


def test_each_fault_has_words_of_its_own() -> None:
    texts = [
        text
        for fault in _shipped()["faults"].values()
        for text in (*_texts(fault["first"]), *_texts(fault["second"]))
    ]
    assert len(set(texts)) == len(texts)


def test_repeated_questions_have_two_wordings() -> None:
    for key, question in load_wording().questions.items():
        assert len(question.asked) >= 2, key


@pytest.mark.parametrize(
    ("old", "new", "field", "problem"),
    [
        ("我是机器人", "我是{robot}", "statements.greeting", "unknown placeholder {robot}"),
        ("请说医院的名字。", '"请{说"', "questions.hospital.again", "brace"),
        ("记下了。", "''", "statements.name_noted", "empty"),
        ("记下了。", "。", "statements.name_noted", "empty"),
        ("name_noted:", "name_notted:", "statements.name_noted", "this field is missing"),
        ("[queue_unanswered_crisis,", "[nothing_of_that,", "long_on_purpose.0", "no statement"),
        ("full: 这个号", "fulll: 这个号", "refused.full", "this field is missing"),
    ],
)
def test_a_fault_names_file_line_and_field(
    tmp_path: Path, old: str, new: str, field: str, problem: str
) -> None:
    path = _edited(tmp_path, old, new)
    with pytest.raises(DataFileError) as raised:
        load_wording(path)
    assert raised.value.file == path
    assert raised.value.field == field
    assert problem in raised.value.problem
    assert raised.value.line > 0


def test_the_line_is_the_sentence_s(tmp_path: Path) -> None:
    path = _edited(tmp_path, "这个科没有{doctor}", "这个科没有{docter}")
    with pytest.raises(DataFileError) as raised:
        load_wording(path)
    assert raised.value.line == _line_of("这个科没有{doctor}")


def test_every_declared_sentence_is_in_use() -> None:
    """A key that no flow says would be rendered ahead for nothing."""
    room = Path(dialogs.wording.__file__).parent
    code = "".join(
        path.read_text(encoding="utf-8") for path in room.rglob("*.py") if path.name != "wording.py"
    )
    assert [key for key in (*STATEMENTS, *QUESTIONS) if f'"{key}"' not in code] == []

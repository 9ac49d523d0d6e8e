from __future__ import annotations

from pathlib import Path

import pytest

import dialogs.wording
from datafiles import DataFileError
from dialogs import spoken
from dialogs.wording import QUESTIONS, STATEMENTS, load_wording, parse_template

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


def test_a_sentence_is_cut_around_its_placeholders() -> None:
    template = parse_template("好的，{hospital}，{department}。您稍等。")
    holes = {
        "hospital": spoken.hospital("南京鼓楼医院"),
        "department": spoken.department("骨科"),
    }
    fragments = template.render(holes)
    assert [f.text for f in fragments] == ["好的，", "南京鼓楼医院", "骨科", "您稍等。"]
    assert fragments[2].pause_after == pytest.approx(0.3)
    assert list(template.fixed_texts()) == ["好的，", "您稍等。"]


def test_a_bar_cuts_at_a_pause() -> None:
    assert list(parse_template("约好了。|您记一下。").fixed_texts()) == ["约好了。", "您记一下。"]


def test_an_empty_hole_leaves_nothing() -> None:
    assert [f.text for f in parse_template("比如{a}、{b}，您选哪个？").render({})] == [
        "比如",
        "您选哪个？",
    ]


def test_every_fixed_text_is_listed_once() -> None:
    texts = load_wording().all_fixed_texts()
    assert len(set(texts)) == len(texts)
    assert "您好，这里是幺二三二零，我是机器人，通话会录音。" in texts
    assert not any("{" in text for text in texts)


def test_what_is_rendered_ahead_fits_the_first_start() -> None:
    """Under 600 with 38 hospitals, 36 departments, about 20 campuses and 15 days."""
    fixed = {*load_wording().all_fixed_texts(), *spoken.all_fixed_texts()}
    assert len(fixed) + 38 + 36 + 20 + 15 < 600


def test_no_prompt_is_long_before_its_question() -> None:
    """An elderly caller keeps about 25 characters in mind."""
    wording = load_wording()
    for question in wording.questions.values():
        for template in (*question.asked, *question.strike, *question.keypad):
            assert sum(len(text) for text in template.fixed_texts()) <= 25


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
        ("name_noted:", "name_notted:", "statements.name_noted", "Field required"),
        ("full: 这个号", "fulll: 这个号", "refused.full", "Field required"),
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

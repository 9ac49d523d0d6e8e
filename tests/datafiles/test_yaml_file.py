from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from datafiles import DataFileError, load_yaml


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    aliases: list[str] = []


class Page(BaseModel):
    model_config = ConfigDict(extra="forbid")
    lines: list[Line]


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "page.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_becomes_its_model(tmp_path: Path) -> None:
    page = load_yaml(write(tmp_path, "lines:\n- name: 鼓楼\n  aliases: [鼓楼医院]\n"), Page)
    assert page.lines[0].aliases == ["鼓楼医院"]


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("lines:\n- name: 鼓楼\n- name: [1]\n", 3, "lines.1.name"),
        ("lines:\n- name: 鼓楼\n  alias: x\n", 3, "lines.0.alias"),
        ("lines:\n- aliases: []\n", 2, "lines.0.name"),
        ("lines:\n- name: a\n  name: b\n", 3, "lines.0.name"),
        ("", 0, "lines"),
        ("lines: [\n", 2, ""),
    ],
)
def test_a_fault_names_file_line_and_field(
    tmp_path: Path, text: str, line: int, field: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(DataFileError) as caught:
        load_yaml(path, Page)
    assert (caught.value.file, caught.value.line, caught.value.field) == (path, line, field)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="cannot be read"):
        load_yaml(tmp_path / "none.yaml", Page)


def test_a_character_that_yaml_does_not_allow(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="not allowed"):
        load_yaml(write(tmp_path, "lines: [\x00]\n"), Page)


@pytest.mark.parametrize(
    "value", ["2026-13-01", "2026-02-30", "2026-03-02T25:00:00", "2026-03-02T09:10:00+99:00"]
)
def test_a_date_that_no_calendar_has_is_named_with_its_line(tmp_path: Path, value: str) -> None:
    with pytest.raises(DataFileError, match=f"{value[:7]}.* is no date or time") as caught:
        load_yaml(write(tmp_path, f"lines:\n- name: a\n- name: {value}\n"), Page)
    assert caught.value.line == 3


class Book(BaseModel):
    model_config = ConfigDict(extra="forbid")
    pages: tuple[Page, ...] = ()
    cover: Page | None = None
    titles: dict[str, str] = {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pages: one\n", "page.yaml:1: pages: has to be a list: [...]"),
        ("cover: {lines: one}\n", "page.yaml:1: cover.lines: has to be a list: [...]"),
        (
            "- pages\n",
            "page.yaml:1: has to be fields with a value each: {field: value};"
            " there are pages, cover, titles",
        ),
        (
            "cover:\n  lines: [鼓楼]\n",
            "page.yaml:2: cover.lines.0: has to be fields with a value each: {field: value};"
            " there are name, aliases",
        ),
        ("titles: one\n", "titles: has to be names with a value each: {name: value}"),
    ],
)
def test_a_value_of_another_shape_is_told_in_plain_words(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(DataFileError) as caught:
        load_yaml(write(tmp_path, text), Book)
    assert str(caught.value).endswith(said)

"""Everything that the pages say is there in Chinese and in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from datafiles import DataFileError
from ivr.web import shell
from ivr.web.navigation import navigation
from ivr.web.words import Language, load_words, words

ROOM = Path(shell.__file__).parent
_IN_TEMPLATES = re.compile(r"""\bt\(\s*["']([a-z_]+\.[a-z_]+)["']\s*[,)]""")
_IN_CODE = re.compile(r"""["']((?:%s)\.[a-z_]+)["']""")


def test_every_word_that_a_template_names_is_there() -> None:
    named = {
        (path.name, key)
        for path in shell.TEMPLATES.rglob("*.html")
        for key in _IN_TEMPLATES.findall(path.read_text(encoding="utf-8"))
    }
    assert ("sign_in.html", "sign_in.password") in named
    assert [each for each in sorted(named) if each[1] not in words()] == []


def test_every_word_that_the_code_names_is_there() -> None:
    files = "|".join(path.stem for path in (ROOM / "data" / "words").glob("*.yaml"))
    in_code = re.compile(_IN_CODE.pattern % files)
    named = {
        (path.name, key)
        for path in ROOM.rglob("*.py")
        for key in in_code.findall(path.read_text(encoding="utf-8"))
        if not key.endswith((".html", ".yaml", ".css", ".js"))
    }
    assert ("sign_in.py", "sign_in.wrong") in named
    assert [each for each in sorted(named) if each[1] not in words()] == []


def test_every_page_of_the_navigation_has_a_name() -> None:
    assert all(page.label in words() for page in navigation())


def test_a_word_takes_its_values() -> None:
    assert words().text(Language.ENGLISH, "handover.pressed", keys="12") == "(pressed 12)"
    with pytest.raises(KeyError):
        words().text(Language.ENGLISH, "handover.pressed")


def folder(tmp_path: Path, line: str) -> Path:
    (tmp_path / "page.yaml").write_text(line + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("title: {zh: 标题}", r"page\.yaml:1: title\.en"),
        ("title: {zh: 标题, en: Title, fr: Titre}", r"title\.fr"),
        ("title: {zh: '{name} 的', en: of somebody}", "different"),
        ("title: {zh: '', en: Title}", "empty"),
        ("title: {zh: '标{题', en: Title}", "braces"),
        ("title: {zh: 标题, en: Title}", r"reasons\.yaml: no name for caller_asked"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(DataFileError, match=fault):
        load_words(folder(tmp_path, line))

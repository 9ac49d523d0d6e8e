"""The file of added aliases: written whole, read with every mistake named, undone with a trace."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest

from datafiles import DataFileError
from grammars.meaning import Slot
from ivr.aliases.overlay import (
    AliasEntry,
    NoSuchAlias,
    Tried,
    add_alias,
    read_aliases,
    withdraw_alias,
)

AT = dt.datetime(2026, 11, 24, 9, 30)
GULOU = "南京鼓楼医院"


def entry(alias: str, name: str = GULOU) -> AliasEntry:
    return AliasEntry(
        slot=Slot.HOSPITAL,
        name=name,
        alias=alias,
        added_at=AT,
        by="supervisor",
        tried=Tried(turns=900, right=14, wrong=0, unknown=2),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "aliases.yaml"


def test_without_a_file_there_are_none(path: Path) -> None:
    assert read_aliases(path).overlay == {}


def test_what_was_added_is_said_for_its_name(path: Path) -> None:
    add_alias(path, entry("骨楼"))
    add_alias(path, entry("估楼"))
    assert read_aliases(path).overlay == {Slot.HOSPITAL: {GULOU: ("骨楼", "估楼")}}
    assert read_aliases(path).aliases[0] == entry("骨楼")


def test_what_was_taken_back_stays_as_history(path: Path) -> None:
    add_alias(path, entry("骨楼"))
    withdraw_alias(path, Slot.HOSPITAL, "骨楼", "administrator", AT)
    file = read_aliases(path)
    assert file.overlay == {}
    assert (file.aliases[0].withdrawn_by, file.aliases[0].withdrawn_at) == ("administrator", AT)
    with pytest.raises(NoSuchAlias):
        withdraw_alias(path, Slot.HOSPITAL, "骨楼", "administrator", AT)


def test_an_alias_may_come_back(path: Path) -> None:
    add_alias(path, entry("骨楼"))
    withdraw_alias(path, Slot.HOSPITAL, "骨楼", "administrator", AT)
    add_alias(path, entry("骨楼"))
    assert read_aliases(path).overlay == {Slot.HOSPITAL: {GULOU: ("骨楼",)}}


def test_two_who_add_at_once_lose_nothing(path: Path) -> None:
    words = [f"骨楼{letter}" for letter in "甲乙丙丁戊己"]
    threads = [threading.Thread(target=add_alias, args=(path, entry(word))) for word in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(read_aliases(path).overlay[Slot.HOSPITAL][GULOU]) == set(words)


def test_a_mistake_is_named_with_its_line(path: Path) -> None:
    add_alias(path, entry("骨楼"))
    path.write_text(path.read_text().replace("slot: hospital", "slot: date"))
    with pytest.raises(DataFileError, match=r"aliases\.yaml:3: aliases\.0\.slot"):
        read_aliases(path)

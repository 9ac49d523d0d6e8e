"""The aliases that were added to the data files: one YAML file, with its history.

The file belongs to the installation (`var/aliases.yaml`), not to the checkout. An alias that was
taken back stays in it as history.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from datafiles import load_yaml
from grammars.meaning import Slot

NamedSlot = Literal[Slot.HOSPITAL, Slot.DEPARTMENT]
SLOTS: tuple[NamedSlot, ...] = (Slot.HOSPITAL, Slot.DEPARTMENT)
Text = Annotated[str, Field(min_length=1)]
Overlay = Mapping[Slot, Mapping[str, tuple[str, ...]]]
"""Slot -> name of the catalogue -> what else is said for it."""
NO_ALIASES: Overlay = {}
_HEAD = """\
# Aliases that were added while the hotline runs, and those that were taken back (`ivr aliases`).
"""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tried(Strict):
    """What the trial said: of `turns` in the log so many would have been understood otherwise."""

    turns: int = Field(ge=0)
    right: int = Field(ge=0)
    wrong: int = Field(ge=0)
    unknown: int = Field(ge=0)


class AliasEntry(Strict):
    """`alias` is said for `name`. Times are local; `by` and `withdrawn_by` are accounts."""

    slot: NamedSlot
    name: Text
    alias: Text
    added_at: dt.datetime
    by: Text
    tried: Tried
    withdrawn_at: dt.datetime | None = None
    withdrawn_by: str = ""

    @property
    def live(self) -> bool:
        return self.withdrawn_at is None


class AliasFile(Strict):
    """In the order in which they were added."""

    aliases: tuple[AliasEntry, ...] = ()

    @property
    def overlay(self) -> Overlay:
        """What is live."""
        found: dict[Slot, dict[str, tuple[str, ...]]] = {}
        for entry in self.aliases:
            if entry.live:
                names = found.setdefault(entry.slot, {})
                names[entry.name] = (*names.get(entry.name, ()), entry.alias)
        return found


class NoSuchAlias(Exception):
    """No live alias of these words; the message names it."""


def read_aliases(path: Path) -> AliasFile:
    """An installation without the file has no aliases of its own. Raises DataFileError."""
    return load_yaml(path, AliasFile) if path.exists() else AliasFile()


def add_alias(path: Path, entry: AliasEntry) -> None:
    """Raises DataFileError, OSError."""
    _change(path, lambda file: AliasFile(aliases=(*file.aliases, entry)))


def withdraw_alias(path: Path, slot: Slot, alias: str, by: str, at: dt.datetime) -> AliasEntry:
    """Take a live alias back; returns it. Raises NoSuchAlias, DataFileError, OSError."""
    withdrawn: list[AliasEntry] = []

    def without(file: AliasFile) -> AliasFile:
        entries = []
        for entry in file.aliases:
            if entry.live and (entry.slot, entry.alias) == (slot, alias):
                entry = entry.model_copy(update={"withdrawn_at": at, "withdrawn_by": by})
                withdrawn.append(entry)
            entries.append(entry)
        if not withdrawn:
            raise NoSuchAlias(f"{alias} is no alias that was added")
        return AliasFile(aliases=tuple(entries))

    _change(path, without)
    return withdrawn[0]


def _change(path: Path, change: Callable[[AliasFile], AliasFile]) -> None:
    """Read, change and replace the file; one process at a time, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.with_suffix(".lock")):
        file = change(read_aliases(path))
        text = yaml.safe_dump(
            file.model_dump(mode="json"), allow_unicode=True, sort_keys=False, width=100
        )
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as part:
                part.write(_HEAD + text)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

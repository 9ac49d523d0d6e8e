"""What the pages call things, in Chinese and in English: data/words/*.yaml, checked on load.

`t("calls.title")` is the entry `title` of data/words/calls.yaml: a file for each page, and one for
each list of values (reasons, outcomes, ...), of which every value must have a name.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel, model_validator

from datafiles import DataFileError, load_yaml
from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Answer, Command, Slot, Task
from ivr.aliases.proposal import Unfit
from ivr.retention.subjects import Subject
from ivr.web.accounts.accounts import State
from ivr.web.accounts.audit import Action
from ivr.web.accounts.rights import Right, Role
from ivr.web.calls.purpose import Purpose

_SHIPPED = Path(__file__).parent / "data" / "words"
# file name -> the values that all need a name there
COMPLETE: Mapping[str, type[StrEnum]] = {
    "reasons": Reason,
    "outcomes": Outcome,
    "categories": Category,
    "roles": Role,
    "rights": Right,
    "actions": Action,
    "account_states": State,
    "retention_subjects": Subject,
    "purposes": Purpose,
    "slots": Slot,
    "tasks": Task,
    "answers": Answer,
    "commands": Command,
    "unfit": Unfit,
}


class Language(StrEnum):
    CHINESE = "zh"
    ENGLISH = "en"


class Word(BaseModel):
    """One text in both languages; `{name}` stands for a value, and for the same ones in both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str

    @model_validator(mode="after")
    def _same_values(self) -> Word:
        if _fields(self.zh) != _fields(self.en):
            raise ValueError("zh and en hold different {values}")
        if not self.zh.strip() or not self.en.strip():
            raise ValueError("an empty text")
        return self

    def text(self, language: Language, values: Mapping[str, object]) -> str:
        return (self.zh if language is Language.CHINESE else self.en).format(**values)


class _File(RootModel[dict[str, Word]]):
    model_config = ConfigDict(frozen=True)


class Words:
    """All texts by key."""

    def __init__(self, texts: Mapping[str, Word]) -> None:
        self._texts = texts

    def text(self, language: Language, key: str, **values: object) -> str:
        """Raises KeyError for a key or a value that is not there."""
        return self._texts[key].text(language, values)

    def __contains__(self, key: str) -> bool:
        return key in self._texts


def load_words(folder: Path) -> Words:
    """Raises DataFileError (file, line, field)."""
    texts: dict[str, Word] = {}
    for path in sorted(folder.glob("*.yaml")):
        texts |= {f"{path.stem}.{key}": word for key, word in load_yaml(path, _File).root.items()}
    for name, values in COMPLETE.items():
        missing = [value.value for value in values if f"{name}.{value.value}" not in texts]
        if missing:
            path = folder / f"{name}.yaml"
            raise DataFileError(path, 0, "", f"no name for {', '.join(missing)}")
    return Words(texts)


@cache
def words() -> Words:
    """The shipped ones, read once in a process. Raises DataFileError."""
    return load_words(_SHIPPED)


def _fields(text: str) -> set[str]:
    try:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
    except ValueError as error:
        raise ValueError(f"braces do not fit: {error}") from error

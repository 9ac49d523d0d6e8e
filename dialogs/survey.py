"""The satisfaction survey, loaded from data/survey.yaml and checked on load."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from datafiles import load_yaml
from grammars.meaning import Candidate

_SHIPPED = Path(__file__).parent / "data" / "survey.yaml"

Text = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Grade(_Model):
    """One step of the scale and what callers say for it."""

    score: Annotated[int, Field(ge=1, le=5)]
    named: Text
    say: tuple[Text, ...]


class SurveyQuestion(_Model):
    key: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
    asks: Text


class Survey(_Model):
    """The data file says what the fields mean."""

    scale: tuple[Grade, ...]
    questions: Annotated[tuple[SurveyQuestion, ...], Field(min_length=1, max_length=4)]
    remark: Text | None = None
    after_call: str

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if [grade.score for grade in self.scale] != [1, 2, 3, 4, 5]:
            raise ValueError("scale: 1 to 5, from the worst to the best")
        keys = [question.key for question in self.questions]
        if len(set(keys)) < len(keys):
            raise ValueError("questions: a key stands twice")
        if self.after_call not in keys:
            raise ValueError(f"after_call: no question has the key {self.after_call}")
        return self

    @property
    def choices(self) -> tuple[Candidate, ...]:
        """The scale as a closed list, 1 first: a bare number is its place."""
        return tuple(Candidate(grade.named, grade.say) for grade in self.scale)

    def score_of(self, named: str) -> int:
        """The score that a choice stands for."""
        return next(grade.score for grade in self.scale if grade.named == named)

    def all_fixed_texts(self) -> tuple[str, ...]:
        """Every text of it that is spoken, for rendering ahead."""
        remark = (self.remark,) if self.remark else ()
        return (*(question.asks for question in self.questions), *remark)


def load_survey(path: Path | None = None) -> Survey:
    """Read a survey file; None is the shipped one. Raises DataFileError (file, line, field)."""
    return load_yaml(path or _SHIPPED, Survey)


@cache
def shipped_survey() -> Survey:
    """The shipped survey, read once in a process."""
    return load_survey()

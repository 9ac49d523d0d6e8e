"""A call case: what the synthetic caller answers to each question, and what must come of it.

The format is a subset of what replay cases will have: `name`, `today`,
`caller`, `answers` by what is being asked, `expect`. An answer is text to speak,
a WAV file (a name ending in .wav, beside the case), or a mapping with one of
`say`, `wav`, `press`, `hang_up`, plus `after` (seconds to wait first) and
`talk_over` (speak into the prompt instead of waiting for its end). A list gives
the first, second, third ... time that the question is asked; the last one stays.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from datafiles import load_yaml
from grammars.meaning import Slot

ASKED = (*(slot.value for slot in Slot), "any")


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    say: str | None = None
    wav: str | None = None
    press: str | None = Field(None, pattern=r"^[0-9*#]+$")
    after: float = Field(0.4, ge=0, le=60)
    talk_over: float | None = Field(None, ge=0, le=60)
    hang_up: float | None = Field(None, ge=0, le=60)  # seconds after it began to speak

    @model_validator(mode="after")
    def one_action(self) -> Answer:
        acts = [a for a in (self.say, self.wav, self.press) if a is not None]
        if len(acts) > 1 or (not acts and self.hang_up is None):
            raise ValueError("an answer is one of say, wav, press, or hang_up alone")
        return self


def _answer(value: Any) -> Any:
    if isinstance(value, str):
        return {"wav": value} if value.endswith(".wav") else {"say": value}
    return value


def _answers(value: Any) -> Any:
    return (
        [_answer(item) for item in value] if isinstance(value, list | tuple) else [_answer(value)]
    )


class ExpectedBooking(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    hospital: str | None = None
    department: str | None = None
    doctor: str | None = None
    date: dt.date | None = None
    session: str | None = None
    id_number: str | None = Field(None, repr=False)


class Expectation(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: str | None = None
    booking: ExpectedBooking | None = None


class Case(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    today: dt.datetime | None = None
    caller: str = Field("02586543210", pattern=r"^[0-9]{0,15}$")
    catalogue: str = "demo"
    answers: dict[str, Annotated[tuple[Answer, ...], BeforeValidator(_answers)]]
    expect: Expectation = Expectation()

    @field_validator("answers")
    @classmethod
    def known_questions(
        cls, answers: dict[str, tuple[Answer, ...]]
    ) -> dict[str, tuple[Answer, ...]]:
        unknown = sorted(set(answers) - set(ASKED))
        if unknown:
            raise ValueError(f"{unknown[0]} is never asked; one of: {', '.join(ASKED)}")
        return answers


def load_case(path: Path) -> Case:
    """Raises DataFileError naming file, line and field."""
    return load_yaml(path, Case)


def case_of_lines(lines: list[str], caller: str) -> Case:
    """Lines spoken one after the other, whatever is asked."""
    return Case(name="lines", caller=caller, answers={"any": tuple(Answer(say=x) for x in lines)})


class Script:
    """Which answer comes next. `any` stands in for a question without answers of its own."""

    def __init__(self, case: Case) -> None:
        self._answers = case.answers
        self._asked: dict[str, int] = {}

    def peek(self, expect: str) -> Answer | None:
        """The answer that `answer` would give, without using it up."""
        key = expect if expect in self._answers else "any"
        answers = self._answers.get(key, ())
        turn = self._asked.get(key, 0)
        if key == "any" and turn >= len(answers):
            return None  # lines are spoken once each
        return answers[min(turn, len(answers) - 1)] if answers else None

    def answer(self, expect: str) -> Answer | None:
        """The answer to the question `expect`, asked now; None: the caller stays silent."""
        answer = self.peek(expect)
        key = expect if expect in self._answers else "any"
        self._asked[key] = self._asked.get(key, 0) + 1
        return answer

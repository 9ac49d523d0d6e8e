"""Every sentence of the agent, loaded from data/wording.yaml and checked on load.

How a sentence is cut into fixed parts and placeholders: `dialogs.templates`. The fixed parts
are rendered ahead (`all_fixed_texts`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, create_model

from booking_client.errors import Refusal
from booking_client.types import Booking
from datafiles import load_yaml
from dialogs.sentences import (
    CHANGES,
    FAULTS,
    QUESTIONS,
    STATEMENTS,
    TEXT_PLACEHOLDERS,
    QuestionShape,
)
from dialogs.templates import HOLE, Template, parse_template
from grammars.meaning import Clinic, Document, Task

_SHIPPED = Path(__file__).parent / "data" / "wording.yaml"

# Statements with something to fill in tell what may be worth hearing again; not these.
_TELL_NOTHING = ("ack", "id_so_far")


class TextKind(StrEnum):
    """What an SMS is about."""

    BOOKED = "booked"
    CHANGED = "changed"
    CANCELLED = "cancelled"


_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True, slots=True)
class QuestionWording:
    """`first` and then `again` in turn; `strike` after a first fault, `keypad` after a second."""

    asked: tuple[Template, ...]
    strike: tuple[Template, ...]
    keypad: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class FaultWording:
    """What is said after a first fault and after a second one, each once a call."""

    first: tuple[Template, ...]
    second: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class DocumentWording:
    """What is said to who has this instead of an ID number; `person`: then a person helps."""

    say: tuple[Template, ...]
    person: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """Every sentence, ready to be rendered. Look-ups of unknown keys are a programming error."""

    statements: Mapping[str, tuple[Template, ...]]
    questions: Mapping[str, QuestionWording]
    faults: Mapping[str, FaultWording]
    refused: Mapping[Refusal, tuple[Template, ...]]
    tasks: Mapping[Task, str]
    clinics: Mapping[Clinic, str]
    documents: Mapping[Document, DocumentWording]
    changes: Mapping[str, tuple[str, ...]]
    press: tuple[str, ...]
    nobody: str  # in particular, as an option among doctors
    texts: Mapping[TextKind, str]

    def text_message(self, kind: TextKind, booking: Booking) -> str:
        """The SMS about a booking."""
        session = booking.session
        return self.texts[kind].format(
            hospital=session.hospital,
            campus=session.campus,
            department=session.department,
            doctor=session.doctor or "普通门诊",
            date=f"{session.date.month}月{session.date.day}日（{_WEEKDAYS[session.date.weekday()]}）",
            time=f"{session.period}{booking.start:%H:%M}-{booking.end:%H:%M}",
            code=booking.code,
        )

    @property
    def telling(self) -> frozenset[str]:
        """The prompts that tell the caller something, to be repeated on request."""
        statements = {key for key, holes in STATEMENTS.items() if holes}.difference(_TELL_NOTHING)
        return frozenset(
            (
                *(f"statement.{key}" for key in statements),
                *(f"refused.{reason.value}" for reason in self.refused),
            )
        )

    def all_fixed_texts(self) -> tuple[str, ...]:
        """The fixed fragments of every sentence, each once, for rendering ahead."""
        templates = [
            *(each for variants in self.statements.values() for each in variants),
            *(
                each
                for question in self.questions.values()
                for each in (*question.asked, *question.strike, *question.keypad)
            ),
            *(each for fault in self.faults.values() for each in (*fault.first, *fault.second)),
            *(each for variants in self.refused.values() for each in variants),
            *(each for document in self.documents.values() for each in document.say),
        ]
        texts = [text for template in templates for text in template.fixed_texts()]
        changes = [names[0] for names in self.changes.values()]
        options = (*self.tasks.values(), *self.clinics.values(), *changes, *self.press, self.nobody)
        return tuple(dict.fromkeys((*texts, *options)))


def load_wording(path: Path | None = None) -> Wording:
    """Read a wording file; None is the shipped one.

    Raises DataFileError (file, line, field) for a missing or unknown key, an
    empty text, or a placeholder that the sentence cannot fill.
    """
    data: Any = load_yaml(path or _SHIPPED, _File)
    return Wording(
        statements={key: _templates(getattr(data.statements, key)) for key in STATEMENTS},
        questions={key: _question(getattr(data.questions, key)) for key in QUESTIONS},
        faults={key: _fault(getattr(data.faults, key)) for key in FAULTS},
        refused={each: _templates(getattr(data.refused, each.value)) for each in Refusal},
        tasks={each: getattr(data.tasks, each.value) for each in _SPOKEN_TASKS},
        clinics={each: getattr(data.clinics, each.value) for each in Clinic},
        documents={each: _document(getattr(data.documents, each.value)) for each in Document},
        changes={key: getattr(data.changes, key) for key in CHANGES},
        press=tuple(data.press),
        nobody=data.nobody,
        texts={each: getattr(data.texts, each.value) for each in TextKind},
    )


_SPOKEN_TASKS = tuple(task for task in Task if task not in (Task.BOOK, Task.CRISIS, Task.OPERATOR))


def _templates(texts: tuple[str, ...]) -> tuple[Template, ...]:
    return tuple(parse_template(text) for text in texts)


def _question(data: Any) -> QuestionWording:
    return QuestionWording(
        asked=_templates((*data.first, *data.again)),
        strike=_templates(data.strike),
        keypad=_templates(getattr(data, "keypad", ())),
    )


def _fault(data: Any) -> FaultWording:
    return FaultWording(_templates(data.first), _templates(data.second))


def _document(data: Any) -> DocumentWording:
    return DocumentWording(_templates(data.say), data.person)


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _text(value: str) -> str:
    if not value.strip() or not re.search(r"[\w{]", value):
        raise ValueError("the text is empty")
    return value


def _check_placeholders(texts: tuple[str, ...], placeholders: tuple[str, ...]) -> tuple[str, ...]:
    if not texts:
        raise ValueError("no text is given")
    for text in texts:
        _text(text)
        for name in HOLE.findall(text):
            if name not in placeholders:
                known = "、".join(placeholders) or "none"
                raise ValueError(f"unknown placeholder {{{name}}} (known here: {known})")
        if set(HOLE.sub("", text)) & set("{}"):
            raise ValueError("a brace without its partner")
    return texts


def _variants(placeholders: tuple[str, ...]) -> Any:
    def check(texts: tuple[str, ...]) -> tuple[str, ...]:
        return _check_placeholders(texts, placeholders)

    return Annotated[tuple[str, ...], BeforeValidator(_one_or_many), AfterValidator(check)]


def _sms(text: str) -> str:
    (only,) = _check_placeholders((text,), TEXT_PLACEHOLDERS)
    return only


_STRICT = ConfigDict(extra="forbid", frozen=True)
_Text = Annotated[str, AfterValidator(_text)]
_SmsText = Annotated[str, AfterValidator(_sms)]


def _question_model(key: str, shape: QuestionShape) -> type[BaseModel]:
    variants = _variants(shape.placeholders)
    fields: dict[str, Any] = {name: (variants, ...) for name in ("first", "again", "strike")}
    if shape.keypad:
        fields["keypad"] = (variants, ...)
    return create_model(f"Question_{key}", __config__=_STRICT, **fields)


def _statement_key(value: str) -> str:
    if value not in STATEMENTS:
        raise ValueError(f"{value} is no statement")
    return value


_StatementKey = Annotated[str, AfterValidator(_statement_key)]


def _section(name: str, kinds: Mapping[str, Any]) -> Any:
    fields: dict[str, Any] = {key: (kind, ...) for key, kind in kinds.items()}
    return create_model(name, __config__=_STRICT, **fields)


_FAULT = _section("Fault", {"first": _variants(()), "second": _variants(())})
_DOCUMENT = create_model(
    "Document", __config__=_STRICT, say=(_variants(()), ...), person=(bool, ...)
)
_File: type[BaseModel] = _section(
    "WordingFile",
    {
        "statements": _section("Statements", {k: _variants(v) for k, v in STATEMENTS.items()}),
        "questions": _section(
            "Questions", {key: _question_model(key, shape) for key, shape in QUESTIONS.items()}
        ),
        "faults": _section("Faults", {key: _FAULT for key in FAULTS}),
        "refused": _section("Refused", {each.value: _variants(()) for each in Refusal}),
        "tasks": _section("Tasks", {each.value: _Text for each in _SPOKEN_TASKS}),
        "clinics": _section("Clinics", {each.value: _Text for each in Clinic}),
        "documents": _section("Documents", {each.value: _DOCUMENT for each in Document}),
        "changes": _section("Changes", {key: _variants(()) for key in CHANGES}),
        "press": tuple[_Text, _Text, _Text],
        "nobody": _Text,
        # Statements that a test lets be long; nothing else asks for it.
        "long_on_purpose": tuple[_StatementKey, ...],
        "texts": _section("Texts", {each.value: _SmsText for each in TextKind}),
    },
)

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
from dialogs.templates import HOLE, Template, parse_template
from grammars.meaning import Clinic, Document, Task

_SHIPPED = Path(__file__).parent / "data" / "wording.yaml"

# What is said without asking anything: key -> placeholders it may hold.
STATEMENTS: Mapping[str, tuple[str, ...]] = {
    "greeting": (),
    "ack": ("values",),
    "several_so_called": (),
    "not_bookable": ("hospital",),
    "other_city": (),
    "not_here": ("department",),
    "doctor_not_here": ("doctor",),
    "date_outside": ("first", "last"),
    "time_full": (),
    "doctor_full": (),
    "no_such_doctor": (),
    "clinic_full": ("clinic",),
    "clinic_none": ("clinic",),
    "nothing_free": (),
    "earliest": ("date", "period"),
    "held": ("date", "period"),
    "id_more": (),
    "id_restart": (),
    "id_so_far": ("digits",),
    "id_unfinished": (),
    "name_noted": (),
    "no_danger": (),
    "hear_me_out": (),
    "booking_now": (),
    "booked_note": (),
    "booked": ("code", "when", "where"),
    "booked_again": (),
    "one_moment": (),
    "booked_goodbye": (),
    "booked_then_person": (),
    "farewell": (),
    "declined": (),
    "id_whole": (),
    "last_four_wrong": (),
    "as_before": ("place", "department", "doctor"),
    "never_booked": (),
    "proof_unfinished": (),
    "nothing_booked": (),
    "coming_one": ("booking",),
    "coming_some": ("count", "bookings"),
    "cancelling_now": (),
    "cancelled": (),
    "cancel_too_late": (),
    "kept": (),
    "moving_now": (),
    "moved": ("when", "code"),
    "change_too_late": (),
    "not_moved": (),
    "no_report": (),
    "report_ready": ("hospital", "how"),
    "report_expected": ("hospital", "date"),
    "report_waiting": ("hospital",),
    "slower": (),
    "louder": (),
    "wait": (),
    "still_here": (),
    "go_on": (),
    "greeted": (),
    "complaint_begins": (),
    "consultation_begins": (),
    "ticket": ("number",),
    "ticket_stands": (),
    "ticket_stands_withheld": (),
    "answer": ("answer",),
    "survey_begins": (),
    "survey_after_call": (),
    "survey_thanks": (),
    "person_caller_asked": (),
    "person_two_strikes": (),
    "person_nothing_suits": (),
    "person_not_handled": (),
    "person_crisis": (),
    "person_danger": (),
    "person_core_unavailable": (),
    "person_recogniser_failed": (),
    "person_time_limit": (),
    "person_booking_refused": (),
    "person_ticket_failed": (),
    "person_no_answer": (),
    "person_no_id_number": (),
    "person_not_identified": (),
    "person_silence": (),
    "person_noise": (),
    "person_id_wrong": (),
    "queue_unanswered": (),
    "queue_unanswered_crisis": (),
    "queue_unanswered_danger": (),
    "operators_busy": (),
    "operators_closed": (),
    "call_again_later": (),
    "callback_recorded": (),
    "phone_not_mobile": (),
    "phone_unfinished": (),
    "text_to_this_phone": (),
    "text_sent": (),
    "crisis_begin": (),
    "crisis_coming": (),
    "crisis_danger": (),
    "crisis_joined": (),
    "crisis_lost": (),
    "crisis_numbers": (),
}


@dataclass(frozen=True, slots=True)
class QuestionShape:
    """Which placeholders a question may hold and whether keys can answer it."""

    placeholders: tuple[str, ...] = ()
    keypad: bool = False


QUESTIONS: Mapping[str, QuestionShape] = {
    "task": QuestionShape(keypad=True),
    "hospital": QuestionShape(("a", "b", "c")),
    "what_is_wrong": QuestionShape(),
    "department": QuestionShape(("a", "b", "c")),
    "doctor": QuestionShape(("a",)),
    "doctor_name": QuestionShape(("a",)),
    "date": QuestionShape(),
    "offer": QuestionShape(("options", "keyed"), keypad=True),
    "offer_one": QuestionShape(("options",), keypad=True),
    "change_what": QuestionShape(("options", "keyed"), keypad=True),
    "check": QuestionShape(("value",), keypad=True),
    "check_complaint": QuestionShape(("value",), keypad=True),
    "check_task": QuestionShape(("value",), keypad=True),
    "check_end": QuestionShape(keypad=True),
    "check_danger": QuestionShape(keypad=True),
    "check_id": QuestionShape(("id",), keypad=True),
    "id_number": QuestionShape(keypad=True),
    "id_rest": QuestionShape(keypad=True),
    "statement": QuestionShape(),
    "statement_on": QuestionShape(),
    "statement_more": QuestionShape(),
    "topic": QuestionShape(),
    "topic_hospital": QuestionShape(("a", "b", "c")),
    "check_topic": QuestionShape(("value",), keypad=True),
    "check_person": QuestionShape(keypad=True),
    "survey": QuestionShape(("asks",), keypad=True),
    "survey_remark": QuestionShape(("asks",)),
    "name": QuestionShape(),
    "read_back": QuestionShape(("slots",), keypad=True),
    "booked": QuestionShape(keypad=True),
    "new_date": QuestionShape(),
    "id_number_of": QuestionShape(("whom",), keypad=True),
    "id_or_four": QuestionShape(keypad=True),
    "id_or_four_of": QuestionShape(("whom",), keypad=True),
    "proof": QuestionShape(keypad=True),
    "proof_of": QuestionShape(("whom",), keypad=True),
    "proof_rest": QuestionShape(keypad=True),
    "which_booking": QuestionShape(("options", "keyed"), keypad=True),
    "cancel_back": QuestionShape(("booking",), keypad=True),
    "change_back": QuestionShape(("old", "new"), keypad=True),
    "anything_else": QuestionShape(),
    "book_instead": QuestionShape(),
    "callback": QuestionShape(keypad=True),
    "phone_for_callback": QuestionShape(keypad=True),
    "phone_for_text": QuestionShape(keypad=True),
    "phone_rest": QuestionShape(keypad=True),
    "phone_check_callback": QuestionShape(("phone", "time"), keypad=True),
    "phone_check_text": QuestionShape(("phone",), keypad=True),
    "crisis": QuestionShape(),
}

# Why an answer was of no use; said before the question is put another way.
FAULTS = (
    "no_match",
    "low_confidence",
    "several",
    "no_input",
    "noise",
    "second_voice",
    "too_many_words",
    "wrong_key",
    "out_of_range",
    "murmur",
    "id_wrong",
    "proof_wrong",
    "said_no",
)

# Statements with something to fill in tell what may be worth hearing again; not these.
_TELL_NOTHING = ("ack", "id_so_far")


class TextKind(StrEnum):
    """What an SMS is about."""

    BOOKED = "booked"
    CHANGED = "changed"
    CANCELLED = "cancelled"


# What an SMS may hold; an ID number is not among it.
TEXT_PLACEHOLDERS = ("hospital", "campus", "department", "doctor", "date", "time", "code")

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
        return tuple(
            dict.fromkeys(
                (*texts, *self.tasks.values(), *self.clinics.values(), *changes, *self.press)
            )
        )


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
        texts={each: getattr(data.texts, each.value) for each in TextKind},
    )


CHANGES = ("hospital", "department", "date", "doctor", "id_number")
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
        # Statements that a test lets be long; nothing else asks for it.
        "long_on_purpose": tuple[_StatementKey, ...],
        "texts": _section("Texts", {each.value: _SmsText for each in TextKind}),
    },
)

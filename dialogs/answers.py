"""The answers to what callers ask (grammars/data/answers.yaml), ready to be spoken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from booking_client.types import Hospital
from dialogs import spoken
from dialogs.commands import Fragment
from dialogs.templates import Template, parse_template
from grammars.data_files import answers_data

Fragments = tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class VoiceAnswer:
    """`named` calls the question back; `of_hospital`: it is about one hospital; `person`: what was
    asked is not all known, so a person is offered after it."""

    topic: str
    named: str
    template: Template
    of_hospital: bool
    person: bool

    def spoken(self, hospital: Hospital | None = None) -> Fragments:
        """What is said; `hospital` is needed where the answer is about one."""
        return self.template.render(_holes(hospital) if hospital is not None else {})


@cache
def voice_answers() -> Mapping[str, VoiceAnswer]:
    """By topic. Raises DataFileError."""
    return {
        entry.topic: VoiceAnswer(
            entry.topic,
            entry.named,
            parse_template(entry.answer),
            entry.hospital,
            entry.person,
        )
        for entry in answers_data().answers
    }


def all_fixed_texts() -> tuple[str, ...]:
    """The fixed fragments of every answer, for rendering ahead."""
    answers = voice_answers().values()
    texts = [text for answer in answers for text in (*answer.template.fixed_texts(), answer.named)]
    return tuple(dict.fromkeys(texts))


def _holes(hospital: Hospital) -> dict[str, Fragments]:
    campuses = tuple(fragment for name in hospital.campuses for fragment in spoken.campus(name))
    return {
        "hospital": spoken.hospital(hospital.name),
        "district": spoken.words(hospital.district),
        "campuses": campuses,
    }

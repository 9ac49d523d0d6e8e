"""What is deleted when it is too old."""

from __future__ import annotations

from enum import StrEnum


class Subject(StrEnum):
    """Each has a name in ivr/web/data/words/retention_subjects.yaml."""

    RECORDINGS = "recordings"
    CALLS = "calls"  # with turns, search entries, figures, reviews and what was handed over
    CALLBACKS = "callbacks"  # that were made
    TEXTS = "texts"  # that are not waiting to be sent
    SURVEY_ANSWERS = "survey_answers"
    QUESTIONS = "questions"  # that had no answer
    AUDIT = "audit"

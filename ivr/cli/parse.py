"""`ivr parse`: what a typed sentence means as the answer to one question."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from pathlib import Path

from grammars.closed_list import ClosedList
from grammars.knowledge import department_candidates, hospital_candidates
from grammars.meaning import Candidate, Hypothesis, Slot, Understanding
from grammars.parse_result import parse_result
from grammars.question import Question
from grammars.understand import understand
from ivr.cli.faults import CommandFault
from ivr.clock import SystemClock

EXPECTED = tuple(slot.value for slot in Slot if slot not in (Slot.NAME, Slot.STATEMENT))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_question_arguments(parser)
    parser.add_argument("text", nargs="+", metavar="TEXT", help="what the caller says")


def add_question_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--expect", required=True, choices=EXPECTED, metavar="SLOT", help=", ".join(EXPECTED)
    )
    parser.add_argument(
        "--today", type=_day, default=None, metavar="DATE", help="YYYY-MM-DD; default: today"
    )
    parser.add_argument(
        "--choices",
        type=Path,
        default=None,
        metavar="FILE",
        help="another list for SLOT: one entry a line, canonical name then aliases, tab-separated",
    )


def run(arguments: argparse.Namespace) -> int:
    question = question_from(arguments)
    for text in arguments.text:
        started = time.perf_counter()
        understanding = understand(question, (Hypothesis(text, 1.0),))
        print_meaning(text, text, question, understanding, started)
    return 0


def question_from(arguments: argparse.Namespace) -> Question:
    """The question of --expect, --today and --choices. Raises CommandFault."""
    slot = Slot(arguments.expect)
    today = arguments.today or SystemClock().now().date()
    given = read_choices(arguments.choices) if arguments.choices is not None else None
    if given is not None and slot not in _LIST_SLOTS:
        raise CommandFault(f"--choices fits only {', '.join(_LIST_SLOTS)}, not {slot.value}")
    if given is None and slot in (Slot.DOCTOR, Slot.CHOICE):
        raise CommandFault(f"--expect {slot.value} needs --choices FILE: there is no list without")
    return Question(
        expect=slot,
        today=today,
        hospitals=ClosedList(
            given if given is not None and slot is Slot.HOSPITAL else hospital_candidates()
        ),
        departments=ClosedList(
            given if given is not None and slot is Slot.DEPARTMENT else department_candidates()
        ),
        doctors=ClosedList(given) if given is not None and slot is Slot.DOCTOR else None,
        choices=ClosedList(given) if given is not None and slot is Slot.CHOICE else None,
    )


_LIST_SLOTS = (Slot.HOSPITAL, Slot.DEPARTMENT, Slot.DOCTOR, Slot.CHOICE)


def read_choices(path: Path) -> tuple[Candidate, ...]:
    """Raises CommandFault naming file and line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFault(f"{path}: cannot be read: {error}") from error
    found: dict[str, Candidate] = {}
    for number, line in enumerate(lines, 1):
        words = [word.strip() for word in line.split("\t")]
        if not any(words):
            continue
        if not words[0]:
            raise CommandFault(f"{path}:{number}: the canonical name is empty")
        if words[0] in found:
            raise CommandFault(f"{path}:{number}: {words[0]} is given twice")
        found[words[0]] = Candidate(words[0], tuple(word for word in words[1:] if word))
    if not found:
        raise CommandFault(f"{path}: no entries")
    return tuple(found.values())


def print_meaning(
    source: str, text: str, question: Question, understanding: Understanding, started: float
) -> None:
    """One JSON object a line: input, text, value, confidence, alternatives, ms."""
    result = parse_result(question, understanding)
    line = {
        "input": source,
        "text": text,
        "value": result["value"],
        "confidence": result["confidence"],
        "alternatives": result["alternatives"],
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date YYYY-MM-DD") from error

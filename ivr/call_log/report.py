"""The call log as people read it: a table of calls, the page of one call, and both as JSON.

Pure. Columns line up in a terminal, where a Chinese character is two cells wide.
"""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from ivr.call_log.records import StoredCall, StoredTurn
from ivr.call_log.summaries import iso

MAX_ALTERNATIVES = 3  # of the N-best, shown below the first
_HEADINGS = ("STARTED", "LENGTH", "CALLER", "OUTCOME", "REASON", "CATEGORY", "TURNS", "CALL")
_LABEL_WIDTH = 12


def display_width(text: str) -> int:
    """Terminal cells: 2 for a wide or full-width character, 0 for a combining one, else 1."""
    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )


def pad(text: str, width: int) -> str:
    """`text` with spaces up to `width` cells."""
    return text + " " * max(0, width - display_width(text))


def calls_table(calls: Sequence[StoredCall]) -> str:
    """`ivr calls list`: one line a call, in the given order."""
    if not calls:
        return "no calls"
    rows = [_HEADINGS, *(_row(call) for call in calls)]
    widths = [max(display_width(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return "\n".join(
        "  ".join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def call_page(call: StoredCall) -> str:
    """`ivr calls show`: the call and its turns."""
    facts = (
        ("call", call.call_id),
        ("caller", _caller(call)),
        ("started", iso(call.started_at) or ""),
        ("answered", iso(call.answered_at) or "never"),
        ("ended", f"{iso(call.ended_at)}  ({_length(call)})" if call.ended_at else "still open"),
        ("outcome", _outcome(call)),
        ("category", call.category or "-"),
        ("recording", call.recording or "none"),
        ("engines", ", ".join(name for name in (call.recogniser, call.voice) if name) or "-"),
        ("version", call.version or "-"),
    )
    head = "\n".join(f"{pad(label, _LABEL_WIDTH)}{value}" for label, value in facts)
    return "\n\n".join([head, *(_turn(turn, call) for turn in call.turns)])


def calls_json(calls: Sequence[StoredCall]) -> str:
    """One JSON object a line, without turns."""
    return "\n".join(
        json.dumps(_object(call, with_turns=False), ensure_ascii=False) for call in calls
    )


def call_json(call: StoredCall) -> str:
    """One JSON object over several lines, turns included."""
    return json.dumps(_object(call, with_turns=True), ensure_ascii=False, indent=2)


def _row(call: StoredCall) -> tuple[str, ...]:
    return (
        f"{call.started_at:%Y-%m-%d %H:%M:%S}",
        _length(call),
        _caller(call),
        call.outcome or "open",
        call.reason or "-",
        call.category or "-",
        str(call.turn_count),
        call.call_id,
    )


def _caller(call: StoredCall) -> str:
    return f"…{call.caller_last_four}" if call.caller_last_four else "withheld"


def _outcome(call: StoredCall) -> str:
    return f"{call.outcome} ({call.reason or '-'})" if call.outcome else "open"


def _length(call: StoredCall) -> str:
    if call.ended_at is None:
        return "-"
    seconds = max(0, round((call.ended_at - call.started_at).total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02}"


def _turn(turn: StoredTurn, call: StoredCall) -> str:
    since = (turn.started_at - call.started_at).total_seconds()
    lines = [f"#{turn.number}  +{since:.1f} s  expecting {turn.expected or 'nothing'}"]

    def line(label: str, value: str) -> None:
        if value:
            lines.append(f"  {pad(label, _LABEL_WIDTH)}{value}")

    line("asked", turn.asked)
    line("prompts", " ".join(turn.prompts))
    for place, (text, confidence) in enumerate(turn.heard[: 1 + MAX_ALTERNATIVES]):
        line("" if place else "heard", f"{confidence:.2f}  {text}")
    line("keys", turn.keys)
    line("understood", json.dumps(turn.understood, ensure_ascii=False) if turn.understood else "")
    for place, (command, again) in enumerate(groupby(turn.decided)):
        times = len(list(again))  # a listen for every key
        line("" if place else "decided", f"{command} ×{times}" if times > 1 else command)
    line("marks", " ".join(turn.marks))
    line("seconds", "  ".join(f"{hop} {value:.3f}" for hop, value in turn.timings.items()))
    return "\n".join(lines)


def _object(call: StoredCall, *, with_turns: bool) -> dict[str, Any]:
    result = dataclasses.asdict(call)
    turns = result.pop("turns")
    for moment in ("started_at", "answered_at", "ended_at"):
        result[moment] = iso(result[moment])
    if with_turns:
        result["turns"] = [
            turn | {moment: iso(turn[moment]) for moment in ("started_at", "ended_at")}
            for turn in turns
        ]
    return result

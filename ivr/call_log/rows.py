"""Between the log's records and its rows. Everything is masked on its way in. Pure."""

from __future__ import annotations

from typing import Any

from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log.id_masking import mask_keys
from ivr.call_log.model import MOST_KEYS, CallRow, TurnRow
from ivr.call_log.records import StoredCall, StoredTurn, Turn
from ivr.call_log.summaries import (
    asked_text,
    decided_json,
    heard_json,
    timings_json,
    understood_json,
)


def turn_columns(turn: Turn) -> dict[str, Any]:
    """The columns of TurnRow, masked."""
    expected = turn.expected
    return {
        "started_at": turn.started_at,
        "ended_at": turn.ended_at,
        "prompts": [say.prompt for say in turn.asked],
        "asked": asked_text(turn.asked),
        "expected": None if expected is None else expected.value,
        "heard": heard_json(turn.heard, expected),
        "understood": understood_json(turn.understanding, expected),
        "keys": mask_keys(turn.keys, expected)[:MOST_KEYS],
        "decided": decided_json(turn.commands),
        "marks": sorted(turn.marks),
        "timings": timings_json(turn.timings),
    }


def stored_turn(row: TurnRow) -> StoredTurn:
    """A row as readers see it."""
    return StoredTurn(
        number=row.number,
        started_at=row.started_at,
        ended_at=row.ended_at,
        prompts=tuple(row.prompts),
        asked=row.asked,
        expected=row.expected,
        heard=tuple((entry["text"], entry["confidence"]) for entry in row.heard),
        understood=row.understood,
        keys=row.keys,
        decided=tuple(row.decided),
        marks=tuple(row.marks),
        timings=row.timings,
    )


def stored_call(row: CallRow, turn_count: int, turns: tuple[StoredTurn, ...] = ()) -> StoredCall:
    """A row as readers see it; `turns` only when they were asked for."""
    return StoredCall(
        call_id=row.call_id,
        caller_last_four=row.caller_last_four,
        started_at=row.started_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        category=Category(row.category) if row.category else None,
        reason=Reason(row.reason) if row.reason else None,
        recording=row.recording,
        recogniser=row.recogniser,
        voice=row.voice,
        version=row.version,
        turn_count=turn_count,
        turns=turns,
    )

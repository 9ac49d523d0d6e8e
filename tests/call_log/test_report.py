"""The log as it is read in a terminal."""

from __future__ import annotations

import json
from dataclasses import replace

from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log import StoredCall, StoredTurn
from ivr.call_log.report import call_json, call_page, calls_json, calls_table, display_width, pad
from tests.call_log.calls import CALL_ID, at

TURN = StoredTurn(
    number=1,
    started_at=at(1.2),
    ended_at=at(6.5),
    prompts=("greeting", "open_question"),
    asked="您好，请问您要什么？",
    expected="task",
    heard=(("我要挂号", 0.91), ("我要挂好", 0.4)),
    understood={"task": [{"value": "book", "confidence": 0.9}]},
    keys="",
    decided=("say ask_hospital", "listen hospital"),
    marks=("asked",),
    timings={"endpointing": 0.5, "recognition": 0.3123},
)
BOOKED = StoredCall(
    call_id=CALL_ID,
    caller_last_four="1234",
    started_at=at(0),
    answered_at=at(0.4),
    ended_at=at(95.2),
    outcome=Outcome.BOOKED,
    category=Category.BOOKING,
    reason=Reason.COMPLETED,
    recording="2026-11-24/call.wav",
    recogniser="whisper-base",
    voice="kokoro/zf_xiaoxiao",
    version="0.1.0",
    turn_count=1,
    turns=(TURN,),
)
OPEN = StoredCall("b", "", at(10), None, None, None, None, None, "", "", "", "", turn_count=0)


def test_a_chinese_character_is_two_cells_wide() -> None:
    assert display_width("a电话，é") == 8
    assert display_width("e\u0301") == 1
    assert pad("电话", 6) == "电话  "


def test_columns_line_up_though_some_cells_are_chinese() -> None:
    lines = calls_table([BOOKED, OPEN]).splitlines()
    assert lines[1] == (
        f"2026-11-24 09:30:00  1:35    …1234     booked   completed  电话预约  1      {CALL_ID}"
    )
    call_column = {
        display_width(line[: line.rindex(last)])
        for line, last in zip(lines, ("CALL", CALL_ID, "b"), strict=True)
    }
    assert len(call_column) == 1
    assert calls_table([]) == "no calls"


def test_the_page_of_a_call_tells_what_was_asked_heard_understood_and_decided() -> None:
    assert call_page(BOOKED).splitlines() == [
        f"call        {CALL_ID}",
        "caller      …1234",
        "started     2026-11-24 09:30:00.000",
        "answered    2026-11-24 09:30:00.400",
        "ended       2026-11-24 09:31:35.200  (1:35)",
        "outcome     booked (completed)",
        "category    电话预约",
        "recording   2026-11-24/call.wav",
        "engines     whisper-base, kokoro/zf_xiaoxiao",
        "version     0.1.0",
        "",
        "#1  +1.2 s  expecting task",
        "  asked       您好，请问您要什么？",
        "  prompts     greeting open_question",
        "  heard       0.91  我要挂号",
        "              0.40  我要挂好",
        '  understood  {"task": [{"value": "book", "confidence": 0.9}]}',
        "  decided     say ask_hospital",
        "              listen hospital",
        "  marks       asked",
        "  seconds     endpointing 0.500  recognition 0.312",
    ]


def test_a_call_that_is_still_open_says_so() -> None:
    page = call_page(OPEN)
    assert "ended       still open" in page
    assert "caller      withheld" in page
    assert "outcome     open" in page


def test_json_holds_the_same_and_keeps_chinese_readable() -> None:
    shown = json.loads(call_json(BOOKED))
    assert shown["ended_at"] == "2026-11-24 09:31:35.200"
    assert shown["turns"][0]["started_at"] == "2026-11-24 09:30:01.200"
    assert shown["turns"][0]["heard"][0] == ["我要挂号", 0.91]
    lines = calls_json([BOOKED, OPEN]).splitlines()
    assert [json.loads(line)["outcome"] for line in lines] == ["booked", None]
    assert "电话预约" in lines[0]
    assert "turns" not in json.loads(lines[0])


def test_a_command_that_was_given_for_every_key_is_one_line() -> None:
    keyed = replace(TURN, decided=("listen id_number",) * 18 + ("look_up_name",))
    shown = call_page(replace(BOOKED, turns=(keyed,)))
    assert "listen id_number ×18\n" in shown
    assert shown.count("listen id_number") == 1

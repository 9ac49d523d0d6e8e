"""What of a turn is kept, in the log's words."""

from __future__ import annotations

import datetime as dt

import pytest

from booking_client.types import Patient, SessionQuery
from dialogs import commands as c
from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Slot
from ivr.call_log.summaries import asked_text, decided_json, timings_json, understood_json
from ivr.ports import TurnTimings
from tests.call_log.calls import ID_NUMBER, PHONE, asks_hospital, gives_id_number


def test_a_personal_fragment_is_masked_and_a_confirmation_code_is_not() -> None:
    says = (
        c.Say("read_back", (c.Fragment("号码"), c.Fragment("三二零一零五", personal=True))),
        c.Say("code", (c.Fragment("您的预约码是2345 0678"),)),
    )
    assert asked_text(says) == "号码****** 您的预约码是2345 0678"


def test_a_whole_id_number_in_our_own_words_is_masked_though_nobody_marked_it() -> None:
    assert ID_NUMBER[:14] not in asked_text((c.Say("x", (c.Fragment(ID_NUMBER),)),))


def test_only_what_was_understood_is_kept() -> None:
    turn = asks_hospital()
    assert understood_json(turn.understanding, turn.expected) == {
        "text": "我要挂鼓楼医院心内科明天上午的号",
        "confidence": 0.91,
        "hospital": [{"value": "南京鼓楼医院", "confidence": 0.97, "surface": "鼓楼医院"}],
        "date": [
            {
                "value": {
                    "date": "2026-11-25",
                    "session": "上午",
                    "earliest": False,
                    "not_on": [],
                    "not_before": None,
                    "not_after": None,
                },
                "confidence": 0.9,
                "surface": "明天上午",
            }
        ],
        "syllables": 16,
    }
    assert understood_json(None, None) == {}


def test_an_id_number_is_kept_by_its_last_four() -> None:
    turn = gives_id_number()
    understood = understood_json(turn.understanding, turn.expected)
    assert understood["id_number"][0]["value"]["digits"] == "**************123X"
    assert understood["id_number"][0]["surface"] == "**************幺二三叉"


PATIENT = Patient(id_number=ID_NUMBER, name="测试人", name_verified=False, phone=PHONE)
QUERY = SessionQuery("南京鼓楼医院", "心内科", dt.date(2026, 11, 25), dt.date(2026, 12, 1))


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (c.Say("greeting", ()), "say greeting"),
        (c.Listen(Slot.ID_NUMBER, id_so_far="320105"), "listen id_number"),
        (c.FindDepartments("南京鼓楼医院"), "find_departments 南京鼓楼医院"),
        (c.FindDoctors("南京鼓楼医院", "心内科"), "find_doctors 南京鼓楼医院 心内科"),
        (
            c.FindSessions("offer", QUERY),
            "find_sessions offer 南京鼓楼医院 心内科 any any 2026-11-25..2026-12-01",
        ),
        (c.PlaceHold(12), "place_hold session=12"),
        (c.ReleaseHold("h1"), "release_hold h1"),
        (c.LookUpName(ID_NUMBER), "look_up_name **************123X"),
        (
            c.ConfirmBooking("h1", PATIENT, "key"),
            "confirm_booking h1 **************123X name_unverified",
        ),
        (c.ChangeVoice(0.8, 3.0), "change_voice rate=0.8 gain_db=3"),
        (c.Transfer(Reason.KEY_ZERO), "transfer key_zero"),
        (c.HangUp(), "hang_up"),
        (
            c.Conclude(Outcome.BOOKED, Category.BOOKING, Reason.COMPLETED),
            "conclude booked 电话预约 completed",
        ),
    ],
)
def test_a_command_is_one_line(command: c.Command, line: str) -> None:
    assert decided_json([command]) == [line]


def test_hops_that_did_not_happen_have_no_timing() -> None:
    timings = TurnTimings(endpointing=0.5, recognition=0.31234567, extra={"matching": 0.02})
    assert timings_json(timings) == {"endpointing": 0.5, "recognition": 0.3123, "matching": 0.02}
    assert timings_json(None) == {}

from __future__ import annotations

import datetime as dt
from typing import Any

from booking_client.rules import Dated, Rules
from booking_client.rules_changes import rule_changes

NEW_YEAR = dt.date(2026, 1, 1)
MAY = dt.date(2026, 5, 1)
HOSPITAL = "城东医院"


def rules(default: Any, own: Dated = ()) -> Rules:
    return Rules(((NEW_YEAR, default),), {HOSPITAL: own} if own else {})


def test_the_same_rules_change_nothing() -> None:
    some = rules({"last_day": 7}, ((MAY, {"last_day": 14}),))
    assert rule_changes(some, some) == []


def test_a_changed_field_is_told_with_what_it_was() -> None:
    was = rules({"last_day": 7, "next_day_cut_off": "16:30:00", "bookings_per_day": 3})
    will = rules({"last_day": 14, "next_day_cut_off": None, "bookings_per_day": 3})
    assert rule_changes(was, will) == [
        "~ default from 2026-01-01: last_day 7 -> 14, next_day_cut_off 16:30 -> null"
    ]


def test_a_hospitals_entry_begins_changes_and_goes() -> None:
    default = {"last_day": 7}
    none, short = rules(default), rules(default, ((MAY, {"last_day": 3}),))
    other = rules(default, ((MAY, {"release_hour": "06:30:00"}),))
    assert rule_changes(none, short) == [f"+ {HOSPITAL} from 2026-05-01: last_day 3"]
    assert rule_changes(short, none) == [f"- {HOSPITAL} from 2026-05-01: last_day 3"]
    assert rule_changes(short, other) == [
        f"~ {HOSPITAL} from 2026-05-01:"
        " last_day 3 -> as the default, release_hour as the default -> 06:30"
    ]


def test_of_a_channel_only_what_is_its_own_is_told() -> None:
    channel = {"last_day": None, "expert_last_day": 14, "places_per_session": None}
    changes = rule_changes(rules({"channels": {}}), rules({"channels": {"family_doctor": channel}}))
    assert changes == [
        "~ default from 2026-01-01: channels {} -> {family_doctor: {expert_last_day: 14}}"
    ]

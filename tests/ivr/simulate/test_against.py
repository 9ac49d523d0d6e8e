import pytest

from ivr.simulate.against import check_callers, compared, lines
from ivr.simulate.record import Call, Heading, Origin, Record, RecordError
from tests.ivr.replay.results import result

HEADING = Heading(7, "clear")
BOOKED = Call(Origin("2026-11-30", "0.1.0", "whisper-base"), result("a"))
FAILED = Call(BOOKED.origin, result("a", "nothing was booked"))


def run(**calls: Call) -> Record:
    """`call_3=BOOKED`: the call of number 3."""
    numbered = {int(name.removeprefix("call_")): call for name, call in calls.items()}
    return Record(HEADING, numbered)


def test_the_same_callers_are_compared_number_by_number() -> None:
    before = run(call_1=BOOKED, call_2=FAILED, call_3=FAILED, call_4=BOOKED, call_5=BOOKED)
    now = run(call_1=BOOKED, call_2=BOOKED, call_3=BOOKED, call_4=FAILED, call_6=BOOKED)
    assert list(lines(compared(before, now), "old.jsonl")) == [
        "",
        "against old.jsonl: 4 calls in both",
        "task completion 75.0 [30.1, 95.4] % (3 of 4), was 50.0 [15.0, 85.0] % (2 of 4)",
        "fixed 2: 2-3",
        "broken 1: 4",
        "only in old.jsonl: 5",
        "only in this run: 6",
    ]


def test_runs_without_a_call_in_common_have_no_shares() -> None:
    found = compared(run(call_1=BOOKED), run(call_2=BOOKED))
    assert list(lines(found, "old.jsonl")) == [
        "",
        "against old.jsonl: 0 calls in both",
        "only in old.jsonl: 1",
        "only in this run: 2",
    ]


def test_other_callers_are_refused_and_another_way_of_placing_them_is_not() -> None:
    check_callers(HEADING, Heading(7, "clear", "sip"))
    for other in (Heading(8, "clear"), Heading(7, "hard")):
        with pytest.raises(RecordError, match=r"not the same callers: .*seed 7.*; .*profile"):
            check_callers(HEADING, other)

from dataclasses import replace

from ivr.replay.runs import changes
from ivr.replay.screen import case_lines, summary_lines
from tests.ivr.replay.results import result, run_of, turn


def test_a_case_that_passed_is_one_line() -> None:
    (line,) = case_lines(result(), 3, 100)
    assert line == "pass  (3 of 100)  books.yaml: books  booked (completed), 2 turns, 40 s"


def test_a_case_that_failed_shows_the_first_wrong_turn() -> None:
    text = "\n".join(case_lines(result("fails", "nothing was booked"), 1, 1))
    for part in ("FAIL", "nothing was booked", "turn 2", "heard", "understood", "expected", ".wav"):
        assert part in text


def test_the_summary_names_what_got_better_and_worse() -> None:
    before = run_of(result("a", "nothing was booked"), result("b"))
    now = run_of(result("a"), result("b", "nothing was booked"))
    lines = summary_lines(now, changes(before, now))
    assert lines[0] == "1 of 2 passed; wrong bookings 0, lost calls 0"
    assert lines[1] == "against the last run: 1 fixed, 1 broken"
    assert lines[2].endswith("a.yaml")


def test_a_call_that_goes_otherwise_says_in_which_turn_and_a_reworded_one_is_counted() -> None:
    reworded = replace(turn(2), asked=("哪家医院呢？",))
    now = run_of(result("a", turns=3), replace(result("b"), turns=(turn(1), reworded)))
    lines = summary_lines(now, changes(run_of(result("a"), result("b")), now))
    assert lines[1:] == [
        "against the last run: 1 reworded, 1 otherwise",
        "  otherwise (+1 turns, +0.0 s): a.yaml",
        "      turn 3 is new, about hospital",
    ]


def test_a_first_run_has_nothing_to_compare_with() -> None:
    run = run_of(result())
    assert len(summary_lines(run, changes(None, run))) == 1


def test_a_run_that_was_named_to_compare_with_is_said_to_have_none_of_the_cases() -> None:
    run = run_of(result())
    assert summary_lines(run, changes(None, run), "old.json")[1] == "against old.json: 1 new"

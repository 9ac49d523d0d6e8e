from dataclasses import replace

from ivr.replay.result import AsideHeard, TurnResult, Utterance
from ivr.simulate.measures import lines, measure, worst
from tests.ivr.replay.results import result, turn

GOOD = result("good")
HANDED = replace(
    result("handed", "outcome: transferred"), outcome="transferred", reason="two_strikes"
)
WRONG = replace(result("wrong", "booking: date"), wrong_booking=True)
LOST = result("lost", "the call was lost", outcome=None)


def heard(said: str, text: str) -> TurnResult:
    return replace(turn(1), said=(said,), heard=(f"{text} (0.50)",))


def test_every_figure_has_its_denominator() -> None:
    found = measure([GOOD, HANDED, WRONG, LOST])
    assert (found.completion.hits, found.completion.n) == (1, 4)
    assert (found.wrong_bookings.hits, found.lost_calls.hits) == (1, 1)
    assert (found.containment.hits, found.containment.n) == (3, 4)
    assert (found.slot_accuracy.hits, found.slot_accuracy.n) == (5, 8)
    assert found.slots["hospital"].n == 8
    assert {reason: each.hits for reason, each in found.hand_overs.items()} == {"two_strikes": 1}
    assert (found.turns.value, found.seconds.value) == (2, 40.25)
    assert found.hand_overs["two_strikes"].n == 4


def test_what_was_said_before_anything_was_asked_is_a_row_with_a_name() -> None:
    found = measure([replace(GOOD, turns=(replace(turn(1), expect=""), turn(2)))])
    assert list(found.slots) == ["hospital", "nothing asked"]
    assert any(line.startswith("  nothing asked   ") for line in lines(found))


def test_character_errors_are_of_turns_with_one_sentence_said_and_heard() -> None:
    told = replace(
        GOOD,
        turns=(
            heard("我要挂号。", "我要刮号"),
            heard("(18 keys)", "三二"),
            replace(heard("鼓楼", "鼓楼"), said=("鼓", "楼")),
            replace(heard("鼓楼", "鼓楼"), heard=("(silence)",)),
        ),
    )
    found = measure([told])
    assert (found.characters.events, found.characters.units) == (1, 4)


def test_interruptions_are_of_what_was_said_in_the_agents_silence() -> None:
    said = tuple(Utterance(1.0, 2.0, each) for each in (True, False, False, None))
    found = measure([replace(GOOD, utterances=said)])
    assert (found.interruptions.hits, found.interruptions.n) == (1, 3)


def test_an_aside_that_is_taken_for_a_turn_counts_against_selectivity() -> None:
    heard = (
        AsideHeard("backchannel", 3.0, False),
        AsideHeard("backchannel", 9.0, True),
        AsideHeard("television", 12.0, False),
    )
    found = measure([replace(GOOD, asides=heard)]).selectivity
    assert {kind: (each.hits, each.n) for kind, each in found.items()} == {
        "backchannel": (1, 2),
        "television": (1, 1),
    }


def test_latency_is_by_hop_of_the_turns_that_have_one() -> None:
    spoken = tuple(replace(turn(n), hops={"first_frame": n / 10}) for n in range(1, 4))
    found = measure([replace(GOOD, turns=(*spoken, turn(4)))]).latency
    median = found["first_frame"][0]
    assert (median.value, median.n) == (0.2, 3)
    assert found["recognition"][0].n == 0


def test_no_call_has_no_figures_and_breaks_nothing() -> None:
    found = measure([])
    assert found.completion.n == 0
    assert found.turns.n == 0
    assert lines(found) == []


def test_the_worst_calls_are_wrong_bookings_then_lost_ones_then_long_ones() -> None:
    long = replace(HANDED, name="long", turns=HANDED.turns * 3)
    order = [each.name for each in worst([GOOD, HANDED, long, LOST, WRONG])]
    assert order == ["wrong", "lost", "long", "handed"]


def test_one_call_bounds_no_median_and_is_one_call() -> None:
    (turns,) = [line for line in lines(measure([GOOD])) if line.startswith("turns per booking")]
    assert turns.split()[-5:] == ["2.00", "[-,", "-]", "1", "call"]


def test_a_line_shows_share_interval_and_count() -> None:
    first = lines(measure([GOOD, HANDED]))[0]
    assert first.startswith("task completion")
    assert first.endswith("50.0 [9.5, 90.5] %   1 of 2")
    assert not any("nan" in line for line in lines(measure([GOOD, HANDED])))

from dataclasses import replace

from ivr.simulate.measures import measure
from ivr.simulate.page import page
from tests.ivr.replay.results import result

GOOD = result("good")
BAD = replace(result("bad <b>", "nothing was booked"), tags=("held_out", "street"))


def test_the_worst_calls_can_be_heard_from_the_page() -> None:
    text = page(
        "a run",
        ["today <x>"],
        {"all calls (2)": measure([GOOD, BAD])},
        [BAD],
        "../calls of 1",
        charged=True,
    )
    assert "../calls%20of%201/01-bad%20%3Cb%3E/call.wav" in text
    assert "turn 2" in text
    assert "<p>today &lt;x&gt;</p>" in text
    assert "held_out, street" in text
    assert "bad &lt;b&gt;" in text
    assert "50.0 [9.5, 90.5]" in text


def test_a_run_without_a_failure_says_so() -> None:
    assert "No call failed" in page("a run", [], {"all": measure([GOOD])}, [], "x", charged=True)


def test_how_many_calls_there_are_to_hear_reads_as_english() -> None:
    figures = {"all": measure([GOOD, BAD])}
    assert "<h2 id='calls'>The call that failed</h2>" in page(
        "a run", [], figures, [BAD], "x", charged=True
    )
    assert "<h2 id='calls'>The 2 worst calls</h2>" in page(
        "a run", [], figures, [BAD, BAD], "x", charged=True
    )


def test_latency_through_the_engine_is_said_to_be_charged() -> None:
    figures = {"all": measure([GOOD])}
    said = "charged, not measured (config.yaml, replay); only endpointing is real"
    assert said in page("a run", [], figures, [], "x", charged=True)
    assert said not in page("a run", [], figures, [], "x", charged=False)

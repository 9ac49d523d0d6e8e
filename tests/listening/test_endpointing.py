"""When an utterance begins and ends, on frame sequences: # is a voiced frame, . is none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.commands import Patience
from ivr.listening.endpointing import (
    NOISE_FRAMES,
    ONSET_VOICED,
    PAUSE_FRAMES,
    Endpointer,
    EndpointEvent,
    EndReason,
    NoInput,
    NoiseOnly,
    PauseStarted,
    SpeechResumed,
    SpeechStarted,
    UtteranceEnded,
)
from ivr.listening.voice_activity import LOOK_BACK_FRAMES

PATIENCE = Patience(end_silence=0.8, complete_silence=0.4, no_input=2.0, longest=10.0)
END, COMPLETE, NO_INPUT, LONGEST = 40, 20, 100, 500  # in frames


def hear(endpointer: Endpointer, frames: str) -> list[tuple[int, EndpointEvent]]:
    """Events with the number of the frame (from 1) that brought them."""
    heard = [(n, endpointer.feed(mark == "#")) for n, mark in enumerate(frames, 1)]
    return [(n, event) for n, event in heard if event is not None]


def test_an_utterance_runs_from_its_look_back_to_the_end_of_the_silence() -> None:
    events = hear(Endpointer(PATIENCE), "." * 20 + "#" * 30 + "." * 60)
    assert events == [
        (20 + ONSET_VOICED, SpeechStarted(ONSET_VOICED + LOOK_BACK_FRAMES)),
        (50 + PAUSE_FRAMES, PauseStarted()),
        (50 + END, UtteranceEnded(EndReason.SILENCE, LOOK_BACK_FRAMES + 30 + END, END)),
    ]


def test_the_look_back_reaches_300_ms_before_the_first_voiced_frame() -> None:
    [(frame, started)] = hear(Endpointer(PATIENCE), "." * 20 + "#.#.#.#.#")
    assert isinstance(started, SpeechStarted)
    assert frame - started.look_back_frames == 20 - LOOK_BACK_FRAMES


def test_a_slow_speaker_is_not_cut_off_within_the_patience_of_the_question() -> None:
    events = hear(Endpointer(PATIENCE), "#" * 20 + "." * (END - 1) + "#" * 20 + "." * END)
    assert [type(event) for _, event in events] == [
        SpeechStarted,
        PauseStarted,
        SpeechResumed,
        PauseStarted,
        UtteranceEnded,
    ]


def test_a_complete_answer_ends_sooner() -> None:
    endpointer = Endpointer(PATIENCE)
    assert [type(event) for _, event in hear(endpointer, "#" * 20 + "." * PAUSE_FRAMES)] == [
        SpeechStarted,
        PauseStarted,
    ]
    endpointer.set_complete(True)
    assert hear(endpointer, "." * 40) == [
        (
            COMPLETE - PAUSE_FRAMES,
            UtteranceEnded(EndReason.COMPLETE, LOOK_BACK_FRAMES + 20 + COMPLETE, COMPLETE),
        )
    ]


def test_what_was_complete_is_not_any_more_once_the_caller_goes_on() -> None:
    endpointer = Endpointer(PATIENCE)
    hear(endpointer, "#" * 20 + "." * PAUSE_FRAMES)
    endpointer.set_complete(True)
    events = hear(endpointer, "#" * 10 + "." * END)
    assert isinstance(events[0][1], SpeechResumed)
    assert events[-1] == (
        10 + END,
        UtteranceEnded(EndReason.SILENCE, LOOK_BACK_FRAMES + 20 + PAUSE_FRAMES + 10 + END, END),
    )


def test_a_lone_flicker_in_the_silence_does_not_keep_the_turn_open() -> None:
    events = hear(Endpointer(PATIENCE), "#" * 20 + ".......#" * 6)
    assert events[-1][0] <= 20 + END + 1
    assert isinstance(events[-1][1], UtteranceEnded)


def test_nobody_speaks() -> None:
    assert hear(Endpointer(PATIENCE), "." * 200) == [(NO_INPUT, NoInput())]


def test_clicks_are_noise_and_not_a_word() -> None:
    events = hear(Endpointer(PATIENCE), ("##" + "." * 18) * NOISE_FRAMES)
    assert events == [(NO_INPUT, NoiseOnly())]


def test_patience_is_not_lost_in_the_middle_of_the_first_syllable() -> None:
    events = hear(Endpointer(PATIENCE), "." * (NO_INPUT - 2) + "#" * 20)
    assert [type(event) for _, event in events] == [SpeechStarted]


def test_the_wait_for_the_first_word_begins_when_our_prompt_has_ended() -> None:
    endpointer = Endpointer(PATIENCE, prompt_playing=True)
    assert hear(endpointer, "." * 1000) == []
    endpointer.prompt_ended()
    assert hear(endpointer, "." * 200) == [(NO_INPUT, NoInput())]


def test_a_caller_who_speaks_into_the_prompt_is_heard() -> None:
    endpointer = Endpointer(PATIENCE, prompt_playing=True)
    events = hear(endpointer, "." * 700 + "#" * 20 + "." * END)
    assert isinstance(events[-1][1], UtteranceEnded)


def test_a_line_that_never_falls_silent_meets_the_limit_of_the_turn() -> None:
    events = hear(Endpointer(PATIENCE), "#" * 600)
    assert events[-1] == (
        LONGEST,
        UtteranceEnded(EndReason.TOO_LONG, LOOK_BACK_FRAMES + LONGEST, 0),
    )


def test_noise_that_never_becomes_speech_meets_the_limit_too() -> None:
    patience = Patience(no_input=60.0, longest=10.0)
    assert hear(Endpointer(patience), "##.........." * 60) == [(LONGEST, NoiseOnly())]


def test_after_a_cough_the_same_turn_goes_on_and_its_limit_still_stands() -> None:
    endpointer = Endpointer(PATIENCE)
    hear(endpointer, "#" * 10 + "." * END)
    endpointer.wait_again()
    assert hear(endpointer, "." * 200) == [(NO_INPUT, NoiseOnly())]
    endpointer.wait_again()
    events = hear(endpointer, "#" * 600)
    assert isinstance(events[-1][1], UtteranceEnded)
    assert events[-1][0] == LONGEST - 10 - END - NO_INPUT


def test_nothing_comes_after_the_end() -> None:
    endpointer = Endpointer(PATIENCE)
    hear(endpointer, "#" * 20 + "." * END)
    assert endpointer.over
    assert hear(endpointer, "#" * 600) == []
    assert not endpointer.speaking


FIRST = {SpeechStarted, NoInput, NoiseOnly}
LEGAL: dict[type[EndpointEvent], set[type[EndpointEvent]]] = {
    SpeechStarted: {PauseStarted, UtteranceEnded},
    PauseStarted: {SpeechResumed, UtteranceEnded},
    SpeechResumed: {PauseStarted, UtteranceEnded},
}


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=60))
def test_any_sound_gives_a_legal_order_of_events_within_the_limit(
    runs: list[tuple[bool, int]],
) -> None:
    frames = "".join(("#" if voiced else ".") * count for voiced, count in runs)
    events = hear(Endpointer(PATIENCE), frames + "." * LONGEST)
    kinds = [type(event) for _, event in events]
    assert kinds[0] in FIRST
    for before, after in pairwise(kinds):
        assert after in LEGAL[before]
    last, end = events[-1]
    assert isinstance(end, UtteranceEnded | NoInput | NoiseOnly)
    assert last <= LONGEST
    if isinstance(end, UtteranceEnded):
        assert end.frames <= last + LOOK_BACK_FRAMES
        assert end.silent_frames < end.frames


@pytest.mark.parametrize("seconds", [0.0, 0.001])
def test_a_patience_of_nothing_still_takes_a_frame(seconds: float) -> None:
    endpointer = Endpointer(Patience(no_input=seconds))
    assert hear(endpointer, "..") == [(1, NoInput())]

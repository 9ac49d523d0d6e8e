"""When an utterance begins and ends, on frame sequences: # is a voiced frame, . is none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialogs.commands import Patience
from grammars.completeness import Completeness
from ivr.listening.endpointing import (
    GAP_FRAMES,
    LATER_FRAMES,
    LATEST_FRAMES,
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

PATIENCE = Patience(
    end_silence=0.8,
    complete_silence=0.4,
    likely_silence=0.5,
    fluent_silence=0.6,
    open_silence=1.6,
    no_input=2.0,
    longest=10.0,
)
END, COMPLETE, OPEN, NO_INPUT, LONGEST = 40, 20, 80, 100, 500  # in frames
LIKELY, FLUENT = 25, 30


def hear(
    endpointer: Endpointer, frames: str, trial: Completeness | None = None
) -> list[tuple[int, EndpointEvent]]:
    """Events with the number of the frame (from 1) that brought them.

    `trial` is what recognition on trial says, at once, of every pause.
    """
    heard: list[tuple[int, EndpointEvent]] = []
    for n, mark in enumerate(frames, 1):
        event = endpointer.feed(mark == "#")
        if event is not None:
            heard.append((n, event))
        if isinstance(event, PauseStarted) and trial is not None:
            endpointer.set_completeness(trial)
    return heard


@pytest.mark.parametrize(
    ("trial", "silence", "reason"),
    [
        (Completeness.COMPLETE, COMPLETE, EndReason.COMPLETE),
        (Completeness.LIKELY, LIKELY, EndReason.SILENCE),
        (Completeness.UNSURE, END, EndReason.SILENCE),
        (Completeness.OPEN, OPEN, EndReason.SILENCE),
        (None, OPEN, EndReason.SILENCE),
    ],
)
def test_the_silence_that_ends_an_utterance_depends_on_how_whole_it_is(
    trial: Completeness | None, silence: int, reason: EndReason
) -> None:
    events = hear(Endpointer(PATIENCE), "." * 20 + "#" * 30 + "." * 100, trial)
    assert events == [
        (20 + ONSET_VOICED, SpeechStarted(ONSET_VOICED + LOOK_BACK_FRAMES)),
        (50 + PAUSE_FRAMES, PauseStarted()),
        (50 + silence, UtteranceEnded(reason, LOOK_BACK_FRAMES + 30 + silence, silence)),
    ]


@pytest.mark.parametrize(
    ("trial", "silence"),
    [
        (Completeness.UNSURE, FLUENT),
        (Completeness.OPEN, OPEN),
        (Completeness.WORDLESS, END),  # a noise: what the caller wants to say comes yet
    ],
)
def test_a_fluent_caller_waits_less_after_what_was_not_understood(
    trial: Completeness, silence: int
) -> None:
    endpointer = Endpointer(PATIENCE, fluent=True)
    *_, (frame, ended) = hear(endpointer, "#" * 30 + "." * 100, trial)
    assert isinstance(ended, UtteranceEnded)
    assert frame == 30 + silence


def test_what_was_said_into_the_end_of_the_prompt_is_heard_from_there() -> None:
    endpointer = Endpointer(PATIENCE, prompt_playing=True)
    assert hear(endpointer, "." * 30) == [], "it was taken for the room"
    endpointer.prompt_ended([False] * 10 + [True] * 20)
    began, *_, (_, ended) = hear(endpointer, "." * 100)
    assert began == (1, SpeechStarted(20 + 1 + LOOK_BACK_FRAMES))
    assert isinstance(ended, UtteranceEnded)


def test_the_look_back_reaches_300_ms_before_the_first_voiced_frame() -> None:
    [(frame, started)] = hear(Endpointer(PATIENCE), "." * 20 + "#.#.#.#.#")
    assert isinstance(started, SpeechStarted)
    assert frame - started.look_back_frames == 20 - LOOK_BACK_FRAMES


@pytest.mark.parametrize(
    ("trial", "silence"), [(Completeness.UNSURE, END), (Completeness.OPEN, OPEN)]
)
def test_a_slow_speaker_is_not_cut_off_within_the_patience_of_the_question(
    trial: Completeness, silence: int
) -> None:
    frames = "#" * 20 + "." * (silence - 1) + "#" * 20 + "." * silence
    assert [type(event) for _, event in hear(Endpointer(PATIENCE), frames, trial)] == [
        SpeechStarted,
        PauseStarted,
        SpeechResumed,
        PauseStarted,
        UtteranceEnded,
    ]


def test_an_answer_that_is_found_complete_late_ends_at_once() -> None:
    endpointer = Endpointer(PATIENCE)
    hear(endpointer, "#" * 20 + "." * (COMPLETE + 7))
    endpointer.set_completeness(Completeness.COMPLETE)
    [(frame, ended)] = hear(endpointer, "." * 40)
    assert frame == 1
    assert isinstance(ended, UtteranceEnded)
    assert ended.silent_frames == COMPLETE + 8


def test_while_the_trial_is_under_way_nobody_is_cut_off_by_the_middle_patience() -> None:
    endpointer = Endpointer(PATIENCE)
    hear(endpointer, "#" * 20 + "." * (END + 5))
    endpointer.set_completeness(Completeness.OPEN)
    assert hear(endpointer, "." * (OPEN - END - 6)) == []
    assert isinstance(hear(endpointer, ".")[0][1], UtteranceEnded)


def test_what_was_complete_is_not_any_more_once_the_caller_goes_on() -> None:
    endpointer = Endpointer(PATIENCE)
    hear(endpointer, "#" * 20 + "." * PAUSE_FRAMES, Completeness.COMPLETE)
    events = hear(endpointer, "#" * 10 + "." * END, Completeness.UNSURE)
    assert isinstance(events[0][1], SpeechResumed)
    assert events[-1] == (
        10 + END,
        UtteranceEnded(EndReason.SILENCE, LOOK_BACK_FRAMES + 20 + PAUSE_FRAMES + 10 + END, END),
    )


def test_a_trial_that_comes_when_the_caller_speaks_again_says_nothing_of_the_next_pause() -> None:
    endpointer = Endpointer(PATIENCE)
    hear(endpointer, "#" * 20 + "." * PAUSE_FRAMES + "#" * 10)
    endpointer.set_completeness(Completeness.COMPLETE)
    [(_, pause)] = hear(endpointer, "." * (OPEN - 1))
    assert pause == PauseStarted()


def test_the_first_syllable_after_a_pause_is_not_cut_off() -> None:
    endpointer = Endpointer(PATIENCE)
    frames = "#" * 20 + "." * (COMPLETE - 2) + "##"
    hear(endpointer, frames, Completeness.COMPLETE)
    assert [type(event) for _, event in hear(endpointer, "#####")] == [SpeechResumed]


def test_a_soft_last_syllable_after_the_pause_began_is_heard_too() -> None:
    frames = "#" * 20 + "." * (PAUSE_FRAMES + 1) + "##" + "." * (COMPLETE - 1)
    endpointer = Endpointer(PATIENCE)
    first, second, third = hear(endpointer, frames, Completeness.COMPLETE)[1:] + hear(
        endpointer, "."
    )
    assert (first[1], second[1]) == (PauseStarted(), PauseStarted())
    assert second[0] == 20 + PAUSE_FRAMES + 3 + PAUSE_FRAMES
    assert isinstance(third[1], UtteranceEnded)


def test_a_lone_flicker_in_a_pause_is_no_syllable() -> None:
    frames = "#" * 20 + "." * (PAUSE_FRAMES + 3) + "#" + "." * COMPLETE
    assert len(pauses(hear(Endpointer(PATIENCE), frames, Completeness.COMPLETE))) == 1


def test_breath_in_a_pause_does_not_keep_the_turn_open() -> None:
    events = hear(Endpointer(PATIENCE), "#" * 40 + ("." * 10 + "##") * 30, Completeness.UNSURE)
    assert isinstance(events[-1][1], UtteranceEnded)
    assert events[-1][0] < 40 + 2 * END
    assert len(pauses(events)) == 2


def pauses(events: list[tuple[int, EndpointEvent]]) -> list[int]:
    return [n for n, event in events if isinstance(event, PauseStarted)]


def test_a_voice_with_gaps_inside_its_words_is_tried_later_and_not_ever_later() -> None:
    word, gap = "#" * 20, "." * (GAP_FRAMES - 3)
    heard = pauses(hear(Endpointer(PATIENCE), (word + gap) * 5, Completeness.OPEN))
    tried = [n - at * len(word + gap) - len(word) for at, n in enumerate(heard)]
    assert tried[:2] == [PAUSE_FRAMES, PAUSE_FRAMES + LATER_FRAMES]
    assert tried[2:] == [LATEST_FRAMES] * 3


def test_a_speaker_who_stops_between_phrases_is_not_tried_later_for_that() -> None:
    phrase, stop = "#" * 20, "." * (GAP_FRAMES + 1)
    heard = pauses(hear(Endpointer(PATIENCE), (phrase + stop) * 4, Completeness.OPEN))
    assert [n - at * len(phrase + stop) - len(phrase) for at, n in enumerate(heard)] == (
        [PAUSE_FRAMES] * 4
    )


def test_a_closure_inside_a_word_is_no_pause() -> None:
    closure = "." * (PAUSE_FRAMES - 1)
    assert pauses(hear(Endpointer(PATIENCE), ("#" * 10 + closure) * 5)) == []


def test_a_lone_flicker_in_the_silence_does_not_keep_the_turn_open() -> None:
    events = hear(Endpointer(PATIENCE), "#" * 20 + ".......#" * 6, Completeness.UNSURE)
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
    events = hear(endpointer, "." * 700 + "#" * 20 + "." * OPEN)
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
    hear(endpointer, "#" * 10 + "." * END, Completeness.UNSURE)
    endpointer.wait_again()
    assert hear(endpointer, "." * 200) == [(NO_INPUT, NoiseOnly())]
    endpointer.wait_again()
    events = hear(endpointer, "#" * 600)
    assert isinstance(events[-1][1], UtteranceEnded)
    assert events[-1][0] == LONGEST - 10 - END - NO_INPUT


def test_who_speaks_before_the_turn_is_heard_from_the_first_word() -> None:
    endpointer = Endpointer(PATIENCE, before=[False] * 8 + [True] * 12)
    events = hear(endpointer, "#" * 10 + "." * END, Completeness.UNSURE)
    assert events[0] == (1, SpeechStarted(LOOK_BACK_FRAMES + 12 + 1))
    assert events[-1] == (
        10 + END,
        UtteranceEnded(EndReason.SILENCE, LOOK_BACK_FRAMES + 22 + END, END),
    )


def test_who_has_finished_before_the_turn_is_not_waited_for_anew() -> None:
    endpointer = Endpointer(PATIENCE, before=[True] * 12 + [False] * 10)
    events = hear(endpointer, "." * END, Completeness.UNSURE)
    assert [n for n, _ in events] == [1, 2, END - 10]


def test_a_click_before_the_turn_is_no_word() -> None:
    endpointer = Endpointer(PATIENCE, before=[False, True, True, False])
    assert hear(endpointer, "." * 200) == [(NO_INPUT, NoInput())]


def test_nothing_comes_after_the_end() -> None:
    endpointer = Endpointer(PATIENCE)
    hear(endpointer, "#" * 20 + "." * OPEN)
    assert endpointer.over
    assert hear(endpointer, "#" * 600) == []
    assert not endpointer.speaking


FIRST = {SpeechStarted, NoInput, NoiseOnly}
LEGAL: dict[type[EndpointEvent], set[type[EndpointEvent]]] = {
    SpeechStarted: {PauseStarted, UtteranceEnded},
    PauseStarted: {PauseStarted, SpeechResumed, UtteranceEnded},  # again: see PauseStarted
    SpeechResumed: {PauseStarted, UtteranceEnded},
}


@example([(True, 5), (False, 3), (True, 2)], None)  # a soft syllable in the pause
@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=60),
    st.sampled_from([None, *Completeness]),
)
def test_any_sound_gives_a_legal_order_of_events_within_the_limit(
    runs: list[tuple[bool, int]], trial: Completeness | None
) -> None:
    frames = "".join(("#" if voiced else ".") * count for voiced, count in runs)
    events = hear(Endpointer(PATIENCE), frames + "." * LONGEST, trial)
    kinds = [type(event) for _, event in events]
    assert kinds[0] in FIRST
    for before, after in pairwise(kinds):
        assert after in LEGAL[before]
    three = [PauseStarted] * 3
    assert all(kinds[n : n + 3] != three for n in range(len(kinds))), "again, but only once"
    last, end = events[-1]
    assert isinstance(end, UtteranceEnded | NoInput | NoiseOnly)
    assert last <= LONGEST
    if isinstance(end, UtteranceEnded):
        assert end.frames <= last + LOOK_BACK_FRAMES
        assert end.silent_frames < end.frames


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=60))
def test_nobody_is_waited_for_less_where_more_is_to_come(runs: list[tuple[bool, int]]) -> None:
    frames = "#" * 10 + "".join(("#" if voiced else ".") * count for voiced, count in runs)
    ends = [
        hear(Endpointer(PATIENCE), frames + "." * LONGEST, trial)[-1][0]
        for trial in (Completeness.COMPLETE, Completeness.UNSURE, Completeness.OPEN)
    ]
    assert ends == sorted(ends)


@pytest.mark.parametrize("seconds", [0.0, 0.001])
def test_a_patience_of_nothing_still_takes_a_frame(seconds: float) -> None:
    endpointer = Endpointer(Patience(no_input=seconds))
    assert hear(endpointer, "..") == [(1, NoInput())]

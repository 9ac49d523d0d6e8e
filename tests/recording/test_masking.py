"""What of a call may be heard later, and what never reaches the disk."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.recording.masking import (
    AROUND_VOICE_FRAMES,
    ECHO_TAIL_FRAMES,
    HOLD_LIMIT_FRAMES,
    LATE_KEYS_FRAMES,
    SETTLE_FRAMES,
    MaskedTimeline,
)
from tests.recording.sound import Call, Tape, frame


def test_a_call_without_secrets_is_recorded_whole_and_aligned() -> None:
    call = Call()
    call.pass_frames(203)
    call.end()
    assert call.tape.left == list(range(1, 204))
    assert call.tape.right == [-n for n in range(1, 204)]


def test_the_file_is_never_more_than_a_settling_time_behind() -> None:
    call = Call()
    call.pass_frames(500)
    assert len(call.tape.left) == 500 - SETTLE_FRAMES


def test_a_held_utterance_is_silence_until_it_is_understood_and_then_comes_back() -> None:
    call = Call()
    call.pass_frames(100)
    call.timeline.hold_from(20)
    call.pass_frames(150, voiced=True)
    call.pass_frames(50)  # the silence that ends it
    assert call.tape.left[80:250] == [0] * 170
    assert call.tape.right[80:250] == [0] * 170
    call.timeline.utterance_understood(contains_id=False)
    call.pass_frames(100)
    call.end()
    assert call.tape.left == list(range(1, 401))
    assert call.tape.right == [-n for n in range(1, 401)]


def test_an_utterance_with_an_id_number_is_silence_of_the_same_length_on_both_legs() -> None:
    call = Call()
    call.pass_frames(100)
    call.timeline.hold_from(20)
    spoken = call.pass_frames(120, voiced=True)
    call.timeline.utterance_ended()
    call.timeline.utterance_understood(contains_id=True)
    call.pass_frames(100)
    call.end()
    assert len(call.tape.left) == len(call.tape.right) == 320
    assert call.tape.left[80:220] == [0] * 140
    assert call.tape.right[80:220] == [0] * 140
    assert call.tape.ever_left.isdisjoint(spoken)
    assert call.tape.left[79] == 80
    assert call.tape.right[220] == -221


def test_two_utterances_are_judged_apart_though_the_first_is_understood_late() -> None:
    call = Call()
    call.pass_frames(60)
    first = call.timeline.hold_from(0)
    harmless = call.pass_frames(60, voiced=True)
    call.timeline.utterance_ended()
    call.pass_frames(20)
    second = call.timeline.hold_from(0)
    secret = call.pass_frames(60, voiced=True)
    call.timeline.utterance_understood(contains_id=False, hold=first)
    call.pass_frames(100)
    assert call.tape.ever_left.isdisjoint(secret)
    assert set(harmless) <= call.tape.ever_left
    call.timeline.utterance_understood(contains_id=True, hold=second)
    call.end()
    assert call.tape.ever_left.isdisjoint(secret)


def test_what_two_holds_share_is_silent_if_either_holds_an_id_number() -> None:
    call = Call()
    call.pass_frames(60)
    call.timeline.hold_from(0)
    call.pass_frames(40, voiced=True)
    call.timeline.hold_from(10)
    call.pass_frames(40, voiced=True)
    call.timeline.utterance_understood(contains_id=True)  # the first
    call.timeline.utterance_understood(contains_id=False)  # the second
    call.end()
    assert call.tape.left[60:100] == [0] * 40
    assert call.tape.left[100:] == list(range(101, 141))


def test_a_number_read_back_is_silent_on_both_legs_and_its_echo_too() -> None:
    call = Call()
    call.pass_frames(100)
    read_out = call.pass_frames(50, personal=True)
    call.pass_frames(100)
    call.end()
    assert call.tape.right[100:150] == [0] * 50
    assert call.tape.right[99] == -100
    assert call.tape.right[150] == -151
    assert call.tape.ever_right.isdisjoint(-n for n in read_out)
    assert call.tape.left[100 : 150 + ECHO_TAIL_FRAMES - 1] == [0] * (50 + ECHO_TAIL_FRAMES - 1)
    assert call.tape.left[150 + ECHO_TAIL_FRAMES] == 151 + ECHO_TAIL_FRAMES


def test_while_an_id_number_is_asked_for_the_callers_leg_is_silent_and_the_agents_is_not() -> None:
    call = Call()
    call.pass_frames(50)
    call.timeline.ask_id_number(True)
    call.timeline.hold_from(0)
    call.pass_frames(100)
    call.timeline.utterance_understood(contains_id=False)  # even if the grammar saw none
    call.timeline.ask_id_number(False)
    call.pass_frames(50)
    call.end()
    silent = 100 + LATE_KEYS_FRAMES
    assert call.tape.left == [*range(1, 51), *[0] * silent, *range(51 + silent, 201)]
    assert call.tape.right == [-n for n in range(1, 201)]


def test_speech_that_nobody_understood_is_not_kept() -> None:
    call = Call()
    call.pass_frames(100)
    spoken = call.pass_frames(50, voiced=True)
    call.pass_frames(100)
    call.end()
    margin = AROUND_VOICE_FRAMES
    assert call.tape.ever_left.isdisjoint(spoken)
    assert call.tape.left[99 - margin] == 100 - margin
    assert call.tape.left[150 + margin] == 151 + margin
    assert call.tape.right == [-n for n in range(1, 251)]


def test_an_utterance_that_nobody_judges_is_masked_and_memory_stays_bounded() -> None:
    call = Call()
    call.pass_frames(60)
    call.timeline.hold_from(0)
    spoken = call.pass_frames(2 * HOLD_LIMIT_FRAMES + 500, voiced=True)
    assert call.timeline.frames_in_memory <= HOLD_LIMIT_FRAMES + 2 * SETTLE_FRAMES
    call.timeline.utterance_understood(contains_id=True)
    call.end()
    assert call.tape.ever_left.isdisjoint(spoken)
    assert len(call.tape.left) == call.now


def test_a_call_that_ends_before_an_utterance_is_understood_keeps_none_of_it() -> None:
    call = Call()
    call.pass_frames(60)
    call.timeline.hold_from(5)
    spoken = call.pass_frames(30, voiced=True)
    call.end()
    assert call.tape.ever_left.isdisjoint(spoken)
    assert len(call.tape.left) == len(call.tape.right) == 90


def test_judging_what_is_not_held_changes_nothing() -> None:
    call = Call()
    call.pass_frames(60)
    call.timeline.utterance_understood(contains_id=True)
    call.timeline.utterance_understood(contains_id=True, hold=99)
    call.timeline.utterance_ended()
    call.end()
    assert call.tape.left == list(range(1, 61))


def test_a_gap_in_the_callers_audio_becomes_silence_and_the_legs_stay_aligned() -> None:
    timeline, tape = MaskedTimeline(), Tape()
    for n in range(1, 401):
        timeline.agent(frame(-n))
        if not 100 < n <= 300:
            timeline.caller(frame(n))
        tape.lay(timeline.take())
    tape.lay(timeline.finish())
    assert len(tape.left) == len(tape.right) == 400
    assert tape.left[100:300] == [0] * 200
    assert tape.left[300:] == list(range(301, 401))


def test_a_burst_after_a_gap_does_not_push_the_callers_leg_ahead() -> None:
    timeline, tape = MaskedTimeline(), Tape()
    for n in range(1, 301):
        timeline.agent(frame(-n))
        if n == 200:
            for late in range(101, 201):
                timeline.caller(frame(late))
        elif not 100 < n < 200:
            timeline.caller(frame(n))
        tape.lay(timeline.take())
    tape.lay(timeline.finish())
    assert timeline.dropped_frames > 0
    assert 300 <= len(tape.left) <= 312


def test_a_caller_leg_alone_is_recorded_beside_silence() -> None:
    timeline, tape = MaskedTimeline(), Tape()
    for n in range(1, 101):
        timeline.caller(frame(n))
    tape.lay(timeline.finish())
    assert tape.left == list(range(1, 101))
    assert tape.right == [0] * 100


@pytest.mark.parametrize("length", [0, 160, 319, 640])
def test_a_frame_of_another_length_is_refused(length: int) -> None:
    timeline = MaskedTimeline()
    with pytest.raises(ValueError, match="320 bytes"):
        timeline.caller(bytes(length))
    with pytest.raises(ValueError, match="320 bytes"):
        timeline.agent(bytes(length))


STEPS = st.one_of(
    st.tuples(st.just("quiet"), st.integers(1, 90)),
    st.tuples(st.just("speech"), st.integers(1, 90)),
    st.tuples(st.just("read back"), st.integers(1, 40)),
    st.tuples(st.just("hold"), st.integers(0, 25)),
    st.tuples(st.just("ended"), st.just(0)),
    st.tuples(st.just("harmless"), st.just(0)),
    st.tuples(st.just("has an ID number"), st.just(0)),
    st.tuples(st.just("ask"), st.just(0)),
    st.tuples(st.just("asked"), st.just(0)),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_no_sample_of_a_personal_span_is_ever_written(steps: list[tuple[str, int]]) -> None:
    """A model of its own keeps which frames were personal; the disk must never have seen them."""
    call = Call()
    utterances: list[tuple[int, set[int]]] = []  # hold number, its caller frames
    going_on = False
    asking = False
    personal_caller: set[int] = set()
    personal_agent: set[int] = set()
    for name, count in steps:
        if name in ("quiet", "speech", "read back"):
            passed = call.pass_frames(count, voiced=name == "speech", personal=name == "read back")
            if going_on:
                utterances[-1][1].update(passed)
            if asking:
                personal_caller.update(passed)
            if name == "read back":
                personal_caller.update(passed)
                personal_agent.update(-n for n in passed)
        elif name == "hold":
            number = call.timeline.hold_from(count)
            utterances.append((number, set(range(max(1, call.now - count + 1), call.now + 1))))
            going_on = True
        elif name == "ended":
            call.timeline.utterance_ended()
            going_on = False
        elif name in ("harmless", "has an ID number") and utterances:
            number, spoken = utterances.pop(0)
            going_on = going_on and bool(utterances)
            call.timeline.utterance_understood(name != "harmless", number)
            if name != "harmless":
                personal_caller |= spoken
                personal_agent |= {-n for n in spoken}
        elif name in ("ask", "asked"):
            asking = name == "ask"
            call.timeline.ask_id_number(asking)
    call.end()
    for _, spoken in utterances:  # never judged
        personal_caller |= spoken
        personal_agent |= {-n for n in spoken}
    assert call.tape.ever_left.isdisjoint(personal_caller)
    assert call.tape.ever_right.isdisjoint(personal_agent)
    assert len(call.tape.left) == len(call.tape.right) == call.now
    for place, value in enumerate(call.tape.left):
        assert value in (0, place + 1), "a sample stands where it does not belong"
    for place, value in enumerate(call.tape.right):
        assert value in (0, -(place + 1)), "a sample stands where it does not belong"

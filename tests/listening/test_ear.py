"""One call as the session hears it: voice activity, echo, barge-in and endpointing together."""

from __future__ import annotations

from dialogs.commands import Patience
from grammars.completeness import Completeness
from ivr.listening.barge_in import Interruption
from ivr.listening.ear import Ear, EarEvent, Interrupted
from ivr.listening.endpointing import (
    EndReason,
    NoInput,
    PauseStarted,
    SpeechStarted,
    UtteranceEnded,
)
from ivr.listening.voice_activity import WebRtcVoiceActivity
from tests.listening.sounds import Wave, echo_of, joined, on_the_line, silence, syllable, words

PATIENCE = Patience(
    end_silence=0.6,
    complete_silence=0.4,
    likely_silence=0.5,
    fluent_silence=0.5,
    open_silence=0.8,
    no_input=3.0,
    longest=20.0,
)
PROMPT = words(30, -18.0, pitch=210.0, seed=11)
ANSWER = words(5, -22.0, pitch=125.0, seed=4)


def listen(ear: Ear, caller: Wave, prompt: Wave | None = None) -> list[EarEvent]:
    sent = on_the_line(silence(len(caller) / 8000) if prompt is None else prompt, -90.0)
    events: list[EarEvent] = []
    for n, received in enumerate(on_the_line(caller)):
        ear.played(sent[n] if n < len(sent) else bytes(320))
        events += ear.heard(received)
    return events


def test_an_answer_after_the_prompt_is_one_utterance() -> None:
    ear = Ear(WebRtcVoiceActivity())
    ear.open_turn(PATIENCE)
    events = listen(ear, joined([silence(1.0), ANSWER, silence(1.5)]))
    assert [type(event) for event in events] == [SpeechStarted, PauseStarted, UtteranceEnded]
    ended = events[-1]
    assert isinstance(ended, UtteranceEnded)
    assert ended.reason is EndReason.SILENCE
    speech = len(ANSWER) // 160
    assert speech <= ended.frames - ended.silent_frames <= speech + 20


def test_the_sound_of_the_look_back_holds_the_first_syllable() -> None:
    ear = Ear(WebRtcVoiceActivity())
    ear.open_turn(PATIENCE)
    frames = on_the_line(joined([silence(1.0), ANSWER]))
    for n, frame in enumerate(frames):
        for event in ear.heard(frame):
            assert isinstance(event, SpeechStarted)
            first = n + 1 - event.look_back_frames
            assert first <= 50 - 10, "200 ms and more before the first sound"
            assert ear.recent(event.look_back_frames) == b"".join(frames[first : n + 1])
            return
    raise AssertionError("nobody was heard")


def test_a_caller_who_interrupts_is_heard_from_the_first_word() -> None:
    ear = Ear(WebRtcVoiceActivity())
    ear.open_turn(PATIENCE, prompt_playing=True)
    events = listen(ear, joined([silence(2.0), ANSWER, silence(1.5)]), PROMPT)
    kinds = [type(event) for event in events]
    assert kinds[:2] == [SpeechStarted, Interrupted]
    assert kinds[-1] is UtteranceEnded
    assert kinds.count(Interrupted) == 1


def wait_after(ear: Ear, said: Wave, trial: Completeness = Completeness.UNSURE) -> int:
    """Frames of silence that end the turn in which it is said, with that trial of it."""
    ear.open_turn(PATIENCE)
    for frame in on_the_line(joined([silence(1.0), said, silence(2.0)])):
        ear.played(bytes(320))
        for event in ear.heard(frame):
            if isinstance(event, PauseStarted):
                ear.set_completeness(trial)
            if isinstance(event, UtteranceEnded):
                return event.silent_frames
    raise AssertionError("the turn did not end")


def test_who_makes_no_stops_is_waited_for_less_and_who_makes_one_is_not() -> None:
    ear = Ear(WebRtcVoiceActivity())
    first, second, third = (wait_after(ear, ANSWER) for _ in range(3))
    assert third < first == second
    slow = Ear(WebRtcVoiceActivity())
    stop = joined([ANSWER, silence(0.55), ANSWER])
    patient = Patience(end_silence=0.8, complete_silence=0.4, fluent_silence=0.5, no_input=3.0)
    slow.open_turn(patient)
    listen(slow, joined([silence(1.0), stop, silence(2.0)]))
    assert [wait_after(slow, ANSWER) for _ in range(3)] == [first] * 3


def test_cars_make_nobody_fluent() -> None:
    ear = Ear(WebRtcVoiceActivity())
    noise = [wait_after(ear, ANSWER, Completeness.WORDLESS) for _ in range(3)]
    assert wait_after(ear, ANSWER) == noise[0]


def test_an_en_into_the_prompt_ends_without_an_interruption_and_the_turn_goes_on() -> None:
    ear = Ear(WebRtcVoiceActivity())
    ear.open_turn(PATIENCE, prompt_playing=True)
    en = joined([silence(1.0), syllable(0.25, -20.0, 125.0, 1), silence(1.2)])
    assert Interrupted not in {type(event) for event in listen(ear, en, PROMPT)}
    ear.wait_again()
    ear.prompt_ended()
    assert UtteranceEnded in {type(e) for e in listen(ear, joined([ANSWER, silence(1.0)]))}


def test_the_echo_of_the_prompt_is_nobody() -> None:
    ear = Ear(WebRtcVoiceActivity())
    ear.open_turn(PATIENCE, prompt_playing=True)
    assert listen(ear, echo_of(PROMPT, loss_db=22.0, delay=0.1), PROMPT) == []


def test_a_prompt_without_barge_in_is_played_to_its_end_and_then_the_caller_is_heard() -> None:
    ear = Ear(WebRtcVoiceActivity())
    ear.open_turn(PATIENCE, prompt_playing=True, barge_in=False)
    assert listen(ear, joined([silence(1.0), ANSWER, silence(1.0)]), PROMPT) == []
    ear.prompt_ended()
    assert UtteranceEnded in {type(e) for e in listen(ear, joined([ANSWER, silence(1.0)]))}


def asking_whom_it_knows() -> Ear:
    """A prompt begins to play to a caller of whom it is known how loud they are."""
    ear = Ear(WebRtcVoiceActivity())
    for _ in range(2):
        wait_after(ear, ANSWER, Completeness.LIKELY)
    ear.close_turn()
    ear.open_turn(PATIENCE, prompt_playing=True)
    return ear


def test_the_room_begins_no_utterance_into_our_prompt_and_the_caller_does() -> None:
    ear = asking_whom_it_knows()
    room = words(8, -40.0, pitch=160.0, seed=9)
    assert listen(ear, joined([silence(0.5), room, silence(1.0)]), PROMPT) == []
    heard = listen(ear, joined([ANSWER, silence(1.5)]), PROMPT)
    assert [SpeechStarted, Interrupted] == [type(event) for event in heard[:2]]


def test_a_softer_answer_over_the_end_of_our_prompt_is_heard() -> None:
    ear = asking_whom_it_knows()
    softer = words(5, -40.0, pitch=125.0, seed=4)
    assert listen(ear, joined([silence(1.5), softer]), PROMPT) == [], "it does not interrupt"
    ear.prompt_ended()
    heard = listen(ear, silence(1.5))
    assert isinstance(heard[0], SpeechStarted)
    assert UtteranceEnded in {type(event) for event in heard}
    assert NoInput not in {type(event) for event in heard}


def test_the_room_does_not_go_on_with_an_en_into_our_prompt() -> None:
    ear = asking_whom_it_knows()
    room = words(30, -40.0, pitch=160.0, seed=9)
    en = syllable(0.25, -20.0, 125.0, 1)
    heard = listen(ear, joined([silence(0.5), en, room]), PROMPT)
    assert UtteranceEnded in {type(event) for event in heard}, "while the room talks on"


def test_a_key_interrupts_the_prompt_once() -> None:
    ear = Ear(WebRtcVoiceActivity())
    assert ear.key_pressed() == ()
    ear.open_turn(PATIENCE, prompt_playing=True, barge_in=False)
    assert ear.key_pressed() == (Interrupted(Interruption.KEY),)
    assert ear.key_pressed() == ()


def test_when_nobody_listens_the_voice_is_still_told_from_the_line() -> None:
    ear = Ear(WebRtcVoiceActivity())
    ear.close_turn()
    assert listen(ear, joined([silence(1.0), ANSWER])) == []
    assert not ear.speaking
    voices = []
    for frame in on_the_line(ANSWER):
        ear.heard(frame)
        voices.append(ear.callers_voice)
    assert sum(voices) > 0.6 * len(voices)


def test_a_silent_caller_is_waited_for_from_the_end_of_the_prompt() -> None:
    ear = Ear(WebRtcVoiceActivity())
    ear.open_turn(PATIENCE, prompt_playing=True)
    assert listen(ear, silence(5.0), PROMPT) == []
    ear.prompt_ended()
    assert listen(ear, silence(2.9)) == []
    assert listen(ear, silence(0.2)) == [NoInput()]


def test_a_complete_answer_ends_the_turn_sooner() -> None:
    ear = Ear(WebRtcVoiceActivity())
    ear.open_turn(PATIENCE)
    events = listen(ear, joined([silence(0.5), ANSWER, silence(0.3)]))
    assert isinstance(events[-1], PauseStarted)
    ear.set_completeness(Completeness.COMPLETE)
    [ended] = listen(ear, silence(0.3))
    assert isinstance(ended, UtteranceEnded)
    assert ended.reason is EndReason.COMPLETE
    assert ear.recent(0) == b""


def test_who_goes_on_after_the_turn_is_heard_from_there_in_the_next() -> None:
    ear = Ear(WebRtcVoiceActivity())
    ear.open_turn(PATIENCE)
    assert UtteranceEnded in {type(e) for e in listen(ear, joined([ANSWER, silence(1.2)]))}
    ear.close_turn()
    frames = on_the_line(joined([ANSWER, silence(1.2)]))
    thinking = 20  # 400 ms in which nobody listens
    for frame in frames[:thinking]:
        assert ear.heard(frame) == ()
    ear.open_turn(PATIENCE, prompt_playing=True)
    events = [event for frame in frames[thinking:] for event in ear.heard(frame)]
    started = events[0]
    assert isinstance(started, SpeechStarted)
    assert started.look_back_frames >= thinking
    assert isinstance(events[-1], UtteranceEnded)


def test_who_speaks_while_a_murmur_is_judged_is_heard_from_there() -> None:
    ear = Ear(WebRtcVoiceActivity())
    ear.open_turn(PATIENCE)
    listen(ear, joined([silence(0.5), syllable(0.25, -20.0, 125.0, 1), silence(1.2)]))
    frames = on_the_line(ANSWER)
    for frame in frames[:15]:
        assert ear.heard(frame) == ()
    ear.wait_again()
    [started] = ear.heard(frames[15])
    assert isinstance(started, SpeechStarted)
    assert started.look_back_frames >= 15


def test_what_began_before_a_prompt_that_may_not_be_interrupted_is_heard_to_its_end() -> None:
    ear = Ear(WebRtcVoiceActivity())
    half = len(ANSWER) // 320 * 160
    assert listen(ear, ANSWER[:half]) == []
    ear.open_turn(PATIENCE, prompt_playing=True, barge_in=False)
    events = listen(ear, joined([ANSWER[half:], silence(1.0)]))
    assert [type(event) for event in events] == [SpeechStarted, PauseStarted, UtteranceEnded]


def test_what_was_over_before_a_prompt_that_may_not_be_interrupted_stays_unheard() -> None:
    ear = Ear(WebRtcVoiceActivity())
    assert listen(ear, joined([ANSWER, silence(1.0)])) == []
    ear.open_turn(PATIENCE, prompt_playing=True, barge_in=False)
    assert listen(ear, ANSWER) == []
    ear.prompt_ended()
    assert listen(ear, silence(2.0)) == []

from ivr.listening.fluency import STOP_SECONDS, UTTERANCES, Fluency
from ivr.ports import FRAME_SECONDS

STOP = round(STOP_SECONDS / FRAME_SECONDS)


def say(fluency: Fluency, *sounds: int, gap: int = 5, words: bool = True) -> None:
    """An utterance of sounds, each so many frames long, with `gap` frames of silence between."""
    for number, word in enumerate(sounds):
        for _ in range(gap if number else 0):
            fluency.feed(False)
        for _ in range(word):
            fluency.feed(True)
    for _ in range(60):
        fluency.feed(False)
    fluency.utterance_ended(words=words)


def test_nobody_is_taken_for_fluent_at_first() -> None:
    fluency = Fluency()
    for _ in range(UTTERANCES):
        assert not fluency.fluent
        say(fluency, 20, 20)
    assert fluency.fluent


def test_the_silence_after_the_last_word_is_no_stop() -> None:
    fluency = Fluency()
    for _ in range(3):
        say(fluency, 40)
    assert fluency.fluent


def test_one_stop_between_words_and_the_caller_is_given_time_for_the_whole_call() -> None:
    fluency = Fluency()
    say(fluency, 20, 20, gap=STOP)
    for _ in range(5):
        say(fluency, 20, 20)
    assert not fluency.fluent


def test_a_gap_between_syllables_is_no_stop() -> None:
    fluency = Fluency()
    for _ in range(UTTERANCES):
        say(fluency, 20, 20, gap=STOP - 1)
    assert fluency.fluent


def test_one_syllable_shows_nothing() -> None:
    fluency = Fluency()
    for _ in range(5):
        say(fluency, 10)
    assert not fluency.fluent


def test_who_speaks_on_after_we_thought_it_was_over_is_given_time() -> None:
    fluency = Fluency()
    fluency.spoke_on()
    for _ in range(5):
        say(fluency, 20, 20)
    assert not fluency.fluent


def test_a_car_shows_nothing() -> None:
    fluency = Fluency()
    for _ in range(5):
        say(fluency, 40, words=False)
    assert not fluency.fluent

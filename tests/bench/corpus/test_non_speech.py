from __future__ import annotations

import shutil

import numpy as np
import pytest

from bench.corpus import non_speech
from bench.corpus.background import everyday, prompts
from bench.corpus.non_speech import COUNTS, LONGEST, SHORTEST, Clip, clips
from bench.corpus.rendering import Rendering
from ivr.caller.sound_level import active_rms, from_pcm
from ivr.ports import SAMPLE_RATE

# Cheap to make; all kinds together take half a minute.
GENERATED = ("dtmf", "line_tone", "bursts", "silence", "hum")


def checked(clip: Clip) -> None:
    samples = from_pcm(clip.pcm)
    assert SHORTEST - 0.01 <= len(samples) / SAMPLE_RATE <= LONGEST + 0.01
    assert 0 < np.abs(samples).max() < 1


def test_there_are_more_than_520_clips_to_test_with() -> None:
    assert sum(COUNTS.values()) >= 520


@pytest.mark.parametrize("kind", GENERATED)
def test_clips_are_distinct_and_as_long_as_an_answer(kind: str) -> None:
    test, dev = clips("test", kind), clips("dev", kind)
    assert len(test) == COUNTS[kind]
    assert len(dev) >= COUNTS[kind] / 3
    assert len({clip.id for clip in test + dev}) == len(test + dev)
    assert len({clip.pcm for clip in test + dev}) == len(test + dev)
    for clip in test:
        checked(clip)


@pytest.mark.parametrize("kind", ["television", "echo"])
def test_speech_of_others_is_mixed_into_clips(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With made-up voices: the real ones are synthesised, which takes minutes."""
    asked: set[Rendering] = set()

    def voice(rendering: Rendering) -> bytes:
        asked.add(rendering)
        noise = np.random.default_rng(len(rendering.text)).normal(0, 2000, 16000)
        return noise.astype("<i2").tobytes()

    monkeypatch.setattr(non_speech, "kept", voice)
    non_speech._of_kind.cache_clear()
    try:
        for clip in clips("dev", kind):
            checked(clip)
    finally:
        non_speech._of_kind.cache_clear()
    own = everyday("dev") if kind == "television" else prompts("dev")
    assert asked <= set(own)


def test_an_echo_is_20_to_30_decibels_under_the_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(1).normal(0, 2000, 16000).astype("<i2").tobytes()
    monkeypatch.setattr(non_speech, "kept", lambda rendering: noise)
    non_speech._of_kind.cache_clear()
    levels = [20 * np.log10(active_rms(from_pcm(clip.pcm))) for clip in clips("dev", "echo")]
    non_speech._of_kind.cache_clear()
    assert min(levels) > -51
    assert max(levels) < -39


@pytest.mark.parametrize("part", [everyday, prompts])
def test_dev_and_test_hear_different_people_talk(part: object) -> None:
    assert callable(part)
    assert not set(part("dev")) & set(part("test"))
    assert set(part("dev")) | set(part("test")) == set(part())


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is absent")
def test_other_languages_are_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COUNTS, "foreign", 6)
    non_speech._of_kind.cache_clear()
    spoken = clips("test", "foreign")
    non_speech._of_kind.cache_clear()
    assert len(spoken) == 6
    for clip in spoken:
        checked(clip)

"""Whisper on real Mandarin speech, on silence and noise, and beside a running event loop."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from grammars.meaning import Slot
from ivr.ports import FRAME_BYTES, SAMPLE_RATE, Hint, RecogniserError
from ivr.recognisers.whisper import WhisperRecogniser, confidence
from tests.recognisers.conftest import Say

pytestmark = pytest.mark.models


def noise(level: float, seconds: float = 2.0) -> bytes:
    samples = np.random.default_rng(1).standard_normal(int(seconds * SAMPLE_RATE)) * level * 32768
    return bytes(np.clip(samples, -32768, 32767).astype("<i2").tobytes())


@pytest.mark.parametrize(
    ("slot", "said"),
    [(Slot.DATE, "明天上午"), (Slot.CONFIRM, "不用了"), (Slot.COMMAND, "再说一遍")],
)
def test_short_answers_are_heard(
    whisper: WhisperRecogniser, mandarin: Say, slot: Slot, said: str
) -> None:
    recognition = whisper.recognise(mandarin(said), Hint(slot))
    heard = [lazy_pinyin(h.text) for h in recognition.hypotheses]
    assert lazy_pinyin(said) in heard, heard
    assert recognition.engine == "whisper-base"


def test_the_n_best_list_goes_from_sure_to_unsure_without_repeats(
    whisper: WhisperRecogniser, mandarin: Say
) -> None:
    hypotheses = whisper.recognise(mandarin("我想看心内科"), Hint(Slot.TASK)).hypotheses
    confidences = [h.confidence for h in hypotheses]
    assert 1 < len(hypotheses) <= 5
    assert confidences == sorted(confidences, reverse=True)
    assert all(0.0 < value <= 1.0 for value in confidences)
    assert len({h.text for h in hypotheses}) == len(hypotheses)


@pytest.mark.parametrize("slot", [Slot.TASK, Slot.DATE, Slot.CONFIRM, Slot.ID_NUMBER])
@pytest.mark.parametrize("level", [0.0, 0.001, 0.03])
def test_silence_and_noise_are_no_words(
    whisper: WhisperRecogniser, slot: Slot, level: float
) -> None:
    assert whisper.recognise(noise(level), Hint(slot)).hypotheses == ()


def test_a_list_of_names_is_not_read_into_silence(whisper: WhisperRecogniser) -> None:
    names = Hint(Slot.DOCTOR)
    assert whisper.recognise(noise(0.003), names).hypotheses == ()


def test_a_click_is_no_words(whisper: WhisperRecogniser) -> None:
    assert whisper.recognise(b"\x00\x10" * 200, Hint(Slot.TASK)).hypotheses == ()
    assert whisper.recognise(b"", Hint(Slot.TASK)).hypotheses == ()


def test_a_long_utterance_is_heard_to_its_end(whisper: WhisperRecogniser, mandarin: Say) -> None:
    pause = bytes(8 * SAMPLE_RATE * 2)
    pcm = mandarin("明天上午") + pause + mandarin("不用了")
    best = whisper.recognise(pcm, Hint(Slot.TASK)).hypotheses[0].text
    assert "不用" in best


async def test_a_recognition_leaves_the_event_loop_to_other_calls(
    whisper: WhisperRecogniser, mandarin: Say
) -> None:
    """While one call's long utterance is recognised, another call's frames all pass.

    Were the loop blocked, the recognition would be done before the second frame.
    """
    slow = whisper.open(Hint(Slot.ID_NUMBER))
    slow.accept(mandarin("明天上午") + bytes(12 * SAMPLE_RATE * 2))
    other_call = whisper.open(Hint(Slot.TASK))
    recognition = asyncio.ensure_future(slow.finish())
    passed = 0
    while not recognition.done() and passed < 100:
        other_call.accept(bytes(FRAME_BYTES))
        passed += 1
        await asyncio.sleep(0)
    assert passed == 100
    assert not recognition.done()
    await recognition
    slow.close()
    other_call.close()


async def test_a_guess_on_a_pause_is_the_result(whisper: WhisperRecogniser, mandarin: Say) -> None:
    pcm = mandarin("明天上午")
    stream = whisper.open(Hint(Slot.DATE))
    stream.accept(pcm)
    stream.speculate()
    stream.accept(bytes(FRAME_BYTES * 30))
    recognition = await stream.finish()
    whole = whisper.recognise(pcm, Hint(Slot.DATE))
    assert recognition.hypotheses == whole.hypotheses
    stream.close()


def test_a_folder_without_a_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecogniserError, match="cannot be loaded"):
        WhisperRecogniser(tmp_path)


@given(st.floats(-20.0, 1.0), st.floats(-20.0, 1.0))
def test_confidence_grows_with_the_score(one: float, other: float) -> None:
    assert 0.0 < confidence(one) <= 1.0
    assert (confidence(one) <= confidence(other)) or one > other

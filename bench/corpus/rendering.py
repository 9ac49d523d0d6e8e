"""What is synthesised in one go, kept as a WAV file under var/bench/speech.

8 kHz, 16-bit, mono, the whole band of 0 to 4 kHz: what a line does to it is `line`'s
affair. A file is named after everything that makes its sound, so nothing goes stale.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ivr.audio_file import read_speech

FOLDER = Path(__file__).resolve().parents[2] / "var" / "bench" / "speech"

_VERSION = 1  # raise it when the same rendering sounds otherwise


class SpeechMissing(LookupError):
    """What was asked for has not been synthesised yet; the message names the command."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What is synthesised in one go, and everything its sound depends on."""

    text: str
    voice: str
    speed: float
    merges: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        key = (_VERSION, self.text, self.voice, f"{self.speed:.2f}", *sorted(self.merges))
        name = sha256("\x1f".join(map(str, key)).encode()).hexdigest()[:24]
        return Path(name[:2]) / f"{name}.wav"


def kept(rendering: Rendering, folder: Path = FOLDER) -> bytes:
    """8 kHz s16le PCM. Raises SpeechMissing."""
    file = folder / rendering.file
    if not file.exists():
        raise SpeechMissing(
            f"{rendering.text!r} by {rendering.voice} is not synthesised: "
            "run `python -m bench.corpus make`"
        )
    return read_speech(file)


def missing(needed: Iterable[Rendering], folder: Path = FOLDER) -> list[Rendering]:
    """What is still to be synthesised of `needed`, each once, in their order."""
    return [each for each in dict.fromkeys(needed) if not (folder / each.file).exists()]

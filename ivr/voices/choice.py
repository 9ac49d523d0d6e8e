"""The voice that the configuration names."""

from __future__ import annotations

from pathlib import Path

from ivr.ports import Voice, VoiceError
from ivr.voices.lexicon import Lexicon

ENGINES = ("kokoro", "pyttsx3")
DEFAULT_STYLE = "zf_xiaoxiao"
DEFAULT_SPEED = 0.9


def build_voice(
    name: str,
    *,
    style: str = DEFAULT_STYLE,
    speed: float = DEFAULT_SPEED,
    threads: int = 1,
    workers: int = 2,
    limit: float = 8.0,
    folder: Path | None = None,
    lexicon: Lexicon | None = None,
) -> Voice:
    """The voice called `name`. `style`, `speed`, `threads`, `workers` and `folder` are
    kokoro's, `limit` (seconds for one text) is pyttsx3's; see the classes.

    Raises VoiceError, with the way to mend it, for an unknown name, a missing model
    or an unknown style. An engine is imported only when it is chosen.
    """
    match name:
        case "kokoro":
            from ivr.voices.kokoro import KokoroVoice

            return KokoroVoice(
                style,
                speed=speed,
                threads=threads,
                workers=workers,
                folder=folder,
                lexicon=lexicon,
            )
        case "pyttsx3":
            from ivr.voices.pyttsx3_voice import Pyttsx3Voice

            return Pyttsx3Voice(limit=limit, lexicon=lexicon)
    raise VoiceError(f"no voice is called {name!r}; known: {', '.join(ENGINES)}")

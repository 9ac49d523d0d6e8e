"""The agent's voice as the configuration names it, with its cache on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ivr.config import Config
from ivr.ports import Voice, VoiceError
from ivr.voices.choice import build_voice
from ivr.voices.fragment_store import RenderedFragments
from ivr.voices.lexicon import load_lexicon


@dataclass(slots=True)
class Speech:
    """`store` speaks; `fallback` speaks what it cannot, None where pyttsx3 is not usable."""

    voice: Voice
    store: RenderedFragments
    fallback_voice: Voice | None
    fallback: RenderedFragments | None

    async def aclose(self) -> None:
        await self.store.aclose()
        await self.voice.aclose()
        if self.fallback is not None and self.fallback_voice is not None:
            await self.fallback.aclose()
            await self.fallback_voice.aclose()


def build_speech(config: Config) -> Speech:
    """Raises VoiceError with the way to mend it."""
    chosen = config.voice
    voice = build_voice(
        chosen.engine, style=chosen.style, speed=chosen.speed, workers=chosen.workers
    )
    store = rendered(voice, config.rendered, chosen.workers)
    if chosen.engine == "pyttsx3":
        return Speech(voice, store, None, None)
    try:
        spare = build_voice("pyttsx3")
    except VoiceError:
        return Speech(voice, store, None, None)
    return Speech(voice, store, spare, rendered(spare, config.rendered, 1))


def rendered(voice: Voice, folder: Path, syntheses: int) -> RenderedFragments:
    return RenderedFragments(voice, folder, reading=load_lexicon().reading, syntheses=syntheses)

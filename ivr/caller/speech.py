"""The sound of a case's acts, made before the call: a caller does not wait to speak.

`say` is spoken by a synthetic voice that is not the agent's, rendered once and kept on disk, and
stretched to the caller's speed: asked to speak slowly the engine puts a syllable of its own before
the first one. `wav` is read and converted; noise is mixed in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from ivr.agent.speech import rendered
from ivr.audio_file import read_speech
from ivr.caller.background import Background, Talk, background_data, mixed
from ivr.caller.case import Act, Answer, Aside, Case
from ivr.caller.sound_level import from_pcm, sounding, to_pcm
from ivr.config import Config
from ivr.ports import SAMPLE_RATE, Voice, VoiceError
from ivr.voices.choice import build_voice
from ivr.voices.fragment_store import RenderedFragments
from ivr.voices.render_ahead import RenderProgress, render_ahead
from ivr.voices.stretch import stretch

ENGINE = "kokoro"
_RENDERED = 1.0  # speed
NOISE_TAIL = 0.8  # seconds of noise behind the last word: longer than any complete answer's pause

VoiceKey = tuple[str, float]
"""Style and speed."""

Span = tuple[float, float]
"""From when to when somebody speaks, in seconds."""


@dataclass(frozen=True, slots=True)
class ActSound:
    """How an act sounds (8 kHz s16le), and when somebody speaks in it, noise aside."""

    pcm: bytes
    speech: Span


class CallerVoiceError(VoiceError):
    """A voice that callers cannot have, in one line."""


def wanted_speech(cases: Iterable[Case], config: Config) -> dict[str, list[str]]:
    """Style -> the texts that `cases` need in it, each once.

    Raises CallerVoiceError for a caller with the agent's voice.
    """
    wanted: dict[str, dict[str, None]] = {}
    data = background_data()
    for case in cases:
        for act in case.acts:
            own = wanted.setdefault(voice_of(case, config, act)[0], {})
            own |= dict.fromkeys(act.pieces)
        for kind in backgrounds(case):
            for style, text in data.spoken(kind):
                wanted.setdefault(style, {})[text] = None
    return {voice: list(texts) for voice, texts in wanted.items()}


def voice_of(case: Case, config: Config, act: Act | None = None) -> VoiceKey:
    """Style and speed of the caller, or of who is heard in `act`. Raises CallerVoiceError."""
    style = case.voice or config.caller.style
    if isinstance(act, Aside) and act.voice is not None and act.voice != style:
        return act.voice, background_data().speed
    if config.voice.engine == ENGINE and style == config.voice.style:
        raise CallerVoiceError(f"{case.name}: voice {style} is the agent's own")
    return style, config.caller.speed if case.speed is None else case.speed


def backgrounds(case: Case) -> set[Background]:
    """Every kind that is heard in the case."""
    return {kind for kind in (case.noise, *(act.noise for act in case.acts)) if kind is not None}


class CallerStudio:
    """The voices of synthetic callers, with what they said before kept on disk.

    `async with CallerStudio(config) as studio:` within one event loop; an engine is loaded only for
    what is not on disk.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._stores: dict[str, tuple[Voice, RenderedFragments]] = {}

    async def __aenter__(self) -> CallerStudio:
        return self

    async def __aexit__(self, *exc: object) -> None:
        for voice, store in self._stores.values():
            await store.aclose()
            await voice.aclose()

    def store(self, style: str | None = None) -> RenderedFragments:
        """The voice `style` (None: the configured one) at its own speed.

        Raises VoiceError for an unknown one.
        """
        style = style or self._config.caller.style
        if style not in self._stores:
            workers = self._config.voice.workers
            voice = build_voice(ENGINE, style=style, speed=_RENDERED, workers=workers)
            self._stores[style] = voice, rendered(voice, self._config.rendered, workers)
        return self._stores[style][1]

    async def say(self, text: str, style: str, speed: float) -> bytes:
        """8 kHz s16le. Raises VoiceError."""
        pcm = await self.store(style).pcm(text)
        return await asyncio.to_thread(stretch, pcm, speed)

    async def talk(self, case: Case) -> Talk:
        """What other people say behind the caller. Raises VoiceError."""
        data = background_data()
        return {
            kind: [await self.say(text, style, data.speed) for style, text in said]
            for kind in backgrounds(case)
            if (said := data.spoken(kind))
        }

    async def sounds(
        self, case: Case, folder: Path, behind: Background | None = None
    ) -> dict[Act, bytes]:
        """8 kHz s16le of every act that is heard; WAV files lie in `folder`. `behind` is heard in
        acts that have no noise of their own.

        Raises VoiceError, AudioFileError.
        """
        talk = await self.talk(case)
        made = {act: await self.sound(case, act, folder, talk, behind) for act in case.acts}
        return {act: sound.pcm for act, sound in made.items() if sound is not None}

    async def spans(self, case: Case, folder: Path) -> dict[Act, Span]:
        """When somebody speaks in each act's sound, noise aside.

        Raises VoiceError, AudioFileError.
        """
        spoken = {act: await self._spoken(case, act, folder) for act in case.acts}
        return {act: _span(act, pcm) for act, pcm in spoken.items() if pcm is not None}

    async def sound(
        self, case: Case, act: Act, folder: Path, talk: Talk, behind: Background | None = None
    ) -> ActSound | None:
        """How `act` sounds, as in `sounds`; None where nothing is heard. `talk`: see there.

        Raises VoiceError, AudioFileError.
        """
        speech = await self._spoken(case, act, folder)
        if speech is None:
            return None
        snr_db = case.snr_db if act.noise is None else act.snr_db
        pcm = _in_its_room(act, speech, act.noise or behind, snr_db, talk)
        return ActSound(pcm, _span(act, speech))

    async def _spoken(self, case: Case, act: Act, folder: Path) -> bytes | None:
        """What is said in `act`, without what is heard around it."""
        if act.wav is not None:
            return await asyncio.to_thread(read_speech, folder / act.wav)
        if act.say is None:
            return None
        style, speed = voice_of(case, self._config, act)
        pieces = [await self.say(piece, style, speed) for piece in act.pieces]
        speech = _silence(act.pause or 0.0).join(pieces)
        if isinstance(act, Aside) and act.below_db:
            return to_pcm(from_pcm(speech) * 10 ** (-act.below_db / 20))
        return speech


def _span(act: Act, speech: bytes) -> Span:
    first, last = sounding(from_pcm(speech))
    wait = act.wait if isinstance(act, Answer) else 0.0
    return wait + first, wait + last


async def render_wanted(
    wanted: Mapping[str, list[str]], config: Config, report: Callable[[str], None]
) -> None:
    """Render what is not on disk yet, one voice after the other (each takes 500 MB meanwhile).

    Raises VoiceError when a text cannot be spoken.
    """
    for style, texts in wanted.items():
        voice = build_voice(ENGINE, style=style, speed=_RENDERED, workers=config.voice.workers)
        store = rendered(voice, config.rendered, config.voice.workers)
        try:
            counts = await render_ahead(store, texts, _quiet, workers=config.voice.workers)
        finally:
            await store.aclose()
            await voice.aclose()
        if counts.failed:
            text, reason = counts.failed[0]
            raise VoiceError(f"{style} cannot say {text!r}: {reason}")
        if counts.rendered:
            report(f"speech: {counts.rendered} lines rendered in the voice {style}")


def _quiet(now: RenderProgress) -> None:
    del now


def _in_its_room(
    act: Act, speech: bytes, noise: Background | None, snr_db: float, talk: Talk
) -> bytes:
    """With the silence that the caller thinks for in front, and noise over all of it."""
    lead = _silence(act.wait) if isinstance(act, Answer) else b""
    if noise is None:
        return lead + speech
    seed = crc32(f"{act.words or act.wav}/{noise}".encode())
    return mixed(lead + speech + _silence(NOISE_TAIL), noise, snr_db, seed, talk)


def _silence(seconds: float) -> bytes:
    return bytes(2 * int(seconds * SAMPLE_RATE))

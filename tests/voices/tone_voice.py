"""A voice whose pace the test decides: what the stores and the mouth do when speech is late.

The real engines have their own tests; how long they take cannot be chosen.
"""

from __future__ import annotations

import asyncio

from ivr.ports import VoiceError


class ToneVoice:
    """ivr.ports.Voice: one distinct sound a text, at once or when `release` lets it go on."""

    def __init__(self, name: str = "tone", *, held: bool = False) -> None:
        self.name = name
        self.asked: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self.unspeakable: set[str] = set()
        self._go = asyncio.Event()
        if not held:
            self._go.set()

    def release(self) -> None:
        self._go.set()

    async def synthesise(self, text: str) -> bytes:
        self.asked.append(text)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self._go.wait()
        finally:
            self.at_once -= 1
        if text in self.unspeakable:
            raise VoiceError("this text cannot be spoken")
        return sound_of(text)

    async def aclose(self) -> None:
        return None


def sound_of(text: str) -> bytes:
    """Two frames a character, every sample one value that belongs to the text."""
    value = sum(text.encode()) % 250 + 1
    return bytes([value, 2]) * (320 * len(text))

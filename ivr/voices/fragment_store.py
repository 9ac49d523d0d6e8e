"""Rendered fragments: memory, then disk, then the engine, once per text however many ask."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from ivr.ports import Voice
from ivr.voices.rendered_file import CorruptRendering, decode, encode

log = logging.getLogger(__name__)

# Part of every key: raise it when the files of earlier versions must not be used.
LAYOUT = 1


class RenderedFragments:
    """ivr.ports.FragmentStore over one voice.

    `folder` keeps the files (made if missing); they are found by a hash of engine,
    voice and reading, where `reading` maps a text to all that decides its sound
    beside the voice (the lexicon's `reading`), so that an edited pronunciation is
    rendered anew. `memory_bytes` bounds what stays in memory, `syntheses` how many
    texts are made at once.

    A synthesis that was begun is finished and kept even when everyone who asked
    has gone. A disk that fails costs the cache, never the speech.
    """

    def __init__(
        self,
        voice: Voice,
        folder: Path,
        *,
        reading: Callable[[str], str] = str,
        memory_bytes: int = 64 << 20,
        syntheses: int = 2,
    ) -> None:
        self._voice = voice
        self._folder = folder
        self._reading = reading
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._memory_bytes = memory_bytes
        self._memory_used = 0
        self._slots = asyncio.Semaphore(syntheses)
        self._flights: dict[tuple[str, bool], asyncio.Task[bytes]] = {}

    async def pcm(self, text: str, keep: bool = True) -> bytes:
        """8 kHz PCM of `text`. `keep` False (personal text) leaves no trace of it in memory
        or on disk. Raises VoiceError; a cancelled caller stops no other's synthesis."""
        remembered = self._memory.get(text)
        if remembered is not None:
            self._memory.move_to_end(text)
            return remembered
        flight = self._flights.get((text, keep))
        if flight is None:
            flight = asyncio.create_task(self._fetch(text, keep), name="fragment")
            self._flights[(text, keep)] = flight
            flight.add_done_callback(lambda done: self._landed(text, keep, done))
        return await asyncio.shield(flight)

    async def is_kept(self, text: str) -> bool:
        """Whether a whole rendering of `text` is on disk."""
        return await asyncio.to_thread(self._read, text) is not None

    async def aclose(self) -> None:
        """Cancel what is being fetched; the voice belongs to whoever made it."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    def file_of(self, text: str) -> Path:
        """Where the rendering of `text` is or would be."""
        key = "\n".join((str(LAYOUT), self._voice.name, self._reading(text)))
        digest = hashlib.sha256(key.encode()).hexdigest()
        return self._folder / digest[:2] / f"{digest}.wav"

    async def _fetch(self, text: str, keep: bool) -> bytes:
        pcm = await asyncio.to_thread(self._read, text)
        if pcm is None:
            async with self._slots:
                pcm = await self._voice.synthesise(text)
            if keep:
                await asyncio.to_thread(self._write, text, pcm)
        if keep:
            self._remember(text, pcm)
        return pcm

    def _landed(self, text: str, keep: bool, flight: asyncio.Task[bytes]) -> None:
        del self._flights[(text, keep)]
        if not flight.cancelled() and flight.exception() is not None:
            # Whoever still waits gets it; asking for it here keeps asyncio from
            # reporting it a second time when all have gone.
            log.debug("a fragment could not be made: %s", type(flight.exception()).__name__)

    def _remember(self, text: str, pcm: bytes) -> None:
        if len(pcm) > self._memory_bytes:
            return
        self._memory_used += len(pcm) - len(self._memory.pop(text, b""))
        self._memory[text] = pcm
        while self._memory_used > self._memory_bytes:
            _, oldest = self._memory.popitem(last=False)
            self._memory_used -= len(oldest)

    def _read(self, text: str) -> bytes | None:
        file = self.file_of(text)
        try:
            return decode(file.read_bytes())
        except FileNotFoundError:
            return None
        except CorruptRendering as error:
            log.warning("rendered fragment %s is corrupt (%s): made again", file.name, error)
        except OSError as error:
            log.warning("rendered fragment %s cannot be read: %s", file.name, error.strerror)
        return None

    def _write(self, text: str, pcm: bytes) -> None:
        file = self.file_of(text)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
            try:
                with os.fdopen(handle, "wb") as out:
                    out.write(encode(pcm))
                os.replace(temporary, file)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            log.warning("rendered fragment %s cannot be kept: %s", file.name, error.strerror)

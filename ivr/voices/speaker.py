"""The agent's mouth: what the dialogue says, turned into frames one fragment ahead of speech.

`next_frame` is called every 20 ms by whoever owns the line and never waits. PCM
comes from the fragment store while the fragment before it is being spoken; the
listener's rate and volume are applied on the way. A fragment that cannot be had in
time is asked of the fallback voice, and given up when that fails too: the rest of
the sentence is spoken, the mark of the lost piece is never reported, nothing hangs.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from dialogs.commands import Fragment, Say
from ivr.ports import FragmentStore, VoiceError
from ivr.voices.playback import PlaybackQueue, PlayedFrame, Ticket
from ivr.voices.stretch import FASTEST, SLOWEST, gain, stretch

log = logging.getLogger(__name__)

# What is being spoken and one more.
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class SpeechFault:
    """A fragment of `characters` length came from the fallback voice, or (`lost`) not at all.
    The text is not in it: it may be personal."""

    characters: int
    lost: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Listener:
    """How this caller wants it: `rate` 0.7 to 1.3 (1.0 = as rendered), `gain_db` on top."""

    rate: float = 1.0
    gain_db: float = 0.0

    def apply(self, pcm: bytes) -> bytes:
        return gain(stretch(pcm, self.rate), self.gain_db)


def _nothing() -> None:
    return None


def _no_fault(fault: SpeechFault) -> None:
    del fault


class Speaker:
    """One call's mouth; every method but `drained` and `aclose` returns at once.

    `store` renders, `fallback` speaks what `store` cannot, each within
    `fragment_limit` seconds. `on_started` is called when the first frame of speech
    after quiet leaves, `on_finished` when all that was said has left, `on_fault`
    for each fragment that was not spoken as it should be.
    """

    def __init__(
        self,
        store: FragmentStore,
        *,
        fallback: FragmentStore | None = None,
        listener: Listener = Listener(),
        fragment_limit: float = 8.0,
        on_started: Callable[[], None] = _nothing,
        on_finished: Callable[[], None] = _nothing,
        on_fault: Callable[[SpeechFault], None] = _no_fault,
    ) -> None:
        self._stores = (store,) if fallback is None else (store, fallback)
        self._listener = listener
        self._limit = fragment_limit
        self._on_started = on_started
        self._on_finished = on_finished
        self._on_fault = on_fault
        self._queue = PlaybackQueue()
        self._pending: deque[tuple[Ticket, Fragment]] = deque()
        self._rendered: dict[Ticket, bytes] = {}  # as rendered, the last few
        self._tasks: dict[Ticket, asyncio.Task[None]] = {}
        self._alive: set[asyncio.Task[None]] = set()
        self._speaking = False
        self._closed = False
        self._quiet = asyncio.Event()
        self._quiet.set()

    # --- what the conversation asks for

    def say(self, command: Say) -> None:
        """Queue speech. After quiet, `marks` and `text_played` start anew."""
        if self._closed:
            return
        if self._queue.drained:
            self._queue.forget_played()
        for fragment in command.fragments:
            ticket = self._queue.reserve(fragment, barge_in=command.barge_in)
            self._pending.append((ticket, fragment))
        if not self._queue.drained:
            self._quiet.clear()
        self._advance()

    def stop(self) -> None:
        """Barge-in: the next frame is silence, and nothing more of what was said is made.
        Speech that may not be interrupted plays on."""
        self._drop(everything=False)

    def change_voice(self, rate: float, gain_db: float) -> None:
        """From the next fragment on; a rate out of range becomes the nearest possible."""
        self._listener = Listener(min(max(rate, SLOWEST), FASTEST), gain_db)
        for ticket, pcm in self._rendered.items():
            if ticket not in self._tasks:
                self._start(ticket, self._fit(ticket, pcm))

    async def drained(self) -> None:
        """Returns once all that was said has left, or the mouth is closed."""
        await self._quiet.wait()

    async def aclose(self) -> None:
        """The line is closed: drop everything and end every task. Safe more than once."""
        self._closed = True
        self._drop(everything=True)
        while self._alive:
            await asyncio.wait(self._alive)

    # --- what the line asks for

    def next_frame(self) -> PlayedFrame:
        """The frame for the next 20 ms; never waits."""
        frame = self._queue.next_frame()
        if frame.speech and not self._speaking:
            self._speaking = True
            self._on_started()
        self._advance()
        self._note_quiet()
        return frame

    # --- what is known

    @property
    def marks(self) -> frozenset[str]:
        """Marks played out since speech last began after quiet."""
        return self._queue.marks

    @property
    def text_played(self) -> str:
        """What the caller has heard since then, ID numbers masked."""
        return self._queue.text_played

    @property
    def speaking(self) -> bool:
        """Something is queued or being spoken."""
        return not self._queue.drained

    @property
    def interruptible(self) -> bool:
        """Whether `stop` silences all that is queued."""
        return self._queue.interruptible

    # --- inside

    def _advance(self) -> None:
        """Begin to fetch the next fragment when no more than the one in front is ready."""
        while (
            self._pending and not self._tasks and self._queue.waiting + self._queue.playing < _AHEAD
        ):
            ticket, fragment = self._pending.popleft()
            self._start(ticket, self._fetch(ticket, fragment))

    def _start(self, ticket: Ticket, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work, name="speaker")
        self._tasks[ticket] = task
        self._alive.add(task)
        task.add_done_callback(lambda done: self._finished(ticket, done))

    def _finished(self, ticket: Ticket, task: asyncio.Task[None]) -> None:
        self._alive.discard(task)
        if self._tasks.get(ticket) is task:
            del self._tasks[ticket]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a fragment is given up: %s", type(error).__name__, exc_info=error)
            self._queue.skip(ticket)
        self._advance()

    async def _fetch(self, ticket: Ticket, fragment: Fragment) -> None:
        pcm = await self._pcm(fragment)
        if pcm is None:
            self._queue.skip(ticket)
            return
        self._rendered[ticket] = pcm
        while len(self._rendered) > _AHEAD:
            del self._rendered[next(iter(self._rendered))]
        await self._fit(ticket, pcm)

    async def _fit(self, ticket: Ticket, pcm: bytes) -> None:
        """Fill the place with the PCM as this listener wants it now."""
        fitted: Listener | None = None
        while fitted != self._listener:
            fitted = self._listener
            result = await asyncio.to_thread(fitted.apply, pcm)
        self._queue.fill(ticket, result)

    async def _pcm(self, fragment: Fragment) -> bytes | None:
        if not fragment.text.strip():
            return b""
        characters = len(fragment.text)
        reason = ""
        for store in self._stores:
            try:
                async with asyncio.timeout(self._limit):
                    pcm = await store.pcm(fragment.text, keep=not fragment.personal)
            except TimeoutError:
                reason = f"not made within {self._limit:g} s"
            except VoiceError as error:
                reason = str(error)
            else:
                if reason:
                    self._on_fault(SpeechFault(characters, lost=False, reason=reason))
                return pcm
            log.warning("a fragment of %d characters: %s", characters, reason)
        self._on_fault(SpeechFault(characters, lost=True, reason=reason))
        return None

    def _drop(self, *, everything: bool) -> None:
        self._queue.clear(everything=everything)
        self._pending = deque(
            (ticket, fragment) for ticket, fragment in self._pending if ticket in self._queue
        )
        for ticket in [ticket for ticket in self._tasks if ticket not in self._queue]:
            self._tasks.pop(ticket).cancel()
        self._rendered = {t: pcm for t, pcm in self._rendered.items() if t in self._queue}
        self._advance()
        self._note_quiet()

    def _note_quiet(self) -> None:
        if not self._queue.drained:
            return
        self._quiet.set()
        if self._speaking:
            self._speaking = False
            self._on_finished()

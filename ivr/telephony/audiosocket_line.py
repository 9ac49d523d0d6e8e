"""One call's audio: frames of exactly 20 ms in, frames out, both bounded in memory."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from ivr.ports import (
    FRAME_BYTES,
    SILENCE,
    CallerFrame,
    CallerKey,
    LineClosed,
    LineEvent,
)
from ivr.telephony.audiosocket_codec import (
    Audio,
    AudioSocketEvent,
    Closed,
    HangUp,
    Key,
    PeerError,
    ProtocolFault,
    encode_audio,
    encode_hang_up,
)
from ivr.telephony.gap_filler import GapFiller

_FILL_EVERY = 0.1  # seconds: five frames at once cost a fifth of the timers


@dataclass(frozen=True, slots=True)
class LineLimits:
    """Bounds of a line, in seconds and 20 ms frames.

    `fill_after`: so long without audio, silence stands in for it. `silence`: no
    byte from the PBX for so long means that it has gone; it must outlast a phone
    that is muted, since Asterisk sends nothing when the phone sends nothing.
    `stall`: the PBX has not read for so long. `identify`: a new connection must
    say which call it is.
    `unread_frames`: caller's frames kept for a session that does not read;
    `unsent_frames`: agent's frames kept for a PBX that does not read. What is
    more is dropped, oldest caller's frames and newest agent's frames first.
    """

    fill_after: float = 0.2
    silence: float = 30.0
    stall: float = 5.0
    identify: float = 5.0
    unread_frames: int = 500
    unsent_frames: int = 10


class AudioSocketLine:
    """AudioSource and AudioSink of one call while it is in AudioSocket.

    Made by AudioSocketServer. `dropped_in` and `dropped_out` count frames lost
    to the bounds. Nothing here raises when the PBX disappears: events() ends
    with LineClosed and send() does nothing.
    """

    def __init__(self, call_id: UUID, transport: asyncio.Transport, limits: LineLimits) -> None:
        self.call_id = call_id
        self.dropped_in = 0
        self.dropped_out = 0
        self._transport = transport
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._queue: deque[LineEvent] = deque()
        self._frames_queued = 0
        self._remainder = bytearray()  # the beginning of a frame
        self._news = asyncio.Event()
        self._ended = False
        self._end_read = False
        self._gone = asyncio.Event()  # the connection is closed on both sides
        self._hanging_up = False
        self._stalled = False
        self._stall_timer: asyncio.TimerHandle | None = None
        self._heard_at = self._loop.time()
        self._silence_timer = self._loop.call_later(limits.silence, self._check_silence)
        self._gaps = GapFiller(self._heard_at, limits.fill_after)
        self._fill_timer = self._loop.call_later(_FILL_EVERY, self._fill)

    @property
    def open(self) -> bool:
        """Audio can still flow."""
        return not self._ended

    async def events(self) -> AsyncIterator[LineEvent]:
        """The caller's frames and keys in order, then LineClosed exactly once, then the end.

        Frames keep coming, 50 a second on average: while a key is held down, and
        from a phone that suppresses silence, Asterisk sends nothing, and frames
        of silence stand in (in groups, every 0.1 s), so that whoever listens can
        measure time in frames.

        LineClosed.hung_up: the PBX ended the line unasked. That is nearly
        always the caller's hang-up, but AudioSocket does not tell it from an AMI
        redirect: whoever redirects a call knows. False: we hung up, the PBX fell
        silent, stopped reading, or broke the protocol. For one reader at a time.
        """
        while not self._end_read:
            while self._queue:
                event = self._queue.popleft()
                if isinstance(event, CallerFrame):
                    self._frames_queued -= 1
                self._end_read = isinstance(event, LineClosed)
                yield event
            if not self._end_read:
                self._news.clear()
                await self._news.wait()

    async def send(self, frame: bytes) -> None:
        """Send one 20 ms frame now. Dropped and counted while the PBX does not read; no effect on
        a line that has ended. Raises ValueError unless it is FRAME_BYTES long."""
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame is {FRAME_BYTES} bytes, not {len(frame)}")
        if self._ended or self._hanging_up:
            return
        if self._stalled:
            self.dropped_out += 1
            return
        # One write per frame: Asterisk cannot read a header that arrives in two pieces.
        self._transport.write(encode_audio(frame))

    async def hang_up(self, timeout: float = 2.0) -> None:
        """End the line from our side: the dialplan (or the AGI session) goes on with the call.

        Returns when the PBX has closed the connection, at the latest after
        `timeout` seconds. Safe at any time and more than once.
        """
        if not self._ended and not self._hanging_up:
            self._hanging_up = True
            self._transport.write(encode_hang_up())
        try:
            async with asyncio.timeout(timeout):
                await self._gone.wait()
        except TimeoutError:
            self._transport.abort()
            self._end(hung_up=False)

    # The connection's side (called by AudioSocketServer).

    def heard(self) -> None:
        """Bytes have come in, of whatever kind."""
        self._heard_at = self._loop.time()

    def take(self, event: AudioSocketEvent) -> None:
        """One decoded event of the connection."""
        match event:
            case Audio(pcm):
                self._take_audio(pcm)
            case Key(key):
                self._put(CallerKey(key))
            case HangUp():
                self._end(hung_up=not self._hanging_up)
                self._transport.abort()
            case Closed(truncated):
                self._end(hung_up=not self._hanging_up and not truncated)
            case ProtocolFault() | PeerError():
                self._end(hung_up=False)
                self._transport.abort()
            case _:
                pass

    def writing_paused(self) -> None:
        """The PBX does not read: our buffer is full."""
        self._stalled = True
        self._stall_timer = self._loop.call_later(self._limits.stall, self._give_up)

    def writing_resumed(self) -> None:
        self._stalled = False
        if self._stall_timer is not None:
            self._stall_timer.cancel()

    def lost(self) -> None:
        """The connection is closed on both sides, in whatever way (a reset included: Asterisk
        closes with our last frames unread, which the kernel turns into a reset)."""
        self._end(hung_up=not self._hanging_up)
        self._gone.set()

    def _take_audio(self, pcm: bytes) -> None:
        self._gaps.audio(self._loop.time())
        if not self._remainder and len(pcm) == FRAME_BYTES:
            self._put_frame(pcm)
            return
        self._remainder += pcm
        while len(self._remainder) >= FRAME_BYTES:
            self._put_frame(bytes(self._remainder[:FRAME_BYTES]))
            del self._remainder[:FRAME_BYTES]

    def _put_frame(self, pcm: bytes) -> None:
        if self._frames_queued >= self._limits.unread_frames:
            oldest = next(e for e in self._queue if isinstance(e, CallerFrame))
            self._queue.remove(oldest)
            self._frames_queued -= 1
            self.dropped_in += 1
        self._frames_queued += 1
        self._put(CallerFrame(pcm))

    def _put(self, event: LineEvent) -> None:
        if not self._ended:
            self._queue.append(event)
            self._news.set()

    def _end(self, *, hung_up: bool) -> None:
        if self._ended:
            return
        self._put(LineClosed(hung_up))
        self._ended = True
        self._silence_timer.cancel()
        self._fill_timer.cancel()
        if self._stall_timer is not None:
            self._stall_timer.cancel()

    def _fill(self) -> None:
        frames = self._gaps.frames_due(self._loop.time())
        for _ in range(min(frames, self._limits.unread_frames)):
            self._put_frame(SILENCE)
        self._fill_timer = self._loop.call_later(_FILL_EVERY, self._fill)

    def _check_silence(self) -> None:
        rest = self._heard_at + self._limits.silence - self._loop.time()
        if rest > 0:
            self._silence_timer = self._loop.call_later(rest, self._check_silence)
        else:
            self._give_up()

    def _give_up(self) -> None:
        self._end(hung_up=False)
        self._transport.abort()

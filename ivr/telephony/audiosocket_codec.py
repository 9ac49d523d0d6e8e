"""AudioSocket as a state machine: bytes in, events out; frames to bytes. No I/O.

A frame is one byte kind, two bytes payload length (big-endian), the payload.
Kinds as Asterisk 22 uses them: 0x00 hang up, 0x01 the call's UUID (16 bytes,
first frame of a connection), 0x03 one DTMF key (ASCII), 0x10 signed linear
16-bit 8 kHz mono PCM (little-endian), 0xff error with an optional code.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from uuid import UUID

KEYS = frozenset("0123456789*#ABCD")
MAX_PAYLOAD = 16_000  # one second; Asterisk was seen to drop larger frames

_HEADER = struct.Struct("!BH")


class Kind(IntEnum):
    HANG_UP = 0x00
    UUID = 0x01
    KEY = 0x03
    AUDIO = 0x10
    ERROR = 0xFF


class AudioSocketFault(StrEnum):
    """Why the peer is no AudioSocket client that can be talked to."""

    NOT_IDENTIFIED = "not_identified"  # the first frame is no UUID
    BAD_UUID = "bad_uuid"  # a UUID that is not 16 bytes, or a second one
    TOO_LONG = "too_long"
    ODD_AUDIO = "odd_audio"  # half a sample: everything after it would be noise


@dataclass(frozen=True, slots=True)
class Identified:
    """Which call this connection belongs to; always the first event of a good connection."""

    call_id: UUID


@dataclass(frozen=True, slots=True)
class Audio:
    """PCM of any whole number of samples."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """One key, reported at its release."""

    key: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """The peer ends the line. (Asterisk's application just closes the socket.)"""


@dataclass(frozen=True, slots=True)
class PeerError:
    """The peer reports an error; `code` as sent: 1 hang-up, 2 frame forwarding, 4 memory."""

    code: int | None


@dataclass(frozen=True, slots=True)
class SkippedFrame:
    """A frame of an unknown kind, or a key that is none; `length` of its payload."""

    kind: int
    length: int


@dataclass(frozen=True, slots=True)
class ProtocolFault:
    """The last event before Closed: nothing after it is read."""

    fault: AudioSocketFault


@dataclass(frozen=True, slots=True)
class Closed:
    """The peer closed; `truncated`: in the middle of a frame."""

    truncated: bool


AudioSocketEvent = (
    Identified | Audio | Key | HangUp | PeerError | SkippedFrame | ProtocolFault | Closed
)


class FrameRefused(ValueError):
    """A payload that must not be sent: too long, half a sample, or no key."""


class AudioSocketDecoder:
    """What the PBX sends. The events do not depend on how the bytes were split into chunks."""

    def __init__(self, *, max_payload: int = MAX_PAYLOAD) -> None:
        self._max_payload = max_payload
        self._buffer = bytearray()
        self._identified = False
        self._ended = False

    def receive(self, data: bytes) -> list[AudioSocketEvent]:
        """Take the next bytes; the events they complete, in order."""
        if self._ended:
            return []
        self._buffer += data
        events: list[AudioSocketEvent] = []
        start = 0
        while len(self._buffer) - start >= _HEADER.size:
            kind, length = _HEADER.unpack_from(self._buffer, start)
            fault = self._header_fault(kind, length)
            if fault is not None:
                self._ended = True
                self._buffer.clear()
                events.append(ProtocolFault(fault))
                return events
            end = start + _HEADER.size + length
            if len(self._buffer) < end:
                break
            events.append(self._frame(kind, bytes(self._buffer[start + _HEADER.size : end])))
            start = end
        del self._buffer[:start]
        return events

    def receive_eof(self) -> list[AudioSocketEvent]:
        """The peer closed its side."""
        truncated = bool(self._buffer)
        self._ended = True
        self._buffer.clear()
        return [Closed(truncated)]

    def _header_fault(self, kind: int, length: int) -> AudioSocketFault | None:
        """Judged on the header alone, so that a bad frame is never waited for."""
        if not self._identified and kind != Kind.UUID:
            return AudioSocketFault.NOT_IDENTIFIED
        if kind == Kind.UUID and (self._identified or length != 16):
            return AudioSocketFault.BAD_UUID
        if length > self._max_payload:
            return AudioSocketFault.TOO_LONG
        if kind == Kind.AUDIO and length % 2:
            return AudioSocketFault.ODD_AUDIO
        return None

    def _frame(self, kind: int, payload: bytes) -> AudioSocketEvent:
        if kind == Kind.AUDIO:
            return Audio(payload)
        if kind == Kind.UUID:
            self._identified = True
            return Identified(UUID(bytes=payload))
        if kind == Kind.KEY and len(payload) == 1 and chr(payload[0]) in KEYS:
            return Key(chr(payload[0]))
        if kind == Kind.HANG_UP:
            return HangUp()
        if kind == Kind.ERROR:
            return PeerError(payload[0] if payload else None)
        return SkippedFrame(kind, len(payload))


def encode_audio(pcm: bytes, *, max_payload: int = MAX_PAYLOAD) -> bytes:
    """Raises FrameRefused for more than `max_payload` bytes or half a sample."""
    if len(pcm) > max_payload:
        raise FrameRefused(f"{len(pcm)} bytes of audio in one frame, at most {max_payload}")
    if len(pcm) % 2:
        raise FrameRefused("half a sample")
    return _HEADER.pack(Kind.AUDIO, len(pcm)) + pcm


def encode_hang_up() -> bytes:
    """Ends the line: the EXEC AudioSocket of the call returns 0 and its AGI session goes on."""
    return _HEADER.pack(Kind.HANG_UP, 0)


def encode_identity(call_id: UUID) -> bytes:
    """The PBX's first frame (for peers that play the PBX: load tests, synthetic calls)."""
    return _HEADER.pack(Kind.UUID, 16) + call_id.bytes


def encode_key(key: str) -> bytes:
    """The PBX's side. Raises FrameRefused for anything but one of KEYS."""
    if key not in KEYS:
        raise FrameRefused("not one key")
    return _HEADER.pack(Kind.KEY, 1) + key.encode("ascii")


def encode_error(code: int | None) -> bytes:
    """The PBX's side. Raises FrameRefused for a code outside one byte."""
    if code is None:
        return _HEADER.pack(Kind.ERROR, 0)
    if not 0 <= code <= 0xFF:
        raise FrameRefused("an error code is one byte")
    return _HEADER.pack(Kind.ERROR, 1) + bytes((code,))

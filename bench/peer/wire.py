"""What the caller of the comparison and the two servers say to each other over TCP.

Frames like AudioSocket's: one byte kind, two bytes length (big-endian), payload. Standard library
only: the peer's environment has none of ours.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Mapping
from typing import Any

AUDIO = 0x10  # 8 kHz s16le mono; the caller sends 20 ms at a time
TOLD = 0x20  # a JSON object
FRAME_BYTES = 320
FRAME_SECONDS = 0.02

_HEADER = struct.Struct("!BH")


def audio(pcm: bytes) -> bytes:
    return _HEADER.pack(AUDIO, len(pcm)) + pcm


def told(**fields: object) -> bytes:
    """From the caller: `listen` (the slot asked for), `say` (prompt: to be spoken now). From
    a server: `ready`, `turn` (the caller's turn is over: its text)."""
    payload = json.dumps(fields, ensure_ascii=False).encode()
    return _HEADER.pack(TOLD, len(payload)) + payload


async def frames(reader: asyncio.StreamReader) -> AsyncIterator[bytes | Mapping[str, Any]]:
    """PCM as bytes, what was told as a mapping; ends where the other side hangs up."""
    try:
        while True:
            kind, length = _HEADER.unpack(await reader.readexactly(_HEADER.size))
            payload = await reader.readexactly(length)
            yield payload if kind == AUDIO else json.loads(payload)
    except (asyncio.IncompleteReadError, ConnectionError):
        return

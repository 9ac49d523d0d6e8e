"""One rendered fragment as a file: a plain WAV any player opens, with a CRC-32 behind it.

Layout: RIFF/WAVE, `fmt ` (PCM, mono, 8 kHz, 16 bit), `data`, and a chunk `crc ` of
4 bytes over the audio. Whatever differs from that by one byte is not this file.
"""

from __future__ import annotations

import struct
import zlib

from ivr.ports import SAMPLE_RATE

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_CHECK = struct.Struct("<4sII")


class CorruptRendering(ValueError):
    """The bytes are not one whole rendered fragment."""


def encode(pcm: bytes) -> bytes:
    """8 kHz s16le mono PCM -> the file's bytes. Raises ValueError for half a sample."""
    if len(pcm) % 2:
        raise ValueError("PCM ends in half a sample")
    return _header(len(pcm)) + pcm + _CHECK.pack(b"crc ", 4, zlib.crc32(pcm))


def decode(data: bytes) -> bytes:
    """The PCM of a file's bytes. Raises CorruptRendering."""
    size = len(data) - _HEADER.size - _CHECK.size
    if size < 0 or size % 2:
        raise CorruptRendering(f"{len(data)} bytes cannot be a rendered fragment")
    pcm = data[_HEADER.size : _HEADER.size + size]
    if data != encode(pcm):
        raise CorruptRendering("header, length or checksum is wrong")
    return pcm


def _header(size: int) -> bytes:
    return _HEADER.pack(
        b"RIFF",
        _HEADER.size - 8 + size + _CHECK.size,
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        SAMPLE_RATE,
        SAMPLE_RATE * 2,
        2,
        16,
        b"data",
        size,
    )

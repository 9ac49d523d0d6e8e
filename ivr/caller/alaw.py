"""ITU-T G.711 A-law: 13-bit samples on a logarithmic scale, 8 bits each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def _decoded(code: int) -> int:
    """The 16-bit sample of a code (as on the wire, even bits inverted)."""
    code ^= 0x55
    exponent, mantissa = code >> 4 & 7, code & 15
    size = (mantissa << 4) + 8 if exponent == 0 else (mantissa << 4) + 0x108 << exponent - 1
    return size if code & 0x80 else -size


DECODED: NDArray[np.int16] = np.array([_decoded(code) for code in range(256)], np.int16)


def encode(pcm: bytes) -> bytes:
    """s16le PCM -> one code a sample. Raises ValueError for half a sample."""
    samples = np.frombuffer(pcm, "<i2").astype(np.int32)
    # A negative sample is coded by its one's complement: -1 shares the step of 0.
    size = np.where(samples < 0, ~samples, samples) >> 4
    exponent = np.zeros_like(size)
    for step in range(1, 8):
        exponent[size >= 16 << step - 1] = step
    mantissa = np.where(exponent == 0, size, size >> np.maximum(exponent - 1, 0)) & 15
    code = (exponent << 4 | mantissa | np.where(samples >= 0, 0x80, 0)) ^ 0x55
    return code.astype(np.uint8).tobytes()


def decode(codes: bytes) -> bytes:
    """Codes -> s16le PCM."""
    return DECODED[np.frombuffer(codes, np.uint8)].astype("<i2").tobytes()

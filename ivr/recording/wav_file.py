"""A stereo WAV file that grows: readable at any moment, whatever happens to the process.

Sound is written first, then the two lengths in the header. A process killed in
between leaves a header that is a moment short, never one that promises more
than there is. A place that was skipped reads as silence.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

from ivr.ports import FRAME_BYTES, SAMPLE_RATE

CHANNELS = 2
STEREO_FRAME_BYTES = CHANNELS * FRAME_BYTES
HEADER_BYTES = 44
LARGEST_DATA = 0xFFFFFFFF - HEADER_BYTES  # 37 hours


class GrowingWav:
    """8 kHz, 16-bit, stereo. Blocking; every method raises OSError."""

    def __init__(self, path: Path) -> None:
        """Create the file (readable by its owner only) and its folder. The file must not exist."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._data_bytes = 0
        self._write_at(0, _header(0))

    def write(self, start: int, pcm: bytes) -> None:
        """Put stereo PCM at 20 ms place `start`."""
        offset = start * STEREO_FRAME_BYTES
        if offset + len(pcm) > LARGEST_DATA:
            raise OSError("the recording is longer than a WAV file can be")
        self._write_at(HEADER_BYTES + offset, pcm)
        self._data_bytes = max(self._data_bytes, offset + len(pcm))

    def update_header(self) -> None:
        """Make what has been written so far part of the file."""
        self._write_at(0, _header(self._data_bytes))

    def close(self) -> None:
        self.update_header()
        os.close(self._file)

    def _write_at(self, offset: int, content: bytes) -> None:
        view = memoryview(content)
        while view:
            written = os.pwrite(self._file, view, offset)
            view = view[written:]
            offset += written


def _header(data_bytes: int) -> bytes:
    block = CHANNELS * 2
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        HEADER_BYTES - 8 + data_bytes,
        b"WAVE",
        b"fmt ",
        16,
        1,
        CHANNELS,
        SAMPLE_RATE,
        SAMPLE_RATE * block,
        block,
        16,
        b"data",
        data_bytes,
    )

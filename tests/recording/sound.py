"""Frames that can be told apart: every sample of frame n is n."""

from __future__ import annotations

import struct

import numpy as np

from ivr.ports import FRAME_BYTES, SILENCE
from ivr.recording.masking import MaskedTimeline, Piece

SAMPLES = FRAME_BYTES // 2


def frame(value: int) -> bytes:
    return struct.pack("<h", value) * SAMPLES


class Tape:
    """Plays the disk: pieces are laid down where they belong; every value ever written is kept."""

    def __init__(self) -> None:
        self._data = bytearray()
        self.ever_left: set[int] = set()
        self.ever_right: set[int] = set()

    def lay(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            legs = np.frombuffer(piece.pcm, dtype="<i2").reshape(-1, 2)
            self.ever_left |= set(legs[:, 0].tolist())
            self.ever_right |= set(legs[:, 1].tolist())
            offset = piece.start * 2 * FRAME_BYTES
            self._data.extend(bytes(max(0, offset + len(piece.pcm) - len(self._data))))
            self._data[offset : offset + len(piece.pcm)] = piece.pcm

    @property
    def left(self) -> list[int]:
        """One value a frame."""
        return self._leg(0)

    @property
    def right(self) -> list[int]:
        return self._leg(1)

    def _leg(self, leg: int) -> list[int]:
        samples = np.frombuffer(bytes(self._data), dtype="<i2").reshape(-1, 2)[:, leg]
        frames = samples.reshape(-1, SAMPLES)
        assert (frames == frames[:, :1]).all(), "a frame is torn"
        return [int(value) for value in frames[:, 0]]


class Call:
    """Both legs of a call, frame by frame: the caller's are n, the agent's -n, from 1 on."""

    def __init__(self) -> None:
        self.timeline = MaskedTimeline()
        self.tape = Tape()
        self.now = 0

    def pass_frames(self, count: int, *, voiced: bool = False, personal: bool = False) -> range:
        """Returns the numbers of the frames that passed."""
        start = self.now
        for _ in range(count):
            self.now += 1
            self.timeline.agent(SILENCE if self.now > 32000 else frame(-self.now), personal)
            self.timeline.caller(frame(self.now), voiced)
            if self.now % 25 == 0:
                self.tape.lay(self.timeline.take())
        return range(start + 1, self.now + 1)

    def end(self) -> None:
        self.tape.lay(self.timeline.finish())

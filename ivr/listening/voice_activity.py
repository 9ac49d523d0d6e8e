"""Is this frame a voice? WebRTC's detector, gated by an adaptive energy floor.

webrtcvad alone takes loud steady noise and hum for speech (measured at 8 kHz,
mode 1: 100% of the frames of white noise at -25 dBFS), so a frame also has to
stand out of the line's own noise. The floor follows the line, which lets a soft
voice (-45 dBFS) through on a quiet line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import webrtcvad

from ivr.listening.level import level_dbfs
from ivr.listening.noise_floor import NoiseFloor
from ivr.ports import FRAME_BYTES, SAMPLE_RATE

LOOK_BACK_FRAMES = 15  # 300 ms: the first syllable begins before the detector is sure
MODE = 1
ABOVE_FLOOR_DB = 5.0
SOFTEST_DBFS = -58.0  # below this no word is intelligible on a telephone line


@dataclass(frozen=True, slots=True)
class FrameActivity:
    """One frame's decision. `level` and `floor` (of the line's noise) in dBFS."""

    voiced: bool
    level: float
    floor: float


class VoiceActivity(Protocol):
    """A detector of one line: it is fed every frame of the call, in order, prompts included,
    so that it knows the line's noise when the caller begins to speak."""

    def feed(self, frame: bytes) -> FrameActivity:
        """One frame of ivr.ports. Raises ValueError for a frame of another length."""
        ...


class WebRtcVoiceActivity:
    """The VoiceActivity of webrtcvad-wheels (MIT), one object a call."""

    def __init__(self, mode: int = MODE) -> None:
        """`mode` 0..3 as webrtcvad: 3 lets the least through."""
        self._detector = webrtcvad.Vad(mode)
        self._floor = NoiseFloor()

    def feed(self, frame: bytes) -> FrameActivity:
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes, not {len(frame)}")
        level = level_dbfs(frame)
        floor = self._floor.feed(level)
        speech = bool(self._detector.is_speech(frame, SAMPLE_RATE))
        loud_enough = level >= max(SOFTEST_DBFS, floor + ABOVE_FLOOR_DB)
        return FrameActivity(speech and loud_enough, level, floor)

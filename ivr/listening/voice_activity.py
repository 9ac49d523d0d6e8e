"""Is this frame the caller's voice? WebRTC's detector, gated by adaptive levels.

webrtcvad alone takes loud steady noise and hum for speech (measured at 8 kHz,
mode 1: 100% of the frames of white noise at -25 dBFS), so a frame also has to
stand out of the line's own noise. The floor follows the line, which lets a soft
voice (-45 dBFS) through on a quiet line. And it has to stand out of what usually is
around the caller: of a babble 15 dB below the voice 80 % of the frames are voices too,
and a turn in it would never end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import webrtcvad

from ivr.listening.level import level_dbfs
from ivr.listening.noise_floor import NoiseFloor
from ivr.listening.surroundings import Surroundings
from ivr.ports import FRAME_BYTES, SAMPLE_RATE

LOOK_BACK_FRAMES = 15  # 300 ms: the first syllable begins before the detector is sure
MODE = 1
ABOVE_FLOOR_DB = 5.0
MOST_ABOVE_FLOOR_DB = 12.0
ABOVE_SURROUNDINGS_DB = 6.0  # babble of six people varies by 4 dB around its middle level
SOFTEST_DBFS = -58.0  # below this no word is intelligible on a telephone line


@dataclass(frozen=True, slots=True)
class FrameActivity:
    """One frame's decision. `level`, `floor` (of the line's noise) and `around` (what is usual
    around the caller) in dBFS."""

    voiced: bool
    level: float
    floor: float
    around: float


class VoiceActivity(Protocol):
    """A detector of one line: it is fed every frame of the call, in order, prompts included,
    so that it knows the line's noise when the caller begins to speak."""

    def feed(self, frame: bytes, *, speaking: bool = False) -> FrameActivity:
        """One frame of ivr.ports; `speaking`: within an utterance, as far as is known.

        Raises ValueError for a frame of another length.
        """
        ...


class WebRtcVoiceActivity:
    """The VoiceActivity of webrtcvad-wheels (MIT), one object a call."""

    def __init__(self, mode: int = MODE) -> None:
        """`mode` 0..3 as webrtcvad: 3 lets the least through."""
        self._detector = webrtcvad.Vad(mode)
        self._floor = NoiseFloor()
        self._surroundings = Surroundings()

    def feed(self, frame: bytes, *, speaking: bool = False) -> FrameActivity:
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes, not {len(frame)}")
        level = level_dbfs(frame)
        floor = self._floor.feed(level)
        speech = bool(self._detector.is_speech(frame, SAMPLE_RATE))
        around = self._surroundings.feed(level, speaking=speaking)
        # Talk has gaps down to the floor, a babble has not: her own words while nobody
        # listened, or a weak echo of ours, are no surroundings.
        surroundings = min(around + ABOVE_SURROUNDINGS_DB, floor + MOST_ABOVE_FLOOR_DB)
        least = max(SOFTEST_DBFS, floor + ABOVE_FLOOR_DB, surroundings)
        loud_enough = level >= least
        return FrameActivity(speech and loud_enough, level, floor, around)

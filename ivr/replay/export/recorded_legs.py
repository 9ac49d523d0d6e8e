"""What the caller did in one turn, cut out of the call's recording.

The recording begins when the call is answered and runs on the call's own clock, so a turn lies in
it where the call log says. Pure but for reading the file.
"""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ivr.listening.voice_activity import LOOK_BACK_FRAMES, WebRtcVoiceActivity
from ivr.ports import FRAME_BYTES, SAMPLE_RATE, SILENCE

TAIL_FRAMES = 15  # after the last sound: a soft last syllable
SPOKEN_DOWN = 0.3  # seconds: who begins so long before our prompt is over speaks into it
_ONE_UTTERANCE = 50  # frames: a pause up to 1 s is within it
_ECHO_FRAMES = 10  # our own last word may come back so late
_QUIET = 64  # of 32768: a prompt's silence may be dithered

Leg = NDArray[np.int16]


class RecordingFault(ValueError):
    """A recording that cannot be cut, in one line that names the file."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """`pcm`: 8 kHz s16le of one utterance. Seconds: `into` the turn it begins; `after` the prompt's
    end, negative where the caller spoke into it, None where no prompt was heard."""

    pcm: bytes
    into: float
    after: float | None


@dataclass(frozen=True, slots=True)
class Waited:
    """The caller said nothing that the recording holds: `pcm` is the line from the prompt's end to
    the turn's, `after` their distance in seconds (None: no prompt was heard)."""

    pcm: bytes
    after: float | None


class RecordedLegs:
    """Both legs of one call."""

    def __init__(self, caller: Leg, agent: Leg) -> None:
        self._caller = caller
        self._agent = agent

    @classmethod
    def read(cls, path: Path) -> RecordedLegs:
        """A recording of ivr.recording: caller left, agent right. Raises RecordingFault."""
        try:
            with wave.open(str(path), "rb") as file:
                layout = (file.getnchannels(), file.getsampwidth(), file.getframerate())
                data = file.readframes(file.getnframes())
        except (OSError, EOFError, wave.Error) as error:
            told = getattr(error, "strerror", None) or str(error) or "truncated"
            raise RecordingFault(f"{path}: cannot be read: {told}") from error
        if layout != (2, 2, SAMPLE_RATE):
            raise RecordingFault(f"{path}: not a stereo recording of a call at 8 kHz")
        both = np.frombuffer(data[: len(data) - len(data) % 4], "<i2").reshape(-1, 2)
        return cls(both[:, 0], both[:, 1])

    def turn(self, begin: float, end: float) -> Spoken | Waited:
        """What the caller did between `begin` and `end`, seconds from the answer."""
        caller, agent = _part(self._caller, begin, end), _part(self._agent, begin, end)
        prompt = _prompt_end(agent)
        span = _utterance(caller, 0 if prompt is None else prompt)
        if span is None:
            first = 0 if prompt is None else prompt
            waited = None if prompt is None else (len(caller) - prompt) / SAMPLE_RATE
            return Waited(caller[first:].tobytes(), waited)
        first, last = span
        into = first / SAMPLE_RATE
        after = None if prompt is None else into - prompt / SAMPLE_RATE
        return Spoken(caller[first:last].tobytes(), into, after)


def _part(leg: Leg, begin: float, end: float) -> Leg:
    first, last = (max(0, round(seconds * SAMPLE_RATE)) for seconds in (begin, end))
    return leg[first:last]


def _prompt_end(agent: Leg) -> int | None:
    """The sample after the agent's last sound."""
    heard = np.flatnonzero(np.abs(agent.astype(np.int32)) > _QUIET)
    return int(heard[-1]) + 1 if len(heard) else None


def _utterance(caller: Leg, prompt_end: int) -> tuple[int, int] | None:
    """The samples of what was said and not over before the prompt was: what lies wholly in the
    prompt is an echo of it, or a 嗯 that nobody took for an answer."""
    frame = FRAME_BYTES // 2
    talks = [
        (first, last)
        for first, last in _talks(_voiced(caller))
        if (last - _ECHO_FRAMES) * frame >= prompt_end
    ]
    if not talks:
        return None
    first = max(0, talks[0][0] - LOOK_BACK_FRAMES)
    last = talks[-1][1] + 1 + TAIL_FRAMES
    return first * frame, min(len(caller), last * frame)


def _voiced(leg: Leg) -> list[int]:
    """The numbers of the frames with a voice in them."""
    activity = WebRtcVoiceActivity()
    for _ in range(LOOK_BACK_FRAMES):  # let it learn the floor of the line
        activity.feed(SILENCE)
    pcm = leg.tobytes()
    voiced: list[int] = []
    for number in range(len(pcm) // FRAME_BYTES):
        at = number * FRAME_BYTES
        speaking = bool(voiced) and number - voiced[-1] < _ONE_UTTERANCE
        if activity.feed(pcm[at : at + FRAME_BYTES], speaking=speaking).voiced:
            voiced.append(number)
    return voiced


def _talks(voiced: list[int]) -> list[tuple[int, int]]:
    """First and last frame of each stretch of speech with no longer pause in it than 1 s. A single
    frame is a click."""
    talks: list[tuple[int, int]] = []
    for number in voiced:
        if talks and number - talks[-1][1] <= _ONE_UTTERANCE:
            talks[-1] = (talks[-1][0], number)
        else:
            talks.append((number, number))
    return [(first, last) for first, last in talks if last > first]

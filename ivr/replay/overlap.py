"""Whether the agent spoke while the caller was still speaking, from the sound of a call. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ivr.caller.case import Act
from ivr.caller.speech import Span
from ivr.ports import FRAME_BYTES, FRAME_SECONDS
from ivr.replay.result import Utterance

_SILENT = 100  # peak of a frame of 16 bit: 50 dB under full scale
_PAUSE = 0.5  # seconds: a shorter one is within what is being said


def talking(pcm: bytes, since: float = 0.0) -> list[Span]:
    """From when to when somebody speaks in `pcm` (8 kHz s16le, one leg), which begins at `since`
    seconds."""
    samples = np.frombuffer(pcm[: len(pcm) // FRAME_BYTES * FRAME_BYTES], "<i2")
    frames = samples.reshape(-1, FRAME_BYTES // 2).astype(np.int32)
    spans: list[Span] = []
    for frame in np.flatnonzero(np.abs(frames).max(axis=1, initial=0) > _SILENT):
        start = since + float(frame) * FRAME_SECONDS
        if spans and start - spans[-1][1] < _PAUSE:
            spans[-1] = spans[-1][0], start + FRAME_SECONDS
        else:
            spans.append((start, start + FRAME_SECONDS))
    return spans


def utterances(
    spoke: Sequence[tuple[float, Act]], within: Mapping[Act, Span], agent: Sequence[Span] | None
) -> tuple[Utterance, ...]:
    """What the caller said: the acts with the time at which each began, where in its sound there
    is speech, and when the agent spoke (None: not known).

    What is said into a prompt, or broken off by the caller, can not be interrupted.
    """
    found = []
    for began, act in spoke:
        if act not in within or act.hang_up is not None:
            continue
        at, until = (began + edge for edge in within[act])
        interrupted: bool | None = None
        if agent is not None and not any(start <= at < end for start, end in agent):
            interrupted = any(at < start < until for start, _ in agent)
        found.append(Utterance(round(at, 2), round(until, 2), interrupted))
    return tuple(found)

"""How a caller's recorded speech reaches a real telephone line: softer, with frames missing. Pure.

A-law is the real line's own. A call on the virtual clock does the same frame by frame
(ivr.caller.leg).
"""

from __future__ import annotations

import random

from ivr.caller.sound_level import from_pcm, to_pcm
from ivr.ports import FRAME_BYTES, SILENCE


def over_lossy_line(pcm: bytes, level_db: float, loss: float, seed: str) -> bytes:
    """`pcm` (8 kHz s16le) `level_db` louder, with silence in place of a share of `loss` of its
    20 ms frames, each for itself; the same for the same arguments."""
    if level_db:
        pcm = to_pcm(from_pcm(pcm) * 10 ** (level_db / 20))
    if not loss:
        return pcm
    chance = random.Random(seed)
    frames = (pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES))
    kept = (SILENCE[: len(each)] if chance.random() < loss else each for each in frames)
    return b"".join(kept)

"""How many frames of silence stand in for audio that does not come. Pure; times in seconds."""

from __future__ import annotations

from ivr.ports import FRAME_SECONDS


class GapFiller:
    """A gap shorter than `fill_after` is jitter, and its frames are still to come. A longer one
    (a held key, a phone that suppresses silence) is filled, from its beginning, until audio
    comes again."""

    def __init__(self, now: float, fill_after: float) -> None:
        self._fill_after = fill_after
        self._delivered_until = now
        self._filling = False

    def audio(self, now: float) -> None:
        """Audio has come."""
        self._delivered_until = now
        self._filling = False

    def frames_due(self, now: float) -> int:
        """Frames of silence to deliver now."""
        gap = now - self._delivered_until
        if not self._filling and gap < self._fill_after:
            return 0
        self._filling = True
        frames = int(gap / FRAME_SECONDS + 1e-6)
        self._delivered_until += frames * FRAME_SECONDS
        return frames

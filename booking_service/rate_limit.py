"""Token buckets: so many requests at once, so many in the long run. They read no clock."""

from __future__ import annotations


class TokenBucket:
    """Full in the beginning; `at` is monotonic time in seconds."""

    def __init__(self, per_minute: float, burst: int, at: float) -> None:
        self._per_second = per_minute / 60
        self._burst = float(burst)
        self._tokens = self._burst
        self._filled_at = at

    def take(self, at: float) -> float:
        """Take a token: 0.0 when there was one, else the seconds until there is."""
        gained = max(at - self._filled_at, 0.0) * self._per_second
        self._tokens = min(self._tokens + gained, self._burst)
        self._filled_at = max(at, self._filled_at)
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / self._per_second

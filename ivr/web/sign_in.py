"""Who may see the pages: one secret of the environment, and a token for each session.

A session lives in this process only and ends with it. Pure but for the random token.
"""

from __future__ import annotations

import hmac
import secrets

SESSION_SECONDS = 10 * 3600.0  # a working day
MOST_SESSIONS = 200
_TOKEN_BYTES = 32


class SignIn:
    """`secret` signs in; times are monotonic seconds."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("an empty secret would let everybody in")
        self._secret = secret.encode()
        self._ends: dict[str, float] = {}

    def knows(self, secret: str) -> bool:
        """Compared in constant time."""
        return hmac.compare_digest(secret.encode(), self._secret)

    def open(self, at: float) -> str:
        """The token of a new session; beyond MOST_SESSIONS the oldest one ends."""
        self._ends = {token: end for token, end in self._ends.items() if end > at}
        while len(self._ends) >= MOST_SESSIONS:
            del self._ends[next(iter(self._ends))]
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._ends[token] = at + SESSION_SECONDS
        return token

    def valid(self, token: str, at: float) -> bool:
        return self._ends.get(token, at) > at

    def close(self, token: str) -> None:
        self._ends.pop(token, None)

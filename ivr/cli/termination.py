"""SIGTERM ends a command as Ctrl-C does: what it started is ended, what it lent is given back."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def ended_tidily() -> Iterator[None]:
    """While a command works: SIGTERM raises SystemExit (143), so that processes are waited for and
    folders removed. Only in the main thread."""
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)

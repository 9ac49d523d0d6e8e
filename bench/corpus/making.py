"""Many renderings made by several processes of one thread each, which gives the most speech
a second; the way is told as it goes."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.corpus.rendering import Rendering
from bench.corpus.studio import Studio

_REPORT_SECONDS = 10.0

_studio: Studio | None = None  # one in each worker process


def make(todo: Sequence[Rendering], workers: int, status: Path | None = None) -> None:
    """Synthesise and keep `todo`, in order. Progress goes to standard output every ten
    seconds, its last line to the file `status` as well.

    Raises VoiceError when the synthesiser fails and BrokenProcessPool when a worker dies;
    what was made until then is kept.
    """
    started = reported = time.monotonic()
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawning, initializer=_open_studio) as pool:
        for done, _ in enumerate(pool.map(_render, todo), 1):
            now = time.monotonic()
            if now - reported >= _REPORT_SECONDS or done == len(todo):
                reported = now
                _report(status, done, len(todo), (now - started) / done)


def _report(status: Path | None, done: int, count: int, each: float) -> None:
    left = (count - done) * each / 60
    line = f"{time.strftime('%H:%M:%S')} {done} of {count} made, {each:.2f} s each, {left:.0f} min"
    print(line, "left", flush=True)
    if status:
        status.write_text(line + " left\n", encoding="utf-8")


def _open_studio() -> None:
    global _studio
    _studio = Studio()


def _render(rendering: Rendering) -> None:
    assert _studio is not None
    _studio.render(rendering)

"""Set-up renders what every caller will hear, so that nobody waits for it in a call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ivr.ports import VoiceError
from ivr.voices.fragment_store import RenderedFragments


@dataclass(frozen=True, slots=True)
class RenderProgress:
    """`done` of `total` texts are there; `seconds_left` at the pace so far, None at first."""

    done: int
    total: int
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class RenderCounts:
    """`kept` were on disk already; `failed` are texts the voice cannot speak, with the reason."""

    rendered: int
    kept: int
    failed: tuple[tuple[str, str], ...]


async def render_ahead(
    store: RenderedFragments,
    texts: Iterable[str],
    report: Callable[[RenderProgress], None],
    *,
    workers: int = 2,
    clock: Callable[[], float] = time.monotonic,
) -> RenderCounts:
    """Render every text that is not on disk, `workers` at a time; equal texts once.

    Stopped in the middle, it goes on next time where it was. A text that fails is
    noted and the rest goes on; a cancelled call leaves no task behind.
    """
    wanted = list(dict.fromkeys(texts))
    missing = [text for text in wanted if not await store.is_kept(text)]
    kept = len(wanted) - len(missing)
    failed: list[tuple[str, str]] = []
    # The time a text takes grows with its length, with a constant part of some characters.
    weights = {text: len(text) + 4 for text in missing}
    left = sum(weights.values())
    whole = left
    started = clock()
    done = kept
    report(RenderProgress(done, len(wanted), None if missing else 0.0))
    queue = iter(missing)

    async def work() -> None:
        nonlocal done, left
        for text in queue:
            try:
                await store.pcm(text)
            except VoiceError as error:
                failed.append((text, str(error)))
            done += 1
            left -= weights[text]
            pace = (clock() - started) / (whole - left)
            report(RenderProgress(done, len(wanted), left * pace))

    async with asyncio.TaskGroup() as group:
        for _ in range(max(1, workers)):
            group.create_task(work())
    return RenderCounts(len(missing) - len(failed), kept, tuple(failed))

"""What real work costs in a replayed call: a fixed, configured time, however long it took.

Each wrapper stands in front of a real engine. It stops the virtual clock while the engine works
and then lets the charge pass, counted from when the work was asked for.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

from ivr.config import ReplayConfig
from ivr.ports import (
    ClosedSetScorer,
    Fit,
    FragmentStore,
    Hint,
    Recogniser,
    RecogniserStream,
    Recognition,
    Spelled,
    Spelling,
)
from ivr.replay.virtual_time import virtual_loop

Port = TypeVar("Port")
Result = TypeVar("Result")


async def charged(work: Awaitable[Result], seconds: float, since: float | None = None) -> Result:
    """Await `work` on a clock that stands still; it is over `seconds` after `since` (now)."""
    loop = virtual_loop()
    asked = loop.time() if since is None else since
    try:
        with loop.outside_work():
            result = await work
    except Exception:
        await asyncio.sleep(max(0.0, asked + seconds - loop.time()))
        raise
    await asyncio.sleep(max(0.0, asked + seconds - loop.time()))
    return result


class ChargedRecogniser:
    """ivr.ports.Recogniser over an engine of this process."""

    def __init__(self, engine: Recogniser, charges: ReplayConfig) -> None:
        self.name = engine.name
        self._engine = engine
        self._charges = charges

    def open(self, hint: Hint) -> RecogniserStream:
        return _ChargedStream(self._engine.open(hint), self._charges)

    async def aclose(self) -> None:
        """The engine belongs to whoever made it: several calls share it, one after another."""


class _ChargedStream:
    """One utterance. Recognition begins with `speculate`, as it does in a live call.

    What is accepted after that is held back until the caller speaks on: the engine then gives
    the same text whether it decodes as it listens or afterwards, and none of its threads
    works for nothing.
    """

    def __init__(self, stream: RecogniserStream, charges: ReplayConfig) -> None:
        self._stream = stream
        self._charges = charges
        self._asked: float | None = None
        self._held = bytearray()

    def accept(self, pcm: bytes) -> None:
        if self._asked is None:
            self._stream.accept(pcm)
        else:
            self._held += pcm

    def partial(self) -> None:
        """How far a decoding thread has come is chance: it is always asked for the whole."""

    def speculate(self) -> None:
        if self._asked is None:
            self._asked = virtual_loop().time()

    def resume(self) -> None:
        if self._asked is not None:
            self._asked = None
            self._stream.resume()
            self._stream.accept(bytes(self._held))
            self._held.clear()

    async def finish(self) -> Recognition:
        self.speculate()
        seconds = self._charges.recognition
        recognition = await charged(self._stream.finish(), seconds, self._asked)
        scorer = recognition.scorer
        return replace(
            recognition,
            seconds=seconds,
            scorer=None if scorer is None else _ChargedScorer(scorer, self._charges.scoring),
        )

    def close(self) -> None:
        self._stream.close()


class _ChargedScorer:
    """ivr.ports.ClosedSetScorer."""

    def __init__(self, scorer: ClosedSetScorer, seconds: float) -> None:
        self._scorer = scorer
        self._seconds = seconds

    async def score(self, candidates: Sequence[str]) -> list[Fit | None]:
        return await charged(self._scorer.score(candidates), self._seconds)

    async def spell(self, spelling: Spelling) -> Spelled:
        return await charged(self._scorer.spell(spelling), self._seconds)


class ChargedFragments:
    """ivr.ports.FragmentStore: what a live agent has rendered ahead costs nothing, personal text
    the time of a synthesis.

    Personal text is kept too, in a store of its own: a case's people are invented.
    """

    def __init__(self, store: FragmentStore, personal: FragmentStore, seconds: float) -> None:
        self._store = store
        self._personal = personal
        self._seconds = seconds

    async def pcm(self, text: str, keep: bool = True) -> bytes:
        if keep:
            return await charged(self._store.pcm(text), 0.0)
        return await charged(self._personal.pcm(text), self._seconds)


def charged_port(port: Port, seconds: float) -> Port:
    """`port` with `seconds` charged for each of its coroutines (booking core, registry)."""
    return cast(Port, _ChargedPort(port, seconds))


class _ChargedPort:
    def __init__(self, port: object, seconds: float) -> None:
        self._port = port
        self._seconds = seconds

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not inspect.iscoroutinefunction(found):
            return found
        work: Callable[..., Awaitable[Any]] = found

        async def call(*args: Any, **named: Any) -> Any:
            return await charged(work(*args, **named), self._seconds)

        return call

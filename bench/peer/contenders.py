"""The servers that are compared, each a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.peer.audio import Sounds
from speech_models.store import model_path

PEER_PYTHON = Path(".venv-peer/bin/python")
MODEL = "whisper-base"
START_LIMIT = 120.0


class PeerMissing(Exception):
    """The peer's environment has not been made."""


@dataclass(frozen=True, slots=True)
class Contender:
    name: str
    command: Sequence[str]


@dataclass(frozen=True, slots=True)
class Running:
    port: int
    pid: int


def contenders(sounds: Sounds) -> list[Contender]:
    """Ours, and the peer as shipped and tuned. Raises PeerMissing."""
    if not PEER_PYTHON.exists():
        raise PeerMissing(f"{PEER_PYTHON} is missing: bench/peer/setup.sh makes it")
    sentences = ["--reply", str(sounds.reply), "--prompt", str(sounds.prompt)]
    peer = [
        str(PEER_PYTHON),
        "bench/peer/peer_server.py",
        *sentences,
        "--model",
        str(model_path(MODEL)),
    ]
    return [
        Contender("ours", [sys.executable, "-m", "bench.peer.our_server", *sentences]),
        Contender("pipecat shipped", [*peer, "--how", "shipped"]),
        Contender("pipecat tuned", [*peer, "--how", "tuned"]),
    ]


@contextlib.asynccontextmanager
async def serving(contender: Contender, log: Path) -> AsyncIterator[Running]:
    """The server, listening. Raises PeerMissing with its last words where it does not come up."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *contender.command, stdout=asyncio.subprocess.PIPE, stderr=output
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(START_LIMIT):
                line = await process.stdout.readline()
            if not line.strip().isdigit():
                raise PeerMissing(f"{contender.name} did not start: see {log}")
            yield Running(int(line), process.pid)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            try:
                async with asyncio.timeout(10):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()

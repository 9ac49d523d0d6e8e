"""The watchdog: runs the agent as a child process and ends it when it no longer answers.

A stopped or wedged agent (SIGSTOP, a blocked event loop) keeps its sockets open,
so Asterisk would wait for ever. The child writes one byte to a pipe every
HEARTBEAT seconds from its event loop; a child silent for longer than the limit
is killed, its sockets close, and the dialplan's safety net takes the callers.
A child that died is started again, after a pause that grows with repeated deaths.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import IO

log = logging.getLogger(__name__)

HEARTBEAT = 0.5  # seconds between two signs of life
START_LIMIT = 60.0  # seconds until the first one: models are being loaded
STOP_LIMIT = 10.0  # seconds a child may take to end its calls when told to stop
STEADY = 60.0  # seconds after which a child counts as having run well
_LONGEST_PAUSE = 10.0
HEARTBEAT_VARIABLE = "IVR_HEARTBEAT_FD"


async def beat(descriptor: int) -> None:
    """The child's side: one byte every HEARTBEAT seconds, until cancelled or the parent is gone."""
    os.set_blocking(descriptor, False)
    while True:
        with contextlib.suppress(BlockingIOError):
            try:
                os.write(descriptor, b".")
            except BrokenPipeError:
                log.error("the watchdog is gone; stopping")
                os.kill(os.getpid(), signal.SIGTERM)
                return
        await asyncio.sleep(HEARTBEAT)


class Watchdog:
    """Keeps one child `command` alive. `on_start(pid)` is told of every new child."""

    def __init__(
        self,
        command: Sequence[str],
        limit: float,
        on_start: Callable[[int], None] | None = None,
        output: IO[bytes] | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`output` takes the child's standard output and error; None: ours. The child has our
        environment with `environment` on top."""
        self._command = command
        self._environment = environment
        self._limit = limit
        self._on_start = on_start
        self._output = output
        self._stopping = asyncio.Event()
        self.deaths = 0

    def stop(self) -> None:
        """Ask `run` to end the child and return."""
        self._stopping.set()

    async def run(self) -> int:
        """Until `stop`. Returns 0, or the exit code of a child that refused to start (code 2)."""
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            started = loop.time()
            code = await self._one_life()
            if self._stopping.is_set():
                return 0
            if code == 2:  # bad configuration, missing model: starting again cannot help
                return code
            self.deaths = 0 if loop.time() - started > STEADY else self.deaths + 1
            pause = min(_LONGEST_PAUSE, 0.2 * 2**self.deaths)
            log.error("agent ended (code %s); starting it again in %.1f s", code, pause)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()
        return 0

    async def _one_life(self) -> int:
        reading, writing = os.pipe()
        try:
            child = await asyncio.create_subprocess_exec(
                *self._command,
                stdout=self._output,
                stderr=self._output,
                pass_fds=(writing,),
                start_new_session=True,  # Ctrl-C at the terminal is for us; we stop the child
                env={**os.environ, **self._environment, HEARTBEAT_VARIABLE: str(writing)},
            )
        finally:
            os.close(writing)
        if self._on_start is not None:
            self._on_start(child.pid)
        pulse = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(pulse), os.fdopen(reading, "rb", 0)
        )
        ended = asyncio.ensure_future(child.wait())
        listening = asyncio.ensure_future(self._listen(pulse))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({ended, listening, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if stopping.done() and not ended.done():
                child.terminate()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(STOP_LIMIT):
                        await asyncio.shield(ended)
            if listening.done() and not ended.done() and listening.result():
                # It closed its end of the pipe: it is on its way out and has an exit code to give.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(STOP_LIMIT):
                        await asyncio.shield(ended)
            if not ended.done():
                if not stopping.done():
                    log.error("agent gave no sign of life for %.1f s; ending it", self._limit)
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
            return await ended
        finally:
            for task in (listening, stopping):
                task.cancel()
            if not ended.done():  # cancelled ourselves: no child is left behind
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
            await asyncio.gather(ended, listening, stopping, return_exceptions=True)
            transport.close()

    async def _listen(self, pulse: asyncio.StreamReader) -> bool:
        """Returns when the child has been silent for too long (False) or closed the pipe (True)."""
        limit = START_LIMIT
        while True:
            try:
                async with asyncio.timeout(limit):
                    if not await pulse.read(64):
                        return True
            except TimeoutError:
                return False
            limit = self._limit

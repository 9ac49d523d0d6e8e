"""A SIP phone as an object: the typed side of deploy/sip_phone/sip_phone.py.

The phone runs on pjsua2 (GPL), so it is a process of its own in an environment of
its own; only JSON lines, and what it hears as raw audio, pass between the two.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import wave
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from ivr.pbx.settings import REPOSITORY
from ivr.ports import FRAME_BYTES

SCRIPT = REPOSITORY / "deploy" / "sip_phone" / "sip_phone.py"
DEFAULT_PYTHON = REPOSITORY / ".venv-phone" / "bin" / "python"

READY_LIMIT = 10.0  # seconds until the process is up
REACTION_LIMIT = 10.0  # seconds on top of what a command itself takes
END_LIMIT = 5.0  # seconds from the end of stdin to SIGKILL; the phone itself takes 2 at most
_SECONDS_PER_KEY = 0.32


class PhoneError(RuntimeError):
    """The phone could not do what was asked, or did not report in time."""


class CallEnded(PhoneError):
    """The call was over before the command was done."""


@dataclass(frozen=True, slots=True)
class PhoneEvent:
    """`t`: CLOCK_MONOTONIC seconds, comparable with time.monotonic() of this process.

    `call` counts from 1, 0 where no call is meant. The names and their facts are
    listed at the top of deploy/sip_phone/sip_phone.py.
    """

    name: str
    t: float
    call: int = 0
    facts: Mapping[str, object] = field(default_factory=dict)


def read_event(line: bytes) -> PhoneEvent:
    """One line of the phone's output. Raises PhoneError for anything else."""
    try:
        facts = json.loads(line)
        return PhoneEvent(
            str(facts.pop("event")), float(facts.pop("t")), int(facts.pop("call")), facts
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PhoneError("the phone wrote a line that is no event") from error


class SipPhone:
    """`async with SipPhone.calling("sip:12320@127.0.0.1:5060", ...) as phone:`

    Leaving the block hangs up and ends the process. Every wait has a limit.
    """

    def __init__(
        self, arguments: Sequence[str], secret: str = "", python: Path = DEFAULT_PYTHON
    ) -> None:
        self._arguments = tuple(arguments)
        self._secret = secret
        self._python = python
        self._history: list[PhoneEvent] = []
        self._news = asyncio.Condition()
        self._ended = False
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._heard: asyncio.StreamReader | None = None
        self._heard_transport: asyncio.BaseTransport | None = None

    @classmethod
    def calling(
        cls,
        uri: str,
        *,
        secret: str,
        user: str = "caller",
        number: str = "",
        record: Path | None = None,
        bind: str = "127.0.0.1",
        python: Path = DEFAULT_PYTHON,
    ) -> SipPhone:
        """A phone that places one call to `uri`; `record` gets what it hears from the answer on."""
        arguments = ["call", uri, "--user", user, "--bind", bind]
        if number:
            arguments += ["--number", number]
        if record is not None:
            arguments += ["--record", str(record)]
        return cls(arguments, secret, python)

    @classmethod
    def answering(
        cls,
        registrar: str,
        *,
        secret: str,
        user: str = "operator",
        say: Sequence[Path] = (),
        ring_for: float = 0.5,
        hang_up_after: float = 20.0,
        record_dir: Path | None = None,
        bind: str = "127.0.0.1",
        python: Path = DEFAULT_PYTHON,
    ) -> SipPhone:
        """A phone that registers at `registrar` (sip:host:port), answers every call, plays
        `say` and hangs up `hang_up_after` seconds after the answer."""
        arguments = ["answer", "--register", registrar, "--user", user, "--bind", bind]
        arguments += ["--ring-for", f"{ring_for:g}", "--hang-up-after", f"{hang_up_after:g}"]
        for path in say:
            arguments += ["--say", str(path)]
        if record_dir is not None:
            arguments += ["--record-dir", str(record_dir)]
        return cls(arguments, secret, python)

    async def __aenter__(self) -> SipPhone:
        if not self._python.exists():
            raise PhoneError(
                f"{self._python} is missing: `make setup` makes the phone's environment"
            )
        hear_from, write_to = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                str(self._python),
                str(SCRIPT),
                *self._arguments,
                *("--heard-fd", str(write_to)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                pass_fds=(write_to,),
                start_new_session=True,  # Ctrl-C at the terminal is for us; we hang up
                env=os.environ | {"SIP_PHONE_SECRET": self._secret},
            )
        except BaseException:
            os.close(hear_from)
            raise
        finally:
            os.close(write_to)
        self._reader = asyncio.create_task(self._read(self._process))
        try:
            self._heard = asyncio.StreamReader()
            protocol = asyncio.StreamReaderProtocol(self._heard)
            pipe = os.fdopen(hear_from, "rb", buffering=0)
            loop = asyncio.get_running_loop()
            self._heard_transport, _ = await loop.connect_read_pipe(lambda: protocol, pipe)
            await self.wait_for("ready", seconds=READY_LIMIT)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()

    async def play(self, path: Path) -> PhoneEvent:
        """Play an 8 kHz mono 16-bit WAV into the call; returns when its last frame has left.

        Raises CallEnded, or PhoneError for a file that cannot be played.
        """
        try:
            with wave.open(str(path)) as sound:
                seconds = sound.getnframes() / sound.getframerate()
        except (OSError, EOFError, wave.Error) as error:
            raise PhoneError(f"{path}: {error}") from error
        since = await self._send({"play": str(path)})
        return await self._wait(
            lambda e: e.name == "played" and e.facts.get("file") == str(path),
            seconds + REACTION_LIMIT,
            "the end of a WAV",
            since,
        )

    async def press(self, keys: str) -> PhoneEvent:
        """Press keys (RFC 4733), about three a second; returns when the last one was let go."""
        since = await self._send({"keys": keys})
        seconds = len(keys) * _SECONDS_PER_KEY + REACTION_LIMIT
        return await self._wait(lambda e: e.name == "keys_sent", seconds, "the keys", since)

    async def hang_up(self) -> PhoneEvent:
        """End the call; returns its `disconnected`, also when the other side was first."""
        over = self.happened("disconnected")
        if over is None:
            with contextlib.suppress(CallEnded):
                await self._send({"hangup": True})
            over = await self.wait_for("disconnected", seconds=REACTION_LIMIT)
        return over

    def times(self, name: str) -> int:
        """How often an event of that name has happened."""
        return sum(event.name == name for event in self._history)

    def happened(self, name: str, call: int | None = None) -> PhoneEvent | None:
        """The first event of that name so far."""
        return next((e for e in self._history if _is(e, name, call)), None)

    async def wait_for(self, name: str, *, seconds: float, call: int | None = None) -> PhoneEvent:
        """The first event of that name, past or future. Raises PhoneError after `seconds`."""
        return await self._wait(lambda e: _is(e, name, call), seconds, f"`{name}`", None)

    async def events(self) -> AsyncIterator[PhoneEvent]:
        """Every event from the start on, until the phone has ended."""
        told = 0
        while True:
            async with self._news:
                while told == len(self._history) and not self._ended:
                    await self._news.wait()
            if told == len(self._history):
                return
            yield self._history[told]
            told += 1

    async def heard(self) -> AsyncIterator[bytes]:
        """What the phone hears, from `media` on: one 20 ms frame at a time, until the phone ends.

        A reader that is over 4 s late loses frames.
        """
        if self._heard is None:
            raise PhoneError("the phone has not been started")
        while True:
            try:
                yield await self._heard.readexactly(FRAME_BYTES)
            except asyncio.IncompleteReadError:
                return

    async def _send(self, command: Mapping[str, object]) -> int:
        """Returns how many events there were before it."""
        process = self._process
        if process is None or process.stdin is None:
            raise PhoneError("the phone has not been started")
        since = len(self._history)
        try:
            process.stdin.write(json.dumps(command).encode() + b"\n")
            async with asyncio.timeout(REACTION_LIMIT):
                await process.stdin.drain()
        except (ConnectionError, TimeoutError) as error:
            raise CallEnded("the phone has ended") from error
        return since

    async def _wait(
        self, wanted: Callable[[PhoneEvent], bool], seconds: float, what: str, since: int | None
    ) -> PhoneEvent:
        """`since`: after a command, so many events ago; its fault and the call's end count too."""
        at = since or 0
        try:
            async with asyncio.timeout(seconds), self._news:
                while True:
                    for event in self._history[at:]:
                        if wanted(event):
                            return event
                        if since is not None and event.name == "fault":
                            raise PhoneError(f"the phone: {event.facts.get('problem')}")
                        if since is not None and event.name == "disconnected":
                            raise CallEnded(f"the call ended before {what}")
                    at = len(self._history)
                    if self._ended:
                        raise CallEnded(f"the phone ended before {what}{self._last_fault()}")
                    await self._news.wait()
        except TimeoutError:
            raise PhoneError(f"the phone did not report {what} within {seconds:g} s") from None

    def _last_fault(self) -> str:
        faults = [e.facts.get("problem") for e in self._history if e.name == "fault"]
        return f": {faults[-1]}" if faults else ""

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        try:
            async for line in process.stdout:
                event = read_event(line)
                async with self._news:
                    self._history.append(event)
                    self._news.notify_all()
        finally:
            self._ended = True
            async with self._news:
                self._news.notify_all()

    async def _end(self) -> None:
        process = self._process
        assert process is not None
        if process.stdin is not None:
            process.stdin.close()  # the phone hangs up and ends
        try:
            async with asyncio.timeout(END_LIMIT):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        finally:
            if self._heard_transport is not None:
                self._heard_transport.close()
            if self._reader is not None:
                await self._reader


def _is(event: PhoneEvent, name: str, call: int | None) -> bool:
    return event.name == name and call in (None, event.call)

"""The Asterisk Manager Interface, through panoramisk 1.4's Manager with its faults fenced off.

What is fenced off, and how (panoramisk 1.4, `manager.py`, `ami_protocol.py`, `actions.py`):

- It reconnects by itself with tasks that nobody owns, and after a reconnect
  sends again every action that had no answer: a Manager here lives for one
  connection, one task of ours makes the next, and a waiting action fails.
- An Originate without `Async: true` ends in a KeyError that drops the
  connection: originate() always sends it, and no action ever takes the path
  that collects several answers (`as_list=False`).
- Line breaks in values would be further headers: refused.
- Its ping is sent and forgotten, so a dead peer is not noticed: ours waits.
- It decodes each chunk by itself, which loses a character that two chunks
  share, and keeps an endless message in memory: it is fed whole messages.
- It logs whole actions, phone numbers included: its logger is muted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager

from ivr.telephony.ami_errors import AmiLoginRefused, AmiNotConnected, AmiRefused, AmiTimeout
from ivr.telephony.ami_events import AmiEvent

log = logging.getLogger(__name__)

_MUTED = logging.getLogger("panoramisk-muted")
_MUTED.setLevel(logging.CRITICAL + 1)
_MAX_MESSAGE_BYTES = 262_144
_END_OF_MESSAGE = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class AmiAddress:
    """Where the manager listens, and who logs in."""

    host: str
    port: int
    username: str
    secret: str

    def __repr__(self) -> str:
        return f"AmiAddress({self.host}:{self.port})"


class AmiConnection:
    """A panoramisk Manager for the life of one TCP connection."""

    def __init__(self, on_event: Callable[[AmiEvent], None]) -> None:
        self._on_event = on_event
        self._lost = asyncio.Event()
        self._pending: set[asyncio.Future[Any]] = set()
        self._manager: Any = None

    @classmethod
    async def open(cls, address: AmiAddress, on_event: Callable[[AmiEvent], None]) -> AmiConnection:
        """Connect and log in; the caller bounds it. Raises OSError, AmiError."""
        self = cls(on_event)
        loop = asyncio.get_running_loop()
        transport, framing = await loop.create_connection(
            lambda: _WholeMessages(AMIProtocol()), address.host, address.port
        )
        manager = self._manager = Manager(loop=loop, log=_MUTED)
        manager.connection_lost = self._on_lost  # instead of its own reconnecting
        manager.callbacks.clear()  # at FullyBooted it would start a task that nobody owns
        manager.patterns.clear()
        manager.register_event("*", self._on_manager_event)
        opened: asyncio.Future[Any] = loop.create_future()
        opened.set_result((transport, framing.inner))
        manager.connection_made(opened)
        manager.pinger.cancel()  # AmiClient pings
        try:
            login = {"Username": address.username, "Secret": address.secret, "Events": "on"}
            await self.send("Login", login, None)
        except AmiRefused:
            self.close()
            raise AmiLoginRefused("the manager refused the login") from None
        except BaseException:
            self.close()
            raise
        return self

    async def send(
        self, name: str, fields: Mapping[str, str | list[str]], timeout: float | None
    ) -> Mapping[str, str]:
        if self._lost.is_set():
            raise AmiNotConnected(f"{name}: the connection is lost")
        answer: asyncio.Future[Any] = self._manager.send_action(
            {"Action": name, **fields}, as_list=False
        )
        self._pending.add(answer)
        try:
            async with asyncio.timeout(timeout):
                message = await answer
        except TimeoutError:
            raise AmiTimeout(f"{name}: no answer within {timeout} s") from None
        finally:
            self._pending.discard(answer)
        headers = _headers(message)
        if not message.success:
            raise AmiRefused(name, headers.get("message", ""))
        return headers

    async def lost_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._lost.wait()
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        self._manager.close()
        self._on_lost(None)

    def _on_lost(self, _: object) -> None:
        self._lost.set()
        for answer in self._pending:
            if not answer.done():
                answer.set_exception(AmiNotConnected("the connection broke before the answer"))

    def _on_manager_event(self, _: object, message: Any) -> None:
        self._on_event(AmiEvent(str(message.event), _headers(message)))


class _WholeMessages(asyncio.Protocol):
    """Hands panoramisk's protocol whole messages only, of bounded length."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self.inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.rfind(_END_OF_MESSAGE)
        if end >= 0:
            whole = bytes(self._buffer[: end + len(_END_OF_MESSAGE)])
            del self._buffer[: len(whole)]
            self.inner.data_received(whole)
        elif len(self._buffer) > _MAX_MESSAGE_BYTES:
            log.error("AMI message without end")
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self.inner.factory is not None:  # None: given up before the Manager had it
            self.inner.connection_lost(error)


def _headers(message: Any) -> dict[str, str]:
    """Lower-case names; a header that is repeated keeps its last value."""
    return {
        str(key).lower(): str(value[-1] if isinstance(value, list) else value)
        for key, value in message.items()
    }

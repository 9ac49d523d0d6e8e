"""The Asterisk Manager Interface: one client that keeps its connection; actions and events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from uuid import uuid4

from ivr.telephony.ami_connection import AmiAddress, AmiConnection
from ivr.telephony.ami_errors import (
    AmiError,
    AmiLoginRefused,
    AmiNotConnected,
    AmiRefused,
    AmiTimeout,
    AmiValueRefused,
)
from ivr.telephony.ami_events import AmiEvent, AmiEvents

# Whoever uses the client finds everything here.
__all__ = [
    "AmiAddress",
    "AmiClient",
    "AmiError",
    "AmiEvent",
    "AmiEvents",
    "AmiLoginRefused",
    "AmiNotConnected",
    "AmiRefused",
    "AmiTimeout",
    "AmiValueRefused",
    "Originated",
]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Originated:
    """How an originated call went: `answered`, and Asterisk's reason code (0 no such extension,
    1 no answer, 4 answered, 5 busy, 8 congested)."""

    answered: bool
    reason: int
    channel: str
    unique_id: str


class AmiClient:
    """One logged-in manager connection, made again with growing pauses when it breaks."""

    def __init__(
        self,
        address: AmiAddress,
        *,
        connect_timeout: float = 5.0,
        action_timeout: float = 5.0,
        ping_interval: float = 10.0,
        first_pause: float = 0.5,
        longest_pause: float = 15.0,
    ) -> None:
        _refuse_line_breaks("Login", {"Username": address.username, "Secret": address.secret})
        self._address = address
        self._connect_timeout = connect_timeout
        self._action_timeout = action_timeout
        self._ping_interval = ping_interval
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._owner: asyncio.Task[None] | None = None
        self._connection: AmiConnection | None = None
        self._up = asyncio.Event()
        self._login_refused = asyncio.Event()
        self._streams: set[AmiEvents] = set()

    @property
    def connected(self) -> bool:
        """Logged in right now."""
        return self._connection is not None

    async def connect(self, timeout: float = 5.0) -> None:
        """Start the task that keeps the connection, and wait until it is there.

        Raises AmiLoginRefused, or AmiNotConnected after `timeout` seconds; the
        task goes on trying in both cases until aclose().
        """
        if self._owner is None:
            self._owner = asyncio.get_running_loop().create_task(self._keep_connected())
        waits = {
            asyncio.ensure_future(self._up.wait()),
            asyncio.ensure_future(self._login_refused.wait()),
        }
        try:
            await asyncio.wait(waits, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if self.connected:
            return
        if self._login_refused.is_set():
            raise AmiLoginRefused("the manager refused the login")
        raise AmiNotConnected(f"no manager connection within {timeout} s")

    async def aclose(self) -> None:
        """Close the connection, end every event stream, stop trying."""
        if self._owner is not None:
            owner, self._owner = self._owner, None
            owner.cancel()
            await asyncio.wait({owner})
            if not owner.cancelled():
                owner.result()  # a fault of ours comes to light
        for stream in list(self._streams):
            stream.close()

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    def events(self, *names: str, unread: int = 1000) -> AmiEvents:
        """Subscribe to events by name or pattern ("Hangup", "QueueCaller*"), across reconnects.

        A stream that is not read keeps the newest `unread` events. Close it, or
        use it as a context manager.
        """
        stream = AmiEvents(names, unread, self._streams.discard)
        self._streams.add(stream)
        return stream

    async def action(
        self, name: str, fields: Mapping[str, str], *, timeout: float | None = None
    ) -> Mapping[str, str]:
        """Send one action and return the headers of its answer (lower-case names).

        Raises AmiNotConnected at once without a connection, AmiTimeout,
        AmiRefused, AmiValueRefused. For Originate use originate().
        """
        if name.lower() == "originate":
            raise AmiValueRefused("Originate goes through originate()")
        return await self._answer(name, dict(fields), timeout)

    async def redirect(self, channel: str, context: str, exten: str, priority: int = 1) -> None:
        """Take a channel out of what it is doing and on to a place of the dialplan.

        An AGI that was running on it ends with -1 and HANGUP although the caller
        is there. Raises as action().
        """
        fields = {
            "Channel": channel,
            "Context": context,
            "Exten": exten,
            "Priority": str(priority),
        }
        await self._answer("Redirect", fields, None)

    async def hang_up(self, channel: str) -> None:
        """End a channel, given by name or unique id. Raises as action()."""
        await self._answer("Hangup", {"Channel": channel}, None)

    async def originate(
        self,
        channel: str,
        context: str,
        exten: str,
        priority: int = 1,
        *,
        caller_id: str = "",
        channel_id: str = "",
        variables: Mapping[str, str] | None = None,
        ring_seconds: float = 30.0,
    ) -> Originated:
        """Call `channel`; once answered it runs the dialplan at the place given.

        `channel_id` becomes its unique id, so that a call that is still ringing can be hung up.

        Returns when the call was answered or has failed, within `ring_seconds`
        plus the action timeout. Raises as action().
        """
        fields: dict[str, str | list[str]] = {
            "Channel": channel,
            "Context": context,
            "Exten": exten,
            "Priority": str(priority),
            "Timeout": str(round(ring_seconds * 1000)),
            "Async": "true",
            "ActionID": f"originate-{uuid4()}",
        }
        if caller_id:
            fields["CallerID"] = caller_id
        if channel_id:
            fields["ChannelId"] = channel_id
        if variables:
            if any("," in f"{name}{value}" for name, value in variables.items()):
                raise AmiValueRefused("a comma in a channel variable")
            fields["Variable"] = [f"{name}={value}" for name, value in variables.items()]
        with self.events("OriginateResponse") as responses:
            answer = await self._answer("Originate", fields, None)
            if answer.get("event") == "OriginateResponse":  # it failed before it was acknowledged
                return _originated(answer)
            try:
                async with asyncio.timeout(ring_seconds + self._action_timeout):
                    async for event in responses:
                        if event.get("ActionID") == fields["ActionID"]:
                            return _originated(event.fields)
            except TimeoutError:
                raise AmiTimeout("Originate: no result") from None
        raise AmiNotConnected("Originate: the client was closed")

    async def _answer(
        self, name: str, fields: Mapping[str, str | list[str]], timeout: float | None
    ) -> Mapping[str, str]:
        _refuse_line_breaks(name, fields)
        if self._connection is None:
            raise AmiNotConnected(f"{name}: no manager connection")
        return await self._connection.send(name, fields, timeout or self._action_timeout)

    async def _keep_connected(self) -> None:
        """The owner of the connection: connect, log in, watch, pause, again."""
        pause = self._first_pause
        while True:
            try:
                async with asyncio.timeout(self._connect_timeout):
                    connection = await AmiConnection.open(self._address, self._dispatch)
            except AmiLoginRefused:
                self._login_refused.set()
                log.error("AMI login refused")
            except (AmiError, OSError) as error:  # TimeoutError is an OSError
                log.warning("AMI connection failed: %s", type(error).__name__)
            else:
                pause = self._first_pause
                await self._watch(connection)
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._longest_pause)

    async def _watch(self, connection: AmiConnection) -> None:
        """Until the connection breaks or stops answering pings."""
        self._connection = connection
        self._login_refused.clear()
        self._up.set()
        log.info("AMI connected")
        try:
            while not await connection.lost_within(self._ping_interval):
                await connection.send("Ping", {}, self._action_timeout)
        except AmiError as error:
            log.warning("AMI ping failed: %s", type(error).__name__)
        finally:
            self._up.clear()
            self._connection = None
            connection.close()
        log.warning("AMI connection lost")

    def _dispatch(self, event: AmiEvent) -> None:
        for stream in list(self._streams):
            stream.offer(event)


def _refuse_line_breaks(action: str, fields: Mapping[str, str | list[str]]) -> None:
    for key, value in fields.items():
        if any(character in f"{key}{''.join(value)}" for character in "\r\n\0"):
            raise AmiValueRefused(f"{action}: a line break or NUL in {key!r}")


def _originated(fields: Mapping[str, str]) -> Originated:
    reason = fields.get("reason", "")
    return Originated(
        answered=fields.get("response") == "Success",
        reason=int(reason) if reason.isdecimal() else -1,
        channel=fields.get("channel", ""),
        unique_id=fields.get("uniqueid", ""),
    )

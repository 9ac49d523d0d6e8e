"""What supervisors do with calls in progress: take one over, listen in (ivr.live.control)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ivr.live.control import ListenFailed
from ivr.session.call_session import CallSession
from ivr.telephony.ami import AmiClient, AmiError

log = logging.getLogger(__name__)

CONTEXT = "ivr-listen"  # deploy/asterisk/include/extensions_12320.conf
RING_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class _Call:
    session: CallSession
    channel: str


class Supervision:
    """Shared by all calls of an agent. `phones` are channels to dial (PJSIP/...)."""

    def __init__(self, ami: AmiClient, phones: Sequence[str], hotline: str) -> None:
        self._ami = ami
        self._phones = tuple(phones)
        self._hotline = hotline
        self._calls: dict[str, _Call] = {}

    @property
    def phones(self) -> Sequence[str]:
        return self._phones if self._ami.connected else ()

    @contextmanager
    def of(self, call_id: str, session: CallSession, channel: str) -> Iterator[None]:
        """The call goes on inside the block; `channel` is the caller's."""
        self._calls[call_id] = _Call(session, channel)
        try:
            yield
        finally:
            del self._calls[call_id]

    def take_over(self, call_id: str) -> bool:
        call = self._calls.get(call_id)
        return call is not None and call.session.take_over()

    async def listen_in(self, call_id: str, phone: str) -> bool:
        call = self._calls.get(call_id)
        if call is None:
            return False
        if phone not in self._phones:
            raise ListenFailed("no such telephone")
        try:
            rung = await self._ami.originate(
                phone,
                CONTEXT,
                "s",
                caller_id=self._hotline,
                variables={"IVR_CALL_ID": call_id, "IVR_LISTEN_TO": call.channel},
                ring_seconds=RING_SECONDS,
            )
        except AmiError as error:
            log.error("call %s: listening in: %s", call_id, type(error).__name__)
            raise ListenFailed("the PBX refused") from error
        if not rung.answered:
            raise ListenFailed("the telephone did not answer")
        return True

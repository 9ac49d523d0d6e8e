"""What calls leave to be done after them, in the hotline's tables (ivr.session.call_ports.Desk)."""

from __future__ import annotations

from collections.abc import Callable

from dialogs import commands as do
from dialogs.outcomes import Reason
from ivr.hotline import Hotline
from ivr.hotline.callbacks import Callback
from ivr.hotline.handovers import HandedOver
from ivr.hotline.text_outbox import TextMessage
from ivr.ports import Clock


class HotlineDesk:
    """Shared by all calls of an agent; `text_written` is told of every new SMS."""

    def __init__(self, hotline: Hotline, clock: Clock, text_written: Callable[[], None]) -> None:
        self._hotline = hotline
        self._clock = clock
        self._text_written = text_written

    async def hand_over(self, call_id: str, reason: Reason, handover: do.Handover) -> None:
        handed = HandedOver(self._clock.now(), reason, handover)
        await self._hotline.handovers.keep(call_id, handed)

    async def call_back(self, call_id: str, callback: do.RecordCallback) -> None:
        await self._hotline.callbacks.keep(
            Callback(call_id, callback.phone, callback.reason, self._clock.now(), callback.due)
        )

    async def send_text(self, call_id: str, text: do.SendText) -> None:
        message = TextMessage(text.message_id, text.phone, text.text)
        await self._hotline.texts.put(message, call_id, self._clock.now())
        self._text_written()

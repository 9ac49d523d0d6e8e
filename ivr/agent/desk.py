"""What calls leave to be done after them, in the hotline's tables (ivr.session.call_ports.Desk)."""

from __future__ import annotations

from collections.abc import Callable

from dialogs import commands as do
from dialogs.outcomes import Reason
from ivr.hotline import Hotline, Statement
from ivr.hotline.callbacks import Callback
from ivr.hotline.handovers import HandedOver
from ivr.hotline.text_outbox import TextMessage
from ivr.ports import Clock
from ivr.session.call_ports import StatedIn


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

    async def open_ticket(self, call_id: str, ticket: do.OpenTicket, stated: StatedIn) -> str:
        statement = Statement(
            key=ticket.key,
            category=ticket.category,
            call_id=call_id,
            at=self._clock.now(),
            words=ticket.words,
            caller=stated.caller,
            recording=stated.recording,
            spans=stated.spans,
        )
        return await self._hotline.tickets.open(statement)

    async def keep(self, call_id: str, kept: do.Keeping) -> None:
        now = self._clock.now()
        match kept:
            case do.KeepQuestion(words):
                await self._hotline.questions.keep(call_id, words, now)
            case do.KeepScore(question, score):
                await self._hotline.surveys.score(call_id, question, score, now)
            case do.KeepRemark(question, words):
                await self._hotline.surveys.remark(call_id, question, words, now)

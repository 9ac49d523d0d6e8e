"""The port that a text message leaves through."""

from __future__ import annotations

from typing import Protocol

from ivr.hotline.text_outbox import TextMessage


class TextNotSent(Exception):
    """Not now: it is to be tried again. The message names no number and no text."""


class TextRefused(Exception):
    """This message will never be taken; trying again does not help."""


class TextSender(Protocol):
    async def send(self, message: TextMessage) -> None:
        """Hand one message over, within the sender's own time limit; the same `message_id` is
        handed over once at most, or named so that the receiver can tell.

        Raises TextNotSent, TextRefused.
        """
        ...

    async def aclose(self) -> None: ...

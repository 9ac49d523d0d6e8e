"""What a supervisor may do with a call in progress. The agent carries it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class ListenFailed(Exception):
    """The telephone did not answer, or the PBX refused."""


class LiveControl(Protocol):
    @property
    def phones(self) -> Sequence[str]:
        """The telephones that may be rung for listening in; none: the PBX does not allow it."""
        ...

    def take_over(self, call_id: str) -> bool:
        """To a person, as soon as what was agreed to is done; False where the call is gone."""
        ...

    async def listen_in(self, call_id: str, phone: str) -> bool:
        """Ring `phone`, which then hears both sides and is heard by none; False where the call is
        gone. Returns when the phone has answered. Raises ListenFailed."""
        ...

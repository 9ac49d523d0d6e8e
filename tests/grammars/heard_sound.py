"""Understanding with an engine's word on the sound, for the tests."""

from __future__ import annotations

from collections.abc import Hashable

from grammars.agreement import agreed
from grammars.evidence import Evidence, Fitted
from grammars.meaning import Slot, Understanding
from tests.grammars.questions import question, understood


def evidence(slot: Slot, **behind: tuple[Hashable, float]) -> Evidence:
    """said=(value, distance)"""
    heard = {value: Fitted(said, far) for said, (value, far) in behind.items()}
    return Evidence(slot, heard, clearest=0.0)


def heard_by_sound(expect: Slot, text: str, **behind: tuple[Hashable, float]) -> Understanding:
    return agreed(question(expect), understood(expect, text), evidence(expect, **behind))

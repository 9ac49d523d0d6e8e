"""Whether what was heard says anything, or is only a sound: 嗯嗯, a cough, talk in the room."""

from __future__ import annotations

from dialogs.events import Heard
from dialogs.state import State
from grammars.meaning import Understanding

_VALUES = (
    *("task", "hospital", "department", "doctor", "date", "id_number", "proof", "confirm"),
    *("command", "choice", "topic", "elsewhere", "change", "document", "unsure"),
)
_FLAGS = ("no_preference", "restart", "as_before", "keep", "clinic")


def says_nothing(heard: Understanding, least: float = 0.0) -> bool:
    """Nothing was understood as surely as `least`."""
    values = (getattr(heard, name) for name in _VALUES)
    likely = any(value and value[0].confidence >= least for value in values)
    return not likely and not any(getattr(heard, name) for name in _FLAGS)


def is_only_a_sound(state: State, event: Heard) -> bool:
    """嗯嗯, or talk in the room, that has broken our prompt off and means nothing."""
    said, limits = event.understanding, state.policy.thresholds
    doubted = event.far or said.confidence < limits.heard
    return said.backchannel or (doubted and says_nothing(said, limits.hardly))

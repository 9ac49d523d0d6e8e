"""The rate of our speech follows the caller's own, unless the caller has named one."""

from __future__ import annotations

from dialogs.commands import ChangeVoice
from dialogs.events import Heard
from dialogs.state import Step
from dialogs.turn import Turn

# Digits, codes and names are said as one dictates.
_DICTATED = frozenset({Step.ID_NUMBER, Step.NAME})


def follow(turn: Turn, event: Heard) -> None:
    """Take the measure of an utterance that is long enough, and change the voice if it is worth
    it."""
    state, limits = turn.state, turn.state.policy.voice.following
    said = event.understanding
    if state.rate_wished or state.step in _DICTATED or event.far:
        return
    if event.seconds < limits.shortest_seconds or said.syllables < limits.fewest_syllables:
        return
    if said.confidence < state.policy.thresholds.heard:
        return
    before = state.pace or state.rate * limits.voice_pace
    pace = before + limits.share_of_newest * (said.syllables / event.seconds - before)
    rate = round(min(max(pace / limits.voice_pace, limits.slowest), limits.fastest), 2)
    turn.set(pace=pace)
    if abs(rate - state.rate) >= limits.least_change:
        turn.set(rate=rate)
        turn.do(ChangeVoice(rate, state.gain_db))

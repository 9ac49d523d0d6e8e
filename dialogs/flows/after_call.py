"""One question of the survey before the goodbye of a booking, where the policy wants it. What was
booked has been told by then, and nothing the caller does here is in its way."""

from __future__ import annotations

from dialogs.questions import ask
from dialogs.state import Step
from dialogs.survey import shipped_survey
from dialogs.turn import Turn


def asks(turn: Turn, farewell: str) -> bool:
    """Put it; False (and nothing done) where it is not wanted or was put. `farewell`: what is said
    after it."""
    if not turn.state.policy.survey.after_call or turn.state.survey_farewell:
        return False
    turn.say("survey_after_call")
    turn.set(survey=(shipped_survey().after_call,), survey_farewell=farewell, strikes={})
    turn.go(Step.SURVEY)
    ask(turn)
    return True

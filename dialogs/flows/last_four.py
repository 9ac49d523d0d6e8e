"""For a new booking the last four of the ID number will do, where this telephone has booked for
that patient before: the core compares them and says only whether one fits. Everybody is told so
alike, so nothing shows whose telephone is known, and the agent never says them."""

from __future__ import annotations

from booking_client.types import PhoneMatch
from dialogs.commands import MatchPhone
from dialogs.events import PhoneMatched
from dialogs.questions import MOST_FOURS, ask, listen, may_be_last_four
from dialogs.state import Step
from dialogs.turn import Turn
from grammars.id_number import may_begin
from grammars.meaning import Understanding


def heard(turn: Turn, said: Understanding) -> bool:
    """Ask the core about four digits that were said; False where that is not open, or not said."""
    best = next(iter(said.last_four), None)
    least = turn.state.policy.thresholds.id_number.accept
    if best is None or best.confidence < least or _is_more(said):
        return False
    return given(turn, best.value)


def _is_more(said: Understanding) -> bool:
    """三二零一零零, which only a lesser hypothesis makes four digits of, begins an ID number."""
    whole, four = next(iter(said.id_number), None), said.last_four[0]
    if whole is None or whole.confidence < four.confidence:
        return False
    return len(whole.value.digits) > len(four.value)


def given(turn: Turn, digits: str) -> bool:
    if not may_be_last_four(turn.state):
        return False
    turn.set(four_given=digits, fours_given=turn.state.fours_given + 1, id_digits="")
    turn.go(Step.MATCHING_PHONE, MatchPhone(digits))
    return True


def found(turn: Turn, event: PhoneMatched) -> None:
    digits = turn.state.four_given
    turn.set(four_given="")
    if event.match is PhoneMatch.ONE:
        turn.set(last_four=digits, strikes={}, steering=0)
        turn.decide()
        return
    turn.go(Step.ID_NUMBER)
    if event.match is PhoneMatch.NONE and may_begin(digits.rstrip("X"), turn.at.date()):
        # 3201: who pauses after four digits of eighteen is heard out.
        turn.set(id_digits=digits)
        turn.say("id_more")
        listen(turn)
        return
    if event.match is PhoneMatch.SEVERAL:
        turn.set(fours_given=MOST_FOURS)
    turn.say("last_four_wrong" if may_be_last_four(turn.state) else "id_whole")
    ask(turn)

"""What a caller states for somebody to look into: free speech, written down under a ticket's
number, and then a person."""

from __future__ import annotations

from dataclasses import replace

from dialogs import spoken
from dialogs.events import Heard, KeyPressed, NothingHeard, TicketOpened
from dialogs.flows import person_offer
from dialogs.flows.ending import release
from dialogs.flows.transfer import to_person
from dialogs.outcomes import Outcome, Reason
from dialogs.questions import ask, listen
from dialogs.repair import Fault, misunderstood, nothing_heard, strike
from dialogs.state import Statement, Step
from dialogs.stated import ticket_for
from dialogs.turn import Turn
from grammars.meaning import Command, Task, Understanding
from grammars.statement import may_be_finished, without_ending

_TELLS = 8  # syllables: who says so much with the task has begun to tell
_UNRECOGNISED = "（听录音）"  # this piece is in the recording only


def begin(turn: Turn, said: Understanding) -> None:
    """`said` may hold the beginning of the statement."""
    release(turn)
    turn.set(statement=Statement(turn.at), strikes={}, check=None, offer=None)
    if said.syllables >= _TELLS:
        _add(turn, said.text)
    complaint = turn.state.task is Task.COMPLAINT
    turn.say("complaint_begins" if complaint else "consultation_begins")
    turn.go(Step.STATEMENT)
    ask(turn)


def heard(turn: Turn, event: Heard) -> None:
    """One piece of it. After a breath we listen on without a word."""
    said = event.understanding
    before = _statement(turn)
    doubtful = bool(before.pieces) and not said.finished and may_be_finished(said.text)
    if not doubtful:
        note(turn, said)
    turn.set(statement=replace(_statement(turn), heard=before.heard + 1))
    goodbye = any(each.value is Command.GOODBYE for each in said.command[:1])
    if not _statement(turn).pieces:
        misunderstood(turn, event)
    elif said.finished or goodbye or _is_over(turn) or (doubtful and before.asked_more):
        _finish(turn)
    elif doubtful:
        _ask_for_more(turn)
    else:
        listen(turn, patience="statement_more")


def note(turn: Turn, said: Understanding) -> None:
    """Keep one piece."""
    if not said.backchannel:
        _add(turn, without_ending(said.text))


def nothing(turn: Turn, event: NothingHeard) -> None:
    """Silence: ask once whether there is more; then it is all."""
    statement = _statement(turn)
    if not statement.pieces:
        nothing_heard(turn, event)
    elif statement.asked_more or _is_over(turn):
        _finish(turn)
    else:
        _ask_for_more(turn)


def unrecognised(turn: Turn) -> None:
    """The engine failed: the words are in the recording, and the caller goes on."""
    _add(turn, _UNRECOGNISED)
    if _is_over(turn):
        _finish(turn)
    else:
        listen(turn, patience="statement_more")


def key(turn: Turn, event: KeyPressed) -> None:
    strike(turn, Fault.WRONG_KEY)


def hash_pressed(turn: Turn) -> None:
    """# ends it; what is being said just now is still waited for."""
    turn.set(statement=replace(_statement(turn), ending=True))


def opened(turn: Turn, event: TicketOpened) -> None:
    """The number twice, slowly, and a person is offered."""
    state = turn.state
    turn.set(statement=None)
    if event.number is None:
        _not_kept(turn)
        return
    turn.set(ticket=event.number, achieved=state.achieved or Outcome.TICKET)
    reason = Reason.HUNG_UP if state.hung_up else Reason.COMPLETED
    turn.conclude(Outcome.TICKET, reason)
    if state.hung_up:
        turn.go(Step.ENDED)
        return
    turn.say("ticket", barge_in=False, number=spoken.ticket_number(event.number))
    if state.person_after_confirm is not None:
        to_person(turn, state.person_after_confirm)
    else:
        person_offer.offer(turn)


def _ask_for_more(turn: Turn) -> None:
    turn.set(statement=replace(_statement(turn), asked_more=True))
    ask(turn)


def _finish(turn: Turn) -> None:
    command = ticket_for(turn)
    assert command is not None, "only what was stated is finished"
    turn.go(Step.OPENING_TICKET, command)


def _not_kept(turn: Turn) -> None:
    if turn.state.hung_up:
        turn.conclude(Outcome.FAILED, Reason.CORE_UNAVAILABLE)
        turn.go(Step.ENDED)
    else:
        to_person(turn, Reason.CORE_UNAVAILABLE, "person_ticket_failed")


def _is_over(turn: Turn) -> bool:
    statement = _statement(turn)
    told = (turn.at - statement.began).total_seconds()
    limits = turn.state.policy.limits
    return (
        statement.ending
        or told >= limits.longest_statement
        or statement.heard >= limits.statement_pieces
    )


def _add(turn: Turn, words: str) -> None:
    if words:
        statement = _statement(turn)
        pieces = (*statement.pieces, words)
        turn.set(statement=replace(statement, pieces=pieces, asked_more=False), strikes={})


def _statement(turn: Turn) -> Statement:
    assert turn.state.statement is not None, "a statement is being made"
    return turn.state.statement

"""What a caller has stated so far goes into a ticket, however the statement ends."""

from __future__ import annotations

from dialogs.commands import OpenTicket
from dialogs.state import category
from dialogs.turn import Turn


def ticket_for(turn: Turn) -> OpenTicket | None:
    """Keeps what was stated so far, and forgets it; None where nothing was."""
    state = turn.state
    statement = state.statement
    turn.set(statement=None)
    if statement is None or not statement.pieces:
        return None
    turn.set(tickets=state.tickets + 1)
    key = f"{state.call_id}:{state.tickets + 1}"
    return OpenTicket(key, category(state), " ".join(statement.pieces))


def say_ticket_stands(turn: Turn) -> None:
    """Nobody is put through, but what was stated is not lost. Who withholds the number cannot be
    called back."""
    turn.say("ticket_stands" if turn.state.caller else "ticket_stands_withheld")

"""The hotline's own work beside booking: tickets, survey answers, questions without an answer,
call-backs, SMS and what was handed over."""

from ivr.hotline.store import Hotline, HotlineError
from ivr.hotline.tickets import Statement, Ticket, TicketState

__all__ = ["Hotline", "HotlineError", "Statement", "Ticket", "TicketState"]

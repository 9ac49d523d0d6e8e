"""The tables of the hotline's own work, one subject a file; importing the package knows them all.

They share the booking core's database, not its metadata. What a caller said is sealed with
booking_client.personal_data under `table.column` and the value named with the column.
"""

from ivr.hotline.model.base import Base
from ivr.hotline.model.callback import CallbackAccessRow, CallbackRow
from ivr.hotline.model.handover import HandoverRow
from ivr.hotline.model.survey import SurveyAnswerRow
from ivr.hotline.model.text_message import TextMessageRow
from ivr.hotline.model.ticket import TicketAccessRow, TicketRow
from ivr.hotline.model.unanswered_question import UnansweredQuestionRow

__all__ = [
    "Base",
    "CallbackAccessRow",
    "CallbackRow",
    "HandoverRow",
    "SurveyAnswerRow",
    "TextMessageRow",
    "TicketAccessRow",
    "TicketRow",
    "UnansweredQuestionRow",
]

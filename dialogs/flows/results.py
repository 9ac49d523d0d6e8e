"""查报告: only whether a report is out and how to fetch it; not what it says or what was tested."""

from __future__ import annotations

from booking_client.types import Report
from dialogs import spoken
from dialogs.commands import FindReports
from dialogs.events import ReportsFound
from dialogs.flows.ending import ask_anything_else
from dialogs.outcomes import Outcome, Reason
from dialogs.state import Step
from dialogs.turn import Turn

_MOST = 3


def look_up(turn: Turn) -> None:
    turn.go(Step.FINDING_REPORTS, FindReports(turn.state.id_number))


def found(turn: Turn, event: ReportsFound) -> None:
    for report in event.reports[:_MOST]:
        _tell(turn, report)
    if not event.reports:
        turn.say("no_report")
    turn.conclude(Outcome.ANSWERED, Reason.COMPLETED)
    ask_anything_else(turn)


def _tell(turn: Turn, report: Report) -> None:
    hospital = spoken.hospital(report.hospital)
    if report.ready:
        turn.say("report_ready", hospital=hospital, how=spoken.words(report.how))
    elif report.expected is not None:
        turn.say("report_expected", hospital=hospital, date=spoken.date(report.expected))
    else:
        turn.say("report_waiting", hospital=hospital)

"""One whole typed call: what the agent says is shown, what the caller types is heard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from booking_client.interface import BookingCore, RealNameRegistry, ReportDesk
from dialogs.commands import Listen
from dialogs.outcomes import Category, Outcome, Reason
from dialogs.wording import Wording
from ivr.call_log.records import Turn
from ivr.ports import Clock
from ivr.session.call_ports import CallFacts, CallPorts, Conclusion, Desk
from ivr.session.closed_lists import ClosedLists
from ivr.session.conversation import Conversation
from ivr.session.meaning_view import meaning_line
from ivr.session.typed import ReadLine, TypedEar, TypedLine, TypedMouth

Show = Callable[[str], None]

LONGEST = 24 * 3600.0  # seconds; who writes wording may think between two lines
_SHOWN_DEEDS = ("Say", "Listen", "Conclude", "ChangeVoice")  # seen anyway, or no news


class _NothingWritten:
    """A typed call is no call: nothing of it goes into the call log."""

    async def turn(self, turn: Turn) -> None:
        return

    async def concluded(self, outcome: Outcome, category: Category, reason: Reason) -> None:
        return


class _Screen:
    """Shows what was understood and done, where that was asked for."""

    def __init__(self, show: Show, *, explain: bool) -> None:
        self._show = show
        self._explain = explain

    def notice(self, kind: str, call_id: str, fields: Mapping[str, object]) -> None:
        if not self._explain:
            return
        if kind == "said":
            self._show(f"      [{fields['prompt']}]")
        elif kind == "understood":
            meaning = fields["meaning"]
            assert isinstance(meaning, dict), "a meaning is shown by its view"
            self._show(f"      = {meaning_line(meaning) or 'nothing'}")
        elif kind == "did":
            commands = fields["commands"]
            assert isinstance(commands, list), "what was done is a list of names"
            deeds = [name for name in commands if name not in _SHOWN_DEEDS]
            if deeds:
                self._show(f"      + {', '.join(deeds)}")


@dataclass(frozen=True, slots=True)
class TypedCall:
    """What a typed call needs of the world. `show` takes one line to print."""

    core: BookingCore
    registry: RealNameRegistry
    reports: ReportDesk
    desk: Desk
    lists: ClosedLists
    wording: Wording
    clock: Clock
    read_line: ReadLine
    show: Show

    async def run(self, facts: CallFacts, *, explain: bool = False) -> Conclusion:
        """Until the agent or the caller (end of input) ends it."""
        line, mouth = TypedLine(), TypedMouth(lambda text: self.show(f"12320: {text}"))

        async def read(listen: Listen) -> str:
            return await self.read_line(listen)

        ear = TypedEar(
            self.clock,
            mouth,
            read,
            lambda report: conversation.ear_reports(report),
            lambda: conversation.line_closed(),
            lambda key: conversation.key_pressed(key),
        )
        ports = CallPorts(
            clock=self.clock,
            ear=ear,
            mouth=mouth,
            line=line,
            core=self.core,
            registry=self.registry,
            reports=self.reports,
            lists=self.lists,
            log=_NothingWritten(),
            observer=_Screen(self.show, explain=explain),
            desk=self.desk,
        )
        conversation = Conversation(ports, facts, self.wording)
        return await conversation.run()

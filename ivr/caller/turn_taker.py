"""When the synthetic caller speaks: it follows the agent's live feed and answers what is asked.

Pure: notices in, actions out; the SIP phone and the voice are the shell's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.caller.case import Answer, Script


@dataclass(frozen=True, slots=True)
class Speak:
    """Carry out `answer` now (its `after` is still to be waited)."""

    expect: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class StaySilent:
    """The question has no answer in the case: the caller says nothing."""

    expect: str


@dataclass(frozen=True, slots=True)
class CallOver:
    outcome: str
    reason: str


Action = Speak | StaySilent | CallOver


class TurnTaker:
    """One call. The call is the first that starts after dialling with our last four digits."""

    def __init__(self, script: Script, caller: str) -> None:
        self._script = script
        self._last_four = caller[-4:]
        self._call_id: str | None = None
        self._asked: str | None = None
        self.notices: list[Mapping[str, object]] = []

    def take(self, notice: Mapping[str, object]) -> Action | None:
        """The next thing to do, if this notice asks for one."""
        kind, call_id = notice["kind"], notice["call_id"]
        if self._call_id is None:
            if kind != "call_started" or notice.get("caller_last_four") != self._last_four:
                return None
            self._call_id = str(call_id)
        if call_id != self._call_id:
            return None
        self.notices.append(notice)
        if kind == "listening":
            return self._listening(str(notice["expect"]))
        if kind == "prompt_finished" and self._asked is not None:
            expect, self._asked = self._asked, None
            return self._act(expect)
        if kind == "call_ended":
            return CallOver(str(notice["outcome"]), str(notice["reason"]))
        return None

    def _listening(self, expect: str) -> Action | None:
        answer = self._script.peek(expect)
        if answer is not None and answer.talk_over is not None:
            self._asked = None
            return self._act(expect)
        self._asked = expect
        return None

    def _act(self, expect: str) -> Action:
        answer = self._script.answer(expect)
        return StaySilent(expect) if answer is None else Speak(expect, answer)

"""When the synthetic caller speaks: it follows the agent's live feed and answers what is asked.

Pure: notices in, actions out; the SIP phone and the voice are the shell's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from grammars.meaning import Slot
from ivr.caller.asked import Asked, asked
from ivr.caller.case import Answer, Aside
from ivr.caller.script import Script


@dataclass(frozen=True, slots=True)
class Speak:
    """Carry out `answer` now (its `after` is still to be waited)."""

    expect: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Mutter:
    """`aside` is heard in its time (`talk_over` from now), if the agent speaks then."""

    aside: Aside


@dataclass(frozen=True, slots=True)
class StaySilent:
    """The question has no answer in the case: the caller says nothing."""

    expect: str


@dataclass(frozen=True, slots=True)
class CallOver:
    outcome: str
    reason: str


Action = Speak | Mutter | StaySilent | CallOver


class TurnTaker:
    """One call. The call is the first that starts after dialling with our last four digits."""

    def __init__(self, script: Script, caller: str) -> None:
        self._script = script
        self._last_four = caller[-4:]
        self._call_id: str | None = None
        self._asked: Asked | None = None  # the open question, until it is answered
        self._expect = ""
        self._prompt = ""  # the latest question that was put
        self._said = ""  # since the caller's last answer
        self._read_back = ""  # of the place that is held, all parts of it
        self._may_speak = False  # its prompt is over
        self._id_tail = ""  # of the whole ID number that was understood last
        self._acting: Speak | None = None
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
        if kind == "call_ended":
            return CallOver(str(notice["outcome"]), str(notice["reason"]))
        if kind == "said":
            self._note_said(str(notice["prompt"]), str(notice["text"]))
            return None
        if kind == "understood":
            self._note_id(notice.get("meaning"))
            return None
        if kind == "key" and self._expect == Slot.ID_NUMBER:
            self._id_tail = ""  # what is keyed is not misheard
            return None
        if kind == "did" and "PlaceHold" in str(notice["commands"]):
            self._read_back = ""
            return None
        if kind == "listening":
            expect = str(notice["expect"])
            if self._pressing(expect):
                return None
            self._expect, self._may_speak = expect, False
            question = asked(expect, self._prompt, self._said)
            of_read_back = question.read_back or question.changing
            text = self._read_back if of_read_back else self._said
            self._asked = replace(question, text=text, id_tail=self._id_tail)
            return self._next() or self._mutter(question)
        elif kind == "prompt_finished":
            self._may_speak = True
        else:
            return None
        return self._next()

    def _note_said(self, prompt: str, text: str) -> None:
        self._said += text
        if prompt.startswith("question."):
            self._prompt = prompt
        if prompt.startswith("question.read_back."):
            self._read_back += text

    def _note_id(self, meaning: object) -> None:
        """Of a whole number the notice tells the last four; parts of one are only counted."""
        found = meaning.get("id_number") if isinstance(meaning, Mapping) else None
        value = str(found.get("value", "")) if isinstance(found, Mapping) else ""
        if value:
            self._id_tail = value.lstrip("*") if value.startswith("*" * 14) else ""

    def done(self) -> Action | None:
        """What was begun has been carried out; a question that came meanwhile may be next."""
        self._acting = None
        return self._next()

    @property
    def agent_speaks(self) -> bool:
        """The question of the open turn is still being put."""
        return not self._may_speak

    @property
    def acting(self) -> bool:
        """The caller answers just now."""
        return self._acting is not None

    def _mutter(self, question: Asked) -> Mutter | None:
        aside = None if self._acting is not None else self._script.aside(question)
        return None if aside is None else Mutter(aside)

    def _pressing(self, expect: str) -> bool:
        """Whether it is the question that is being answered with keys: every key but the last
        brings a new listening turn, and none of them asks again."""
        acting = self._acting
        return acting is not None and acting.expect == expect and acting.answer.press is not None

    def _next(self) -> Action | None:
        """Answer the open question when it is time; while an answer is under way nothing else is
        begun."""
        if self._acting is not None or self._asked is None:
            return None
        answer = self._script.peek(self._asked)
        talks_over = answer is not None and answer.talk_over is not None
        if not (self._may_speak or talks_over):
            return None
        question, self._asked = self._asked, None
        answer = self._script.answer(question)
        if answer is None:
            return StaySilent(self._expect)
        self._said = ""
        self._acting = Speak(self._expect, answer)
        return self._acting

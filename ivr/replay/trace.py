"""The turns of a call from what it told its watchers: asked, said, heard, understood, expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from grammars.meaning import Hypothesis
from grammars.question import Question
from grammars.understand import understand
from ivr.caller.case import Act, Aside
from ivr.replay.result import NOISE, NOTHING, SILENCE, AsideHeard, TurnResult
from ivr.session.meaning_view import meaning_view

Notice = Mapping[str, object]

_SAID_IN_A_CALL = ("said", "listening", "heard", "understood", "nothing_heard", "key", "latency")


@dataclass(slots=True)
class _Turn:
    at: float
    asked: list[str] = field(default_factory=list)
    expect: str = ""
    said: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    understood: dict[str, str] = field(default_factory=dict)
    expected: dict[str, str] | None = None
    answered: bool = False
    waited: float | None = None
    hops: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Muttered:
    aside: Aside
    at: float
    taken: bool = False


class Trace:
    """Fed in order by `notice` and `acted`; `turns` gives the result at the end.

    `question` is the one that is open when the caller acts (None: not known, as over SIP);
    `seconds` is the time since pick-up.
    """

    def __init__(
        self,
        seconds: Callable[[], float],
        question: Callable[[], Question | None] = lambda: None,
    ) -> None:
        self._seconds = seconds
        self._question = question
        self._turns: list[_Turn] = []
        self._ends: list[float] = []
        self._spoke: list[tuple[float, Act]] = []
        self._muttered: list[_Muttered] = []
        self._may_be_taken: _Muttered | None = None  # until the caller answers

    def notice(self, notice: Notice) -> None:
        """One of the call's notices (ivr.session.observer)."""
        kind = notice["kind"]
        if kind not in _SAID_IN_A_CALL:
            return
        if kind == "latency":
            self._note_latency(notice)
            return
        turn = self._turn(new=kind == "said")
        match kind:
            case "said":
                turn.asked.append(str(notice["text"]))
            case "listening":
                turn.expect = str(notice["expect"])
            case "heard":
                turn.answered = True
                turn.heard.append(_heard(notice))
                self._heard_something()
            case "understood":
                turn.understood |= _plain(notice.get("meaning"))
            case "nothing_heard":
                turn.answered = True
                turn.heard.append(NOISE if notice.get("noise") else SILENCE)
                if notice.get("noise"):
                    self._heard_something()
            case "key":
                turn.answered = True

    def acted(self, act: Act) -> None:
        """The caller begins to act, or something that is not meant for the agent is heard."""
        if isinstance(act, Aside):
            self._may_be_taken = _Muttered(act, self._seconds())
            self._muttered.append(self._may_be_taken)
            return
        self._may_be_taken = None
        if act.say is not None or act.wav is not None:
            self._spoke.append((self._seconds(), act))
        turn = self._turn(new=False)
        turn.said.append(act.line)
        question = self._question()
        if act.words is not None and question is not None:
            heard = understand(question, (Hypothesis(act.words, 1.0),))
            turn.expected = (turn.expected or {}) | _plain(meaning_view(heard))
            if act.hang_up is not None:
                turn.expected = None  # it is broken off: who knows where

    def turns(self) -> tuple[TurnResult, ...]:
        ends = [*self._ends, self._seconds()] if self._turns else []
        return tuple(
            TurnResult(
                number=number,
                at=round(turn.at, 2),
                until=round(end, 2),
                asked=tuple(turn.asked),
                expect=turn.expect,
                said=tuple(turn.said),
                heard=tuple(turn.heard),
                understood=turn.understood,
                expected=turn.expected,
                right=None if turn.expected is None else is_right(turn.expected, turn.understood),
                waited=turn.waited,
                hops=turn.hops,
            )
            for number, (turn, end) in enumerate(zip(self._turns, ends, strict=True), 1)
        )

    def asides(self) -> tuple[AsideHeard, ...]:
        return tuple(AsideHeard(m.aside.kind, round(m.at, 2), m.taken) for m in self._muttered)

    def spoke(self) -> tuple[tuple[float, Act], ...]:
        """What the caller said to the agent, and when its sound began."""
        return tuple(self._spoke)

    def _heard_something(self) -> None:
        if self._may_be_taken is not None:
            self._may_be_taken.taken = True
            self._may_be_taken = None

    def _turn(self, *, new: bool) -> _Turn:
        """The turn in progress; with `new` the next one, if this one has had its answer."""
        if not self._turns or (new and self._turns[-1].answered):
            if self._turns:
                self._ends.append(self._seconds())
            self._turns.append(_Turn(self._seconds()))
        return self._turns[-1]

    def _note_latency(self, notice: Notice) -> None:
        """It is told with the first word of the next turn, and is about the answered one."""
        seconds = notice.get("seconds")
        answered = [turn for turn in self._turns if turn.answered]
        if answered and isinstance(seconds, dict) and "first_frame" in seconds:
            answered[-1].waited = float(seconds["first_frame"])
            hops = {str(hop): round(float(value), 4) for hop, value in seconds.items()}
            answered[-1].hops = hops if hops.get("endpointing") else {}  # a key has none


def is_right(expected: Mapping[str, str], understood: Mapping[str, str]) -> bool:
    """Whether what was understood is what the words mean, slot for slot.

    Flags (a backchannel, a greeting) do not count, nor does a task beside other slots: the sound
    often settles it where the text alone does not.
    """
    slots = {slot for slot in (*expected, *understood) if slot not in _NOT_COUNTED}
    return all(expected.get(slot) == understood.get(slot) for slot in slots)


_NOT_COUNTED = frozenset(
    {"no_preference", "backchannel", "restart", "despair", "danger", "perhaps_danger"}
)


def _plain(meaning: object) -> dict[str, str]:
    """Slot -> value of a meaning view; a flag is `yes`."""
    if not isinstance(meaning, dict):
        return {}
    return {
        slot: str(found["value"]) if isinstance(found, dict) else "yes"
        for slot, found in meaning.items()
    }


def _heard(notice: Notice) -> str:
    if notice.get("masked"):
        return "(personal data; not shown)"  # as ivr.caller.transcript says it
    hypotheses = notice.get("hypotheses")
    if not isinstance(hypotheses, list) or not hypotheses:
        return NOTHING
    text, confidence = hypotheses[0]
    return f"{text} ({confidence:.2f})"

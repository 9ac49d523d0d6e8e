"""The scratch pad of one reduction: a flow changes the state and lists commands through it.

It lives for one call of `reduce` and is seen by nobody else.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from booking_client.errors import Refusal
from dialogs.commands import Command, Conclude, Fragment, Say
from dialogs.outcomes import Outcome, Reason
from dialogs.state import State, Step, Wish, category
from dialogs.templates import Template
from grammars.meaning import Document

Fragments = tuple[Fragment, ...]


class Turn:
    """`state` so far and the `commands` it has led to; `at` is the time of the event."""

    def __init__(self, state: State, at: dt.datetime) -> None:
        self._state = state
        self._changed: dict[str, Any] = {}
        self.at = at
        self.commands: list[Command] = []

    @property
    def state(self) -> State:
        """As it stands. Changes are gathered until somebody looks: a State has many fields."""
        if self._changed:
            self._state = replace(self._state, **self._changed)
            self._changed = {}
        return self._state

    @property
    def wish(self) -> Wish:
        return self.state.wish

    def set(self, **changes: Any) -> None:
        """Replace fields of the state."""
        self._changed.update(changes)

    def go(self, step: Step, *commands: Command) -> None:
        """Stand at `step`, having asked the shell for `commands`."""
        self.set(step=step)
        self.do(*commands)

    def decide(self) -> None:
        """Let the agenda say what comes next."""
        self.set(step=Step.DECIDE)

    def do(self, *commands: Command) -> None:
        self.commands.extend(commands)

    def say(
        self, key: str, *, barge_in: bool = True, pause: float = 0.0, **holes: Fragments
    ) -> None:
        """Say a statement of the wording; `pause`: seconds of silence after it, at least."""
        variants = self.state.wording.statements[key]
        self._say(f"statement.{key}", variants, holes, barge_in, pause)

    def say_fault(self, fault: str, strike: int = 1) -> None:
        """Say what was wrong, by the first or the second answer to this fault. None of them is
        said twice in a call: when all have been, the question that follows has to do."""
        wording = self.state.wording.faults[fault]
        rungs = {1: ("first", wording.first), 2: ("second", wording.second)}
        rung, variants = rungs[min(strike, 2)]
        key = f"fault.{fault}.{rung}"
        if self.state.said.get(key, 0) < len(variants):
            self._say(key, variants, {}, True)

    def say_document(self, document: Document) -> bool:
        """Say what is done about a document other than the ID number; False where that has been
        said before, and nothing is."""
        key = f"document.{document.value}"
        if key in self.state.said:
            return False
        self._say(key, self.state.wording.documents[document].say, {}, True)
        return True

    def tell_again(self) -> None:
        """Say once more what the caller was told with the question that is being asked."""
        self.do(*self.state.told)

    def note_told(self) -> None:
        """Remember what is told with the question, for who asks what was said."""
        said = [command for command in self.commands if isinstance(command, Say)]
        if not any(each.prompt.startswith("question.") for each in said):
            return
        told = tuple(each for each in said if each.prompt in self.state.wording.telling)
        self.set(told=told)

    def say_refusal(self, reason: Refusal) -> None:
        self._say(f"refused.{reason.value}", self.state.wording.refused[reason], {}, True)

    def say_question(self, key: str, manner: str, holes: dict[str, Fragments]) -> None:
        """Put a question; `manner` is asked, strike or keypad."""
        variants = getattr(self.state.wording.questions[key], manner)
        self._say(f"question.{key}.{manner}", variants, holes, True)

    def conclude(self, outcome: Outcome, reason: Reason) -> None:
        """Write how the call ended, were it over now. What was achieved stays the outcome, whatever
        is asked, declined or refused after it."""
        self.set(concluded=True)
        self.do(Conclude(self.state.achieved or outcome, category(self.state), reason))

    def _say(
        self,
        key: str,
        variants: tuple[Template, ...],
        holes: dict[str, Fragments],
        barge_in: bool,
        pause: float = 0.0,
    ) -> None:
        """Variants take turns, so that the same sentence is not said twice running."""
        times = self.state.said.get(key, 0)
        *before, last = variants[times % len(variants)].render(holes)
        fragments = (*before, replace(last, pause_after=max(last.pause_after, pause)))
        self.set(said={**self.state.said, key: times + 1})
        self.do(Say(key, fragments, barge_in))

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
from dialogs.wording import Template

Fragments = tuple[Fragment, ...]


class Turn:
    def __init__(self, state: State, at: dt.datetime) -> None:
        self.state = state
        self.at = at
        self.commands: list[Command] = []

    @property
    def wish(self) -> Wish:
        return self.state.wish

    def set(self, **changes: Any) -> None:
        """Replace fields of the state."""
        self.state = replace(self.state, **changes)

    def go(self, step: Step, *commands: Command) -> None:
        """Stand at `step`, having asked the shell for `commands`."""
        self.set(step=step)
        self.do(*commands)

    def decide(self) -> None:
        """Let the agenda say what comes next."""
        self.set(step=Step.DECIDE)

    def do(self, *commands: Command) -> None:
        self.commands.extend(commands)

    def say(self, key: str, *, barge_in: bool = True, **holes: Fragments) -> None:
        """Say a statement of the wording."""
        self._say(f"statement.{key}", self.state.wording.statements[key], holes, barge_in)

    def say_fault(self, fault: str) -> None:
        self._say(f"fault.{fault}", self.state.wording.faults[fault], {}, True)

    def say_refusal(self, reason: Refusal) -> None:
        self._say(f"refused.{reason.value}", self.state.wording.refused[reason], {}, True)

    def say_question(self, key: str, manner: str, holes: dict[str, Fragments]) -> None:
        """Put a question; `manner` is asked, strike or keypad."""
        variants = getattr(self.state.wording.questions[key], manner)
        self._say(f"question.{key}.{manner}", variants, holes, True)

    def conclude(self, outcome: Outcome, reason: Reason) -> None:
        self.set(concluded=True)
        self.do(Conclude(outcome, category(self.state), reason))

    def _say(
        self,
        key: str,
        variants: tuple[Template, ...],
        holes: dict[str, Fragments],
        barge_in: bool,
    ) -> None:
        """Variants take turns, so that the same sentence is not said twice running."""
        times = self.state.said.get(key, 0)
        fragments = variants[times % len(variants)].render(holes)
        self.set(said={**self.state.said, key: times + 1})
        self.do(Say(key, fragments, barge_in))

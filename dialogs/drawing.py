"""The flow as tables and a Mermaid diagram, drawn from the tables the reducer runs on.

`python -m dialogs.drawing` writes docs/dialogue-flow.md.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args

from dialogs.agenda import AGENDAS, Row
from dialogs.commands import Command
from dialogs.events import Event
from dialogs.state import OVER, Step
from dialogs.tables import ARRIVALS, CALLERS_TURNS

PAGE = Path(__file__).parent.parent / "docs" / "dialogue-flow.md"

_INTRODUCTION = """\
# The flow of a conversation

Drawn by `python -m dialogs.drawing` from `dialogs/tables.py` and `dialogs/agenda.py`; a test
keeps it up to date. Rounded boxes are the caller's turn, square ones wait for the shell's answer.

At every turn of the caller, beside the arrows drawn: 人工 or key 0, the second or third strike, a
failure or the longest call length lead to a person (`transferred`), words of despair at once; a
complaint leads to `statement`; a doubtful value, 再见 or # leads to `check`; 返回 or * reopens the
slot before, 换个医院 and 时间不对 the one they name, a new value its own, 不对 right after values
were said back those (of several it is asked which); 再说一遍, 慢一点, 大声点, 等一下 and 喂 stay at
the question; hanging up ends the conversation (`ended`).
"""


def flow_diagram() -> str:
    """The Mermaid flowchart."""
    lines = ["flowchart TD"]
    for step in Step:
        if step in CALLERS_TURNS:
            lines.append(f"  {step.value}({step.value})")
        elif step is Step.DECIDE:
            lines.append(f"  {step.value}{{what comes next?}}")
        elif step in OVER:
            lines.append(f"  {step.value}[[{step.value}]]")
        else:
            lines.append(f"  {step.value}[{step.value}]")
    for step, turn in CALLERS_TURNS.items():
        lines += [f"  {step.value} --> {to.value}" for to in turn.leads_to]
    for (step, event), arrival in ARRIVALS.items():
        lines += [f"  {step.value} -- {event.__name__} --> {to.value}" for to in arrival.leads_to]
    arrows = [
        f'  decide -- "{row.when}" --> {to.value}'
        for agenda in AGENDAS.values()
        for row in agenda
        for to in row.leads_to
        if to is not Step.DECIDE
    ]
    lines += dict.fromkeys(arrows)
    return "\n".join(lines)


def agenda_table(agenda: Sequence[Row]) -> str:
    """An agenda as a Markdown table: the first row that applies is acted on."""
    lines = ["| | what comes next when | leads to |", "|---|---|---|"]
    for number, row in enumerate(agenda, start=1):
        steps = ", ".join(f"`{step.value}`" for step in row.leads_to)
        lines.append(f"| {number} | {row.when} | {steps} |")
    return "\n".join(lines)


def callers_turns_table() -> str:
    """Every question: the flow that takes the answer, whether keys answer, where it leads."""
    lines = ["| the caller's turn | flow | keys | leads to |", "|---|---|---|---|"]
    for step, turn in CALLERS_TURNS.items():
        keys = "" if turn.key.__name__.startswith("_") else "yes"
        leads_to = ", ".join(f"`{to.value}`" for to in turn.leads_to)
        lines.append(f"| `{step.value}` | {_subject(turn.heard)} | {keys} | {leads_to} |")
    return "\n".join(lines)


def arrivals_table() -> str:
    """Every answer of the shell that is waited for."""
    lines = ["| waiting at | for | flow | leads to |", "|---|---|---|---|"]
    for (step, event), arrival in ARRIVALS.items():
        leads_to = ", ".join(f"`{to.value}`" for to in arrival.leads_to)
        subject = _subject(arrival.take)
        lines.append(f"| `{step.value}` | {event.__name__} | {subject} | {leads_to} |")
    return "\n".join(lines)


def kinds_table(kinds: Sequence[type]) -> str:
    """Events or commands, each with the first sentence of what it says of itself."""
    lines = ["| | |", "|---|---|"]
    for kind in kinds:
        text = inspect.getdoc(kind) or ""
        written = not text.startswith(f"{kind.__name__}(")  # else dataclass made it
        lines.append(f"| {kind.__name__} | {_first_sentence(text) if written else ''} |")
    return "\n".join(lines)


def _subject(flow: Callable[..., Any]) -> str:
    """What the flow's file is about."""
    module = sys.modules[flow.__module__]
    name = flow.__module__.removeprefix("dialogs.")
    return f"`{name}`: {_first_sentence(inspect.getdoc(module) or '')}"


def _first_sentence(text: str) -> str:
    words = " ".join(text.split("\n\n")[0].split())
    return words.split(". ")[0].rstrip(".").replace("|", "\\|")


def page() -> str:
    agendas = "\n\n".join(
        f"### {task.value}\n\n{agenda_table(agenda)}" for task, agenda in AGENDAS.items()
    )
    return (
        f"{_INTRODUCTION}\n"
        f"## Agendas\n\nBy what the caller wants done; the first row that applies.\n\n{agendas}\n\n"
        f"## The caller's turns\n\n{callers_turns_table()}\n\n"
        f"## The shell's answers\n\n{arrivals_table()}\n\n"
        f"## Events\n\n{kinds_table(get_args(Event))}\n\n"
        f"## Commands\n\n{kinds_table(get_args(Command))}\n\n"
        f"## Drawing\n\n```mermaid\n{flow_diagram()}\n```\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

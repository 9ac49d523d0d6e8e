"""The flow as a Mermaid diagram, drawn from the tables the reducer runs on.

`python -m dialogs.drawing` writes docs/dialogue-flow.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dialogs.agenda import AGENDAS, Row
from dialogs.state import OVER, Step
from dialogs.tables import ARRIVALS, CALLERS_TURNS

PAGE = Path(__file__).parent.parent / "docs" / "dialogue-flow.md"

_INTRODUCTION = """\
# The flow of a conversation

Drawn by `python -m dialogs.drawing` from `dialogs/tables.py` and `dialogs/agenda.py`; a test
keeps it up to date. Rounded boxes are the caller's turn, square ones wait for the shell's answer.

At every turn of the caller, beside the arrows drawn: 人工 or key 0, the second or third strike, a
failure or the longest call length lead to a person (`transferred`), words of despair at once; a
complaint leads to `statement`; a doubtful value or # leads to `check`; 返回 or * reopens the slot
before; 再说一遍, 慢一点, 大声点 and 等一下 stay at the question; hanging up ends the conversation
(`ended`).
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


def page() -> str:
    agendas = "\n\n".join(
        f"### {task.value}\n\n{agenda_table(agenda)}" for task, agenda in AGENDAS.items()
    )
    return (
        f"{_INTRODUCTION}\n"
        f"## Agendas\n\nBy what the caller wants done; the first row that applies.\n\n{agendas}\n\n"
        f"## Drawing\n\n```mermaid\n{flow_diagram()}\n```\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

from __future__ import annotations

from typing import get_args

from dialogs.commands import Command
from dialogs.drawing import PAGE, flow_diagram, page
from dialogs.events import Event
from dialogs.state import Step


def test_the_page_in_docs_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m dialogs.drawing"


def test_every_event_and_command_has_its_row() -> None:
    for kind in (*get_args(Event), *get_args(Command)):
        assert f"| {kind.__name__} |" in page()


def test_every_step_can_be_reached_in_the_drawing() -> None:
    arrows = [line for line in flow_diagram().splitlines() if "-->" in line]
    reached = {line.rsplit(" ", 1)[-1] for line in arrows}
    assert {step.value for step in Step} - reached == {Step.START.value}

from __future__ import annotations

from pathlib import Path

import pytest

import dialogs.policy
from datafiles import DataFileError
from dialogs.policy import load_policy

SHIPPED = Path(dialogs.policy.__file__).parent / "data" / "policy.yaml"


def test_an_id_number_is_waited_for_longest() -> None:
    patience = load_policy().patience
    assert patience.id_number.to_command().end_silence >= 2
    assert patience.id_number.end_silence > patience.yes_no.end_silence


def test_the_yes_that_books_must_be_the_surest() -> None:
    limits = load_policy().thresholds
    assert limits.read_back.accept > limits.confirm.accept


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("accept: 0.75, confirm: 0.45}", "accept: 0.4, confirm: 0.45}", "thresholds.task"),
        ("turns: 60", "turns: 0", "limits.turns"),
        ("read_backs: 5", "read_backs: 1", "limits.read_backs"),
        ("margin: 0.08", "margin: viel", "thresholds.margin"),
        ("slowest: 0.7", "slowst: 0.7", "voice.slowest"),
        ("open_silence: 2.5", "open_silence: 0.9", "patience.open"),
    ],
)
def test_a_fault_names_the_field(tmp_path: Path, old: str, new: str, field: str) -> None:
    path = tmp_path / "policy.yaml"
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFileError) as raised:
        load_policy(path)
    assert raised.value.field == field
    assert raised.value.line > 0

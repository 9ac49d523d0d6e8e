"""What was fitted is checked on load like what an editor writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from datafiles import DataFileError, load_yaml
from grammars.fitted_data import AgreementData, agreement_data
from grammars.meaning import PRIVATE_SLOTS, Slot


def test_every_question_with_a_list_has_its_weights() -> None:
    assert set(agreement_data().weights) == set(Slot) - {
        *PRIVATE_SLOTS,
        Slot.NAME,
        Slot.TOPIC,
        Slot.STATEMENT,
    }


def test_a_reward_for_not_standing_out_is_named_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "agreement.yaml"
    path.write_text(
        "origin: test\nweights:\n"
        "  date: {written: 1, sound: 1, expected: 1, outstanding: -0.2, furthest: 9}\n",
        encoding="utf-8",
    )
    with pytest.raises(DataFileError) as error:
        load_yaml(path, AgreementData)
    assert error.value.line == 3
    assert "outstanding" in str(error.value)

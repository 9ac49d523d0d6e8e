"""Every reason and every outcome has a name on the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from datafiles import DataFileError, load_yaml
from dialogs.outcomes import Outcome, Reason
from ivr.web.labels import Labels, labels


def test_the_shipped_file_names_all() -> None:
    assert set(labels().reasons) == set(Reason)
    assert set(labels().outcomes) == set(Outcome)


def test_a_missing_name_is_told(tmp_path: Path) -> None:
    path = tmp_path / "labels.yaml"
    path.write_text("reasons: {crisis: 心理危机}\noutcomes: {booked: 约好了}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="no name for caller_asked"):
        load_yaml(path, Labels)

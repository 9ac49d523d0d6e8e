from pathlib import Path

import pytest
from pydantic import BaseModel

from datafiles import DataFileError, load_csv


class Row(BaseModel):
    hospital: str
    total: int


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_become_models_in_file_order(tmp_path: Path) -> None:
    rows = load_csv(write(tmp_path, "hospital,total\n南京鼓楼医院,2\n南京市第一医院,1\n"), Row)
    assert [row.hospital for row in rows] == ["南京鼓楼医院", "南京市第一医院"]


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("hospital,total\n鼓楼,many\n", 2, "total"),
        ("hospital,total\n鼓楼\n", 2, "total"),
        ("hospital,total\n鼓楼,1,2\n", 2, ""),
    ],
)
def test_a_fault_names_file_line_and_field(
    tmp_path: Path, text: str, line: int, field: str
) -> None:
    with pytest.raises(DataFileError) as caught:
        load_csv(write(tmp_path, text), Row)
    assert (caught.value.line, caught.value.field) == (line, field)

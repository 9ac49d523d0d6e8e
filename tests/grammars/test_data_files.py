from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from datafiles import DataFileError
from grammars import clinics, data_files, fitted_data

_LOADERS = [
    loader
    for module in (clinics, data_files, fitted_data)
    for name, loader in sorted(vars(module).items())
    if name.endswith("_data") or name == "provinces"
]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "data"
    shutil.copytree(data_files.DATA, folder)
    monkeypatch.setattr(data_files, "DATA", folder)
    for loader in _LOADERS:
        loader.cache_clear()
    yield folder
    for loader in _LOADERS:
        loader.cache_clear()


def test_every_file_of_the_folder_is_loaded_by_something() -> None:
    assert len(_LOADERS) == len(list(data_files.DATA.glob("*.*")))
    for loader in _LOADERS:
        assert loader()


def test_a_wrong_key_names_file_line_and_field(copy: Path) -> None:
    path = copy / "hospitals.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "    district: 玄武区", "    distric: 玄武区", 1
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as error:
        data_files.hospitals_data()
    assert error.value.file.name == "hospitals.yaml"
    assert error.value.line > 1
    assert "distric" in error.value.field


def test_an_unknown_command_is_refused(copy: Path) -> None:
    path = copy / "commands.yaml"
    text = path.read_text(encoding="utf-8").replace("command: wait", "command: dance", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as error:
        data_files.commands_data()
    assert error.value.field == "commands.5.command"


def test_a_bad_province_names_its_line(copy: Path) -> None:
    path = copy / "provinces.csv"
    path.write_text("code,name\n11,北京市\n3,江苏省\n", encoding="utf-8")
    with pytest.raises(DataFileError) as error:
        data_files.provinces()
    assert error.value.line == 3
    assert error.value.field == "code"

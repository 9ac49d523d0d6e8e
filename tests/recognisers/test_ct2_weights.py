"""Reading a model file: the real one, and files that are not one."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from ivr.recognisers.ct2_weights import Weights, WeightsError
from tests.recognisers.conftest import installed


def text(value: str) -> bytes:
    raw = value.encode() + b"\0"
    return struct.pack("<H", len(raw)) + raw


def model_file(version: int = 6, code: int = 4) -> bytes:
    """One array `a` [2, 3] of half precision, and `b`, another name for it."""
    numbers = np.arange(6, dtype=np.float16).tobytes()
    array = text("a") + struct.pack("<BIIBI", 2, 2, 3, code, len(numbers)) + numbers
    head = struct.pack("<I", version) + text("WhisperSpec") + struct.pack("<II", 3, 1)
    return head + array + struct.pack("<I", 1) + text("b") + text("a")


def read(tmp_path: Path, data: bytes) -> Weights:
    file = tmp_path / "model.bin"
    file.write_bytes(data)
    return Weights(file)


def test_arrays_come_by_name_and_by_alias(tmp_path: Path) -> None:
    weights = read(tmp_path, model_file())
    assert weights.floats("a").tolist() == [[0, 1, 2], [3, 4, 5]]
    assert weights.floats("b", np.array([1])).tolist() == [[3, 4, 5]]
    assert "b" in weights
    assert "c" not in weights


def test_an_array_that_is_not_there_or_is_quantised_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no float array c"):
        read(tmp_path, model_file()).floats("c")
    with pytest.raises(WeightsError, match="no float array a"):
        read(tmp_path, model_file(code=2)).floats("a")


@pytest.mark.parametrize(
    "data",
    [model_file(version=99), model_file()[:-9], model_file(code=7), b"not a model at all"],
    ids=["another version", "cut off", "another type", "something else"],
)
def test_a_file_of_another_format_is_an_error(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(WeightsError):
        read(tmp_path, data)


@pytest.mark.models
def test_the_embedded_model_can_be_read() -> None:
    weights = Weights(installed("whisper-base") / "model.bin")
    assert weights.floats("decoder/layer_norm/gamma").shape == (512,)

from __future__ import annotations

import struct
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ivr.audio_file import read_speech
from ivr.caller.alaw import decode, encode

SAMPLE = st.integers(-32768, 32767)


def round_trip(sample: int) -> int:
    return int(struct.unpack("<h", decode(encode(struct.pack("<h", sample))))[0])


@given(SAMPLE)
def test_the_error_is_half_a_step_of_32_in_the_sample(sample: int) -> None:
    assert abs(round_trip(sample) - sample) <= max(8, abs(sample) / 31)


@given(SAMPLE, SAMPLE)
def test_louder_stays_louder(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert round_trip(low) <= round_trip(high)


@given(st.binary())
def test_every_code_comes_back(codes: bytes) -> None:
    assert encode(decode(codes)) == codes


def test_the_codes_of_the_standard() -> None:
    """G.711 table 1a: the loudest positive and negative values and the two smallest."""
    samples = struct.pack("<4h", 32767, -32768, 0, -1)
    assert encode(samples) == bytes((0xAA, 0x2A, 0xD5, 0x55))


def test_the_products_own_reader_hears_the_same(tmp_path: Path) -> None:
    codes = bytes(range(256))
    header = struct.pack("<IHHIIHH", 16, 6, 1, 8000, 8000, 1, 8)
    body = b"WAVEfmt " + header + b"data" + struct.pack("<I", 256) + codes
    file = tmp_path / "line.wav"
    file.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    assert read_speech(file) == decode(codes)

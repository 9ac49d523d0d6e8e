"""The file of one rendered fragment."""

from __future__ import annotations

import io
import wave

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ivr.voices.rendered_file import CorruptRendering, decode, encode

speech = st.binary(max_size=2000).map(lambda data: data[: len(data) // 2 * 2])


@given(speech)
def test_what_was_written_is_read(pcm: bytes) -> None:
    assert decode(encode(pcm)) == pcm


@given(speech)
def test_any_player_opens_it(pcm: bytes) -> None:
    with wave.open(io.BytesIO(encode(pcm))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        assert file.readframes(file.getnframes()) == pcm


@given(pcm=speech, data=st.data())
def test_one_wrong_byte_is_noticed(pcm: bytes, data: st.DataObject) -> None:
    file = bytearray(encode(pcm))
    place = data.draw(st.integers(0, len(file) - 1))
    file[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CorruptRendering):
        decode(bytes(file))


@given(pcm=speech, data=st.data())
def test_a_cut_file_is_noticed(pcm: bytes, data: st.DataObject) -> None:
    file = encode(pcm)
    with pytest.raises(CorruptRendering):
        decode(file[: data.draw(st.integers(0, len(file) - 1))])


@given(st.binary(max_size=200))
def test_something_else_is_noticed(data: bytes) -> None:
    assume(not data.startswith(b"RIFF"))
    with pytest.raises(CorruptRendering):
        decode(data)


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="half a sample"):
        encode(b"\x00")

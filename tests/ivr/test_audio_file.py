import struct
import warnings
import wave
from pathlib import Path

import numpy as np
import pytest

from ivr.audio_file import AudioFileError, read_speech, write_speech

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop  # the standard library's G.711, an oracle independent of ours

TONE = (np.sin(np.arange(8000) * 2 * np.pi * 440 / 8000) * 12000).astype("<i2").tobytes()


def riff(kind: int, bits: int, body: bytes, rate: int = 8000, channels: int = 1) -> bytes:
    header = struct.pack(
        "<HHIIHH", kind, channels, rate, rate * channels * bits // 8, channels * bits // 8, bits
    )
    chunks = b"fmt " + struct.pack("<I", 16) + header
    chunks += b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def loudness(pcm: bytes) -> float:
    return float(np.sqrt((np.frombuffer(pcm, "<i2").astype(float) ** 2).mean()))


def test_what_is_written_is_read_back_unchanged(tmp_path: Path) -> None:
    write_speech(tmp_path / "a.wav", TONE)
    assert read_speech(tmp_path / "a.wav") == TONE


@pytest.mark.parametrize("law", ["alaw", "ulaw"])
def test_g711_files_sound_as_the_standard_says(tmp_path: Path, law: str) -> None:
    coded = getattr(audioop, f"lin2{law}")(TONE, 2)
    expected = getattr(audioop, f"{law}2lin")(coded, 2)
    (tmp_path / "a.wav").write_bytes(riff({"alaw": 6, "ulaw": 7}[law], 8, coded))
    assert read_speech(tmp_path / "a.wav") == expected


def test_stereo_at_44100_becomes_mono_at_8000(tmp_path: Path) -> None:
    one = (np.sin(np.arange(44100) * 2 * np.pi * 440 / 44100) * 12000).astype("<i2")
    with wave.open(str(tmp_path / "a.wav"), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(44100)
        out.writeframes(np.repeat(one, 2).tobytes())
    pcm = read_speech(tmp_path / "a.wav")
    assert len(pcm) == 16000
    assert loudness(pcm) == pytest.approx(loudness(TONE), rel=0.05)


@pytest.mark.parametrize("name", ["tone.flac", "tone.mp3", "tone.ogg"])
def test_compressed_stereo_at_16000_becomes_mono_at_8000(name: str) -> None:
    """Half a second of 440 Hz, written by libsndfile."""
    pcm = read_speech(Path(__file__).parent / "sounds" / name)
    assert len(pcm) == pytest.approx(8000, rel=0.3)  # an MP3 is padded to whole frames
    middle = np.frombuffer(pcm, "<i2")[1000:3000]
    assert loudness(middle.tobytes()) == pytest.approx(loudness(TONE), rel=0.1)
    assert np.abs(np.fft.rfft(middle)).argmax() == 440 * 2000 // 8000


def test_a_recording_cut_by_a_kill_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = riff(1, 16, TONE)
    (tmp_path / "a.wav").write_bytes(whole[:40] + b"\xff\xff\xff\xff" + whole[44:9044])
    assert read_speech(tmp_path / "a.wav") == TONE[:9000]


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("text", b"not audio at all", "neither a WAV nor"),
        ("empty", b"", "is empty"),
        ("cut WAV", riff(1, 16, TONE)[:9044], "truncated: 9000 of 16000 bytes of sound"),
        ("cut FLAC", b"fLaC" + bytes(20), "damaged or truncated"),
        ("cut MP3", b"ID3" + bytes(20), "damaged or truncated"),
        ("cut Vorbis", b"OggS" + bytes(20), "damaged or truncated"),
        ("no data", riff(1, 16, b"")[:36], "no audio data"),
        ("nothing inside", riff(1, 16, b""), "holds no audio"),
        ("MP3 in a WAV", riff(85, 16, TONE), "not supported"),
        ("ten channels of nonsense", riff(1, 16, TONE, rate=1), "make no sense"),
    ],
)
def test_a_bad_file_gives_one_line_that_names_it(
    tmp_path: Path, name: str, data: bytes, complaint: str
) -> None:
    (tmp_path / "bad.wav").write_bytes(data)
    with pytest.raises(AudioFileError, match=complaint) as caught:
        read_speech(tmp_path / "bad.wav")
    assert "bad.wav" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_flac_that_was_cut_is_no_shorter_recording(tmp_path: Path) -> None:
    whole = (Path(__file__).parent / "sounds" / "tone.flac").read_bytes()
    (tmp_path / "cut.flac").write_bytes(whole[: len(whole) * 6 // 10])
    with pytest.raises(AudioFileError, match=r"truncated: 0\.\d of 0\.5 s"):
        read_speech(tmp_path / "cut.flac")


def test_forty_minutes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "long.wav").write_bytes(riff(1, 16, bytes(40 * 60 * 16000)))
    with pytest.raises(AudioFileError, match="40 minutes"):
        read_speech(tmp_path / "long.wav")

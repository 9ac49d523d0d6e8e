"""Audio files -> 8 kHz 16-bit mono PCM. Reads RIFF/WAVE (PCM 8 to 32 bit, float, A-law, mu-law),
FLAC, MP3 and Ogg Vorbis.

Any rate and any number of channels are converted (channels are averaged). The standard library's
`wave` refuses G.711, which is what telephones record; miniaudio decodes what is compressed, and it
refuses WAV files that a killed recorder left.
"""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import Callable
from math import gcd
from pathlib import Path

import miniaudio
import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from ivr.ports import SAMPLE_RATE

LONGEST_SECONDS = 600.0
SUFFIXES = (".wav", ".flac", ".mp3", ".ogg")

_EXTENSIBLE = 0xFFFE


class AudioFileError(ValueError):
    """A file that cannot be used, in one line that names it."""


def read_speech(path: Path) -> bytes:
    """The file as 8 kHz s16le mono. Raises AudioFileError."""
    try:
        size = path.stat().st_size
        if size > 256 << 20:
            raise AudioFileError(f"{path}: {size >> 20} MB is too large for one utterance")
        data = path.read_bytes()
    except OSError as error:
        raise AudioFileError(f"{path}: cannot be read: {error.strerror or error}") from error
    if not data:
        raise AudioFileError(f"{path}: is empty")
    samples, rate = _decode(path, data)
    if len(samples) == 0:
        raise AudioFileError(f"{path}: holds no audio")
    _check_length(path, len(samples) / rate)
    if rate != SAMPLE_RATE:
        common = gcd(rate, SAMPLE_RATE)
        samples = resample_poly(samples, SAMPLE_RATE // common, rate // common)
    return bytes((np.clip(samples, -1.0, 32767 / 32768) * 32768).astype("<i2").tobytes())


def _check_length(path: Path, seconds: float) -> None:
    if seconds > LONGEST_SECONDS:
        raise AudioFileError(
            f"{path}: {seconds / 60:.0f} minutes; at most {LONGEST_SECONDS / 60:.0f} are taken"
        )


def write_speech(path: Path, pcm: bytes, channels: int = 1) -> None:
    """8 kHz s16le PCM, its channels interleaved, as a WAV file."""
    path.write_bytes(speech_wav(pcm, channels))


def speech_wav(pcm: bytes, channels: int = 1) -> bytes:
    """What `write_speech` writes."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(pcm)
    return file.getvalue()


def _decode(path: Path, data: bytes) -> tuple[NDArray[np.float64], int]:
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return _compressed(path, data)
    layout: tuple[int, int, int, int] | None = None
    at = 12
    while at + 8 <= len(data):
        name, length = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        body = data[at + 8 : at + 8 + length]
        if name == b"fmt ":
            if len(body) < 16:
                raise AudioFileError(f"{path}: truncated header")
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
            if kind == _EXTENSIBLE and len(body) >= 26:
                kind = struct.unpack_from("<H", body, 24)[0]
            layout = (kind, channels, rate, bits)
        elif name == b"data":
            if layout is None:
                break
            # A recorder that was killed leaves a length of 0 or all ones: take what is there.
            if length in (0, 0xFFFFFFFF):
                body = data[at + 8 :]
            elif len(body) < length:
                raise AudioFileError(
                    f"{path}: truncated: {len(body)} of {length} bytes of sound are there"
                )
            return _samples(path, body, *layout), layout[2]
        at += 8 + length + (length & 1)
    raise AudioFileError(f"{path}: truncated: no audio data in it")


def _compressed(path: Path, data: bytes) -> tuple[NDArray[np.float64], int]:
    information = _information_of(data)
    if information is None:
        raise AudioFileError(f"{path}: neither a WAV nor a FLAC, MP3 or Ogg Vorbis file")
    try:
        told = information(data)
        _check_length(path, told.duration)  # before it takes the memory
        decoded = miniaudio.decode(
            data, miniaudio.SampleFormat.FLOAT32, nchannels=1, sample_rate=told.sample_rate
        )
    except miniaudio.MiniaudioError as error:
        raise AudioFileError(f"{path}: damaged or truncated: {error}") from error
    if data[:4] == b"fLaC" and decoded.num_frames < told.num_frames:  # the others do not say it
        there, whole = (each.num_frames / told.sample_rate for each in (decoded, told))
        raise AudioFileError(f"{path}: truncated: {there:.1f} of {whole:.1f} s are there")
    return np.frombuffer(decoded.samples, "<f4").astype(float), int(told.sample_rate)


def _information_of(data: bytes) -> Callable[[bytes], miniaudio.SoundFileInfo] | None:
    """What reads the header of such a file, by its first bytes."""
    information: Callable[[bytes], miniaudio.SoundFileInfo] | None = None
    if data[:4] == b"fLaC":
        information = miniaudio.flac_get_info
    elif data[:4] == b"OggS":
        information = miniaudio.vorbis_get_info
    # An ID3 tag, or the 11 set bits with which every MPEG audio frame begins.
    elif data[:3] == b"ID3" or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0):
        information = miniaudio.mp3_get_info
    return information


def _samples(
    path: Path, body: bytes, kind: int, channels: int, rate: int, bits: int
) -> NDArray[np.float64]:
    if not (1 <= channels <= 16 and 1000 <= rate <= 384000):
        raise AudioFileError(f"{path}: {channels} channels at {rate} Hz make no sense")
    width = bits // 8
    if width == 0:
        raise AudioFileError(f"{path}: {bits} bits a sample make no sense")
    body = body[: len(body) - len(body) % (width * channels)]
    flat: NDArray[np.float64]
    match kind, bits:
        case (1, 8):
            flat = (np.frombuffer(body, "u1").astype(float) - 128) / 128
        case (1, 16):
            flat = np.frombuffer(body, "<i2").astype(float) / 32768
        case (1, 24):
            raw = np.frombuffer(body, "u1").reshape(-1, 3).astype(np.int32)
            joined = (raw[:, 0] << 8) | (raw[:, 1] << 16) | (raw[:, 2] << 24)
            flat = joined.astype(float) / 2**31
        case (1, 32):
            flat = np.frombuffer(body, "<i4").astype(float) / 2**31
        case (3, 32):
            flat = np.frombuffer(body, "<f4").astype(float)
        case (6, 8):
            flat = _from_alaw(np.frombuffer(body, "u1"))
        case (7, 8):
            flat = _from_mulaw(np.frombuffer(body, "u1"))
        case _:
            raise AudioFileError(f"{path}: WAV format {kind} with {bits} bits is not supported")
    if not np.isfinite(flat).all():
        raise AudioFileError(f"{path}: samples that are not numbers")
    mono: NDArray[np.float64] = flat.reshape(-1, channels).mean(axis=1)
    return mono


def _from_alaw(codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """ITU-T G.711 A-law, 8 bit -> -1..1."""
    code = codes.astype(np.int32) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    size = np.where(
        exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0)
    )
    return np.where(code & 0x80, size, -size).astype(float) / 32768


def _from_mulaw(codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """ITU-T G.711 mu-law, 8 bit -> -1..1."""
    code = ~codes.astype(np.int32) & 0xFF
    size = ((((code & 15) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -size, size).astype(float) / 32768

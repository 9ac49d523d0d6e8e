"""The voice that the configuration names."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.ports import VoiceError
from ivr.voices.choice import build_voice


def styles(folder: Path, *names: str) -> Path:
    (folder / "voices").mkdir()
    for name in names:
        (folder / "voices" / f"{name}.bin").touch()
    return folder


async def test_kokoro_by_style_and_speed(tmp_path: Path) -> None:
    folder = styles(tmp_path, "zf_xiaoxiao", "zm_yunjian")
    agent = build_voice("kokoro", folder=folder)
    caller = build_voice("kokoro", style="zm_yunjian", speed=1.0, folder=folder)
    assert agent.name.startswith("kokoro-82m/zf_xiaoxiao/")
    assert caller.name.startswith("kokoro-82m/zm_yunjian/1.00/")
    await agent.aclose()
    await caller.aclose()


async def test_pyttsx3_by_name() -> None:
    voice = build_voice("pyttsx3")
    assert voice.name.startswith("pyttsx3/")
    await voice.aclose()


def test_an_unknown_voice_names_the_known_ones() -> None:
    with pytest.raises(VoiceError, match="no voice is called 'festival'; known: kokoro, pyttsx3"):
        build_voice("festival")


def test_an_unknown_style_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"'zf_nobody'; known: zf_xiaoxiao"):
        build_voice("kokoro", style="zf_nobody", folder=styles(tmp_path, "zf_xiaoxiao"))

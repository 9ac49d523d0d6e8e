"""The real neural voice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ivr.ports import SAMPLE_RATE, VoiceError
from ivr.voices import kokoro
from ivr.voices.kokoro import MODEL, RATE, KokoroModel, KokoroVoice
from ivr.voices.mandarin_reading import Word
from speech_models import is_present

pytestmark = [
    pytest.mark.models,
    pytest.mark.skipif(
        not is_present(MODEL), reason=f"the model is absent: run `ivr models fetch {MODEL}`"
    ),
]


@pytest.fixture(scope="module")
def voice() -> Iterator[KokoroVoice]:
    """One for all tests: it belongs to no event loop."""
    voice = KokoroVoice()
    yield voice
    asyncio.run(voice.aclose())


def seconds(pcm: bytes) -> float:
    return len(pcm) / 2 / SAMPLE_RATE


def bursts(pcm: bytes) -> int:
    """Stretches of sound within 30 dB of the loudest, 80 ms of quiet apart."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    blocks = np.pad(samples, (0, -len(samples) % 80)).reshape(-1, 80)
    loud = (blocks**2).mean(axis=1) > (blocks**2).mean(axis=1).max() / 1000
    places = np.flatnonzero(loud)
    return 1 + int((np.diff(places) > 8).sum())


async def test_a_prompt_becomes_telephone_speech(voice: KokoroVoice) -> None:
    pcm = await voice.synthesise("请问您想挂哪家医院？")
    assert len(pcm) % 2 == 0
    assert 1.2 < seconds(pcm) < 3.5
    samples = np.frombuffer(pcm, "<i2").astype(float)
    assert 1000 < np.sqrt((samples**2).mean()) < 6000
    assert np.abs(samples).max() < 32767


async def test_the_same_text_sounds_the_same(voice: KokoroVoice) -> None:
    assert await voice.synthesise("心内科") == await voice.synthesise("心内科")


async def test_one_digit_is_one_short_sound(voice: KokoroVoice) -> None:
    """十 alone was three bursts of noise before short texts got a full stop."""
    for digit in "幺三十":
        pcm = await voice.synthesise(digit)
        assert 0.2 < seconds(pcm) < 0.9
        assert bursts(pcm) == 1


async def test_figures_are_read_as_they_are_spoken(voice: KokoroVoice) -> None:
    assert await voice.synthesise("12320") == await voice.synthesise("幺二三二零")


async def test_pronunciation_data_changes_the_sound(voice: KokoroVoice) -> None:
    """六合 is lu4 he2 by our data, like the county 陆河, and liu4 he2 without it."""
    assert await voice.synthesise("六合") == await voice.synthesise("陆河")


async def test_a_text_longer_than_the_model_takes_is_spoken_whole(
    voice: KokoroVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is lowered from 508 tokens so that the text need not be a minute long."""
    text = "南京市中西医结合医院，针灸推拿科"
    whole = seconds(await voice.synthesise(text))
    monkeypatch.setattr(kokoro, "_MOST_TOKENS", 30)
    in_pieces = seconds(await voice.synthesise(text))
    # The same words, with pauses between the pieces.
    assert whole <= in_pieces < whole + 4


@pytest.mark.parametrize("text", ["", "，。", "😀"])
async def test_nothing_to_speak_is_a_clear_error(voice: KokoroVoice, text: str) -> None:
    with pytest.raises(VoiceError, match="nothing in this text"):
        await voice.synthesise(text)


async def test_the_event_loop_goes_on_while_it_speaks() -> None:
    """Loading, reading and synthesis all happen elsewhere."""
    voice = KokoroVoice(workers=1)
    speaking = asyncio.create_task(voice.synthesise("南京鼓楼医院"))
    turns = 0
    while not speaking.done():
        await asyncio.sleep(0.001)
        turns += 1
    await voice.aclose()
    # A second of work and more: a loop that waits for it has a handful of turns.
    assert turns > 50


async def test_two_texts_are_spoken_at_once(voice: KokoroVoice) -> None:
    alone = [await voice.synthesise(text) for text in ("骨科", "眼科")]
    together = await asyncio.gather(voice.synthesise("骨科"), voice.synthesise("眼科"))
    assert list(together) == alone


async def test_another_style_is_another_voice_with_another_name(voice: KokoroVoice) -> None:
    caller = KokoroVoice("zm_yunjian", speed=1.0)
    assert caller.name != voice.name
    assert await caller.synthesise("心内科") != await voice.synthesise("心内科")
    await caller.aclose()


async def test_voices_that_are_open_at_once_share_the_model(
    voice: KokoroVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second one would take another 500 MB."""

    def second(*_: object, **__: object) -> KokoroModel:
        raise AssertionError("the model is loaded again")

    await voice.warm()
    monkeypatch.setattr(kokoro, "KokoroModel", second)
    caller = KokoroVoice("zm_yunjian", speed=1.0)
    assert await caller.synthesise("心内科")
    await caller.aclose()


def test_given_syllables_are_spoken_in_any_style_and_speed_by_one_model() -> None:
    """An accent is made by changing the syllables of a reading."""
    model = KokoroModel()
    reading = (Word(("gu3", "ke1")),)
    spoken = {
        (style, speed): np.concatenate(list(model.speak(reading, style, speed)))
        for style, speed in (("zf_xiaoyi", 1.0), ("zm_yunxi", 1.0), ("zm_yunxi", 0.8))
    }
    assert all(0.4 * RATE < len(sound) < 3 * RATE for sound in spoken.values())
    assert len(spoken["zm_yunxi", 0.8]) > len(spoken["zm_yunxi", 1.0])
    with pytest.raises(VoiceError, match="no style is called 'zf_nobody'"):
        list(model.speak(reading, "zf_nobody", 1.0))


async def test_a_closed_voice_says_so() -> None:
    voice = KokoroVoice()
    await voice.aclose()
    await voice.aclose()
    with pytest.raises(VoiceError, match="closed"):
        await voice.synthesise("您好")


def test_an_unknown_style_names_the_known_ones() -> None:
    with pytest.raises(VoiceError, match=r"no style is called 'zf_nobody'.*zf_xiaoxiao"):
        KokoroVoice("zf_nobody")


def test_a_speed_out_of_range_is_refused() -> None:
    with pytest.raises(VoiceError, match="speed"):
        KokoroVoice(speed=3.0)


async def test_a_damaged_model_is_a_clear_error(tmp_path: Path) -> None:
    voices = tmp_path / "voices"
    voices.mkdir()
    (voices / "zf_xiaoxiao.bin").write_bytes(bytes(1024))
    (tmp_path / "kokoro-v1.0.int8.onnx").write_bytes(b"not a model")
    voice = KokoroVoice(folder=tmp_path)
    with pytest.raises(VoiceError, match="cannot be loaded"):
        await voice.synthesise("您好")
    await voice.aclose()


def test_a_missing_model_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_MODELS_DIR", str(tmp_path))
    with pytest.raises(VoiceError, match="ivr models fetch kokoro-82m"):
        KokoroVoice()

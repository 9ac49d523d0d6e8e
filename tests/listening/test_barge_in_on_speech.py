"""Interruptions by synthetic Mandarin speech, over a prompt that the line echoes."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from ivr.listening.barge_in import BargeIn, Interruption
from ivr.listening.echo import EchoDetector
from ivr.listening.voice_activity import WebRtcVoiceActivity
from ivr.ports import VoiceError
from ivr.voices.kokoro import KokoroVoice
from tests.listening.sounds import Wave, at_level, echo_of, joined, mixed, on_the_line, silence

pytestmark = pytest.mark.models

PROMPT = "您好，这里是预约挂号热线，由机器人为您服务，本次通话会录音。请问您想挂哪家医院的号？"


async def spoken(style: str, texts: tuple[str, ...]) -> dict[str, Wave]:
    voice = KokoroVoice(style)
    try:
        return {
            text: np.frombuffer(await voice.synthesise(text), dtype="<i2").astype(float) / 32768
            for text in texts
        }
    finally:
        await voice.aclose()


@pytest.fixture(scope="module")
def speech() -> dict[str, Wave]:
    """What the caller says, and in another voice the prompt."""
    caller = ("嗯。", "对", "不对", "转人工", "等一下", "鼓楼医院")
    try:
        return asyncio.run(spoken("zm_yunjian", caller)) | asyncio.run(
            spoken("zf_xiaoxiao", (PROMPT,))
        )
    except VoiceError as error:
        pytest.skip(f"no speech to test with: {error}")


def interrupts(speech: dict[str, Wave], text: str, *, level: float, echo_loss: float) -> bool:
    prompt = at_level(speech[PROMPT], -20.0)
    said = joined([silence(3.0), at_level(speech[text], level), silence(1.0)])
    caller = mixed(said, echo_of(prompt, loss_db=echo_loss, delay=0.12)[: len(said)])
    detector, echo, barge_in = WebRtcVoiceActivity(), EchoDetector(), BargeIn()
    how: Interruption | None = None
    for received, sent in zip(on_the_line(caller), on_the_line(prompt, -90.0), strict=False):
        echo.played(sent)
        echo.heard(received)
        activity = detector.feed(received)
        how = barge_in.feed(received, activity, echo=activity.voiced and echo.is_echo())
        if how is not None:
            return True
    return False


@pytest.mark.parametrize("echo_loss", [25.0, 80.0])
@pytest.mark.parametrize("text", ["不对", "转人工", "等一下", "鼓楼医院"])
def test_words_interrupt(speech: dict[str, Wave], text: str, echo_loss: float) -> None:
    assert interrupts(speech, text, level=-22.0, echo_loss=echo_loss)


@pytest.mark.parametrize("echo_loss", [25.0, 80.0])
@pytest.mark.parametrize("text", ["嗯。", "对"])
def test_a_bare_syllable_does_not(speech: dict[str, Wave], text: str, echo_loss: float) -> None:
    assert not interrupts(speech, text, level=-22.0, echo_loss=echo_loss)

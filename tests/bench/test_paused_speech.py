"""Speech that is cut where the speaker stops, and joined with other stops."""

from __future__ import annotations

import pytest

from bench.paused_speech import joined, load, synthesise
from ivr.caller.sound_level import from_pcm, to_pcm
from ivr.ports import SAMPLE_RATE
from tests.listening.sounds import joined as in_a_row
from tests.listening.sounds import silence, words


class Parrot:
    """Says every text as made sounds: three syllables a piece, a stop at each comma."""

    name = "parrot"

    async def synthesise(self, text: str) -> bytes:
        waves = [wave for _ in text.split("，") for wave in (words(3), silence(0.25))]
        return to_pcm(in_a_row(waves))

    async def aclose(self) -> None:
        return


def test_pieces_are_joined_with_the_stops_that_are_wanted() -> None:
    pcm, end = joined([words(2), words(3)], [1.5], tail=2.0)
    speech = (len(words(2)) + len(words(3))) / SAMPLE_RATE
    assert end == pytest.approx(speech + 1.5)
    assert len(pcm) / 2 / SAMPLE_RATE == pytest.approx(end + 2.0)


async def test_what_is_said_in_one_breath_is_cut_at_its_stops(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.paused_speech.build_voice", lambda *_, **__: Parrot())
    folder = tmp_path_factory.mktemp("speech")
    text = ("鼓楼", "医院")
    assert await synthesise([text], "zm", 1.0, folder) == 1
    assert await synthesise([text], "zm", 1.0, folder) == 0
    pieces = load(text, "zm", 1.0, folder)
    whole = len(from_pcm(await Parrot().synthesise("鼓楼，医院"))) / SAMPLE_RATE
    assert len(pieces) == 2
    assert sum(map(len, pieces)) / SAMPLE_RATE == pytest.approx(whole - 0.5, abs=0.15)

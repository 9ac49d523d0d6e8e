from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.corpus.rendering import Rendering, SpeechMissing, kept, missing
from bench.corpus.speech import renderings, speech
from bench.corpus.utterances import PITCHES, utterances
from grammars.meaning import Slot
from ivr.audio_file import write_speech
from ivr.ports import SAMPLE_RATE

LARGE, SMALL = utterances("test", Slot.HOSPITAL)[:2]  # the two people of one synthesis
NUMBER = utterances("test", Slot.ID_NUMBER)[0]


def keep(rendering: Rendering, folder: Path, hertz: float = 400, seconds: float = 0.5) -> None:
    """A tone in place of the synthesis."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    file = folder / rendering.file
    file.parent.mkdir(parents=True, exist_ok=True)
    write_speech(file, (8000 * np.sin(2 * np.pi * hertz * time)).astype("<i2").tobytes())


def loudest_hertz(pcm: bytes) -> float:
    spectrum = np.abs(np.fft.rfft(np.frombuffer(pcm, "<i2")))
    return float(spectrum.argmax() * SAMPLE_RATE / (len(pcm) // 2))


def test_two_people_share_one_synthesis(tmp_path: Path) -> None:
    assert (LARGE.pitch, SMALL.pitch) == PITCHES
    assert renderings(LARGE) == renderings(SMALL)
    keep(renderings(LARGE)[0], tmp_path)
    for utterance in (LARGE, SMALL):
        spoken = speech(utterance, tmp_path)
        assert loudest_hertz(spoken) == pytest.approx(400 * utterance.pitch, rel=0.02)
        assert len(spoken) == pytest.approx(8000, rel=0.03)


def test_an_id_number_is_put_together_from_its_pieces_with_pauses(tmp_path: Path) -> None:
    for rendering in renderings(NUMBER):
        keep(rendering, tmp_path)
    spoken = len(speech(NUMBER, tmp_path)) / 2 / SAMPLE_RATE
    pieces = 0.5 * len(renderings(NUMBER))
    groups = NUMBER.text.count("，")
    assert pieces + 0.2 * groups <= spoken * NUMBER.speed * 1.03
    assert spoken * NUMBER.speed <= (pieces + 0.6 * groups) * 1.03


def test_what_is_not_synthesised_yet_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(SpeechMissing, match=r"python -m bench\.corpus make"):
        speech(LARGE, tmp_path)


def test_only_what_is_missing_is_made_and_each_once(tmp_path: Path) -> None:
    one, other = Rendering("骨科", "zm_yunxi", 1.0), Rendering("眼科", "zm_yunxi", 1.0)
    keep(one, tmp_path)
    assert missing([one, other, other], tmp_path) == [other]
    assert kept(one, tmp_path)


@pytest.mark.parametrize(
    "other",
    [
        Rendering("骨科", "zf_xiaoyi", 1.0),
        Rendering("骨科", "zm_yunxi", 0.9),
        Rendering("骨科", "zm_yunxi", 1.0, ("zh-z",)),
        Rendering("眼科", "zm_yunxi", 1.0),
    ],
)
def test_what_sounds_different_is_another_file(other: Rendering) -> None:
    assert other.file != Rendering("骨科", "zm_yunxi", 1.0).file


def test_the_order_of_the_merges_makes_no_difference() -> None:
    there, back = (Rendering("骨科", "zm_yunxi", 1.0, m) for m in (("a", "b"), ("b", "a")))
    assert there.file == back.file

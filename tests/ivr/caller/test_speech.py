from pathlib import Path

import pytest

from ivr.audio_file import AudioFileError, write_speech
from ivr.caller.background import Background
from ivr.caller.case import Answer, Aside, Case
from ivr.caller.speech import NOISE_TAIL, CallerStudio, CallerVoiceError, backgrounds, wanted_speech
from ivr.config import CallerConfig, Config, VoiceConfig
from ivr.ports import SAMPLE_RATE

CONFIG = Config(caller=CallerConfig(style="zm_yunjian"), voice=VoiceConfig(style="zf_xiaoxiao"))
TONE = b"\x10\x27\xf0\xd8" * SAMPLE_RATE  # 2 s


def case(*answers: Answer, voice: str | None = None, noise: Background | None = None) -> Case:
    return Case(name="t", voice=voice, noise=noise, answers={"task": answers})


def test_every_line_is_wanted_once_in_its_callers_voice() -> None:
    twice = case(Answer(say="我要挂号"), Answer(say="我要挂号", after=2.0))
    other = case(Answer(say="挂号"), voice="zm_yunxi")
    assert wanted_speech([twice, other], CONFIG) == {
        "zm_yunjian": ["我要挂号"],
        "zm_yunxi": ["挂号"],
    }


def test_a_caller_has_never_the_agents_voice() -> None:
    with pytest.raises(CallerVoiceError, match="agent's own"):
        wanted_speech([case(Answer(say="挂号"), voice="zf_xiaoxiao")], CONFIG)


def test_people_in_the_room_are_wanted_too() -> None:
    wanted = wanted_speech([case(Answer(say="挂号"), noise=Background.BABBLE)], CONFIG)
    assert len(wanted) > 3
    assert backgrounds(case(Answer(say="号", noise=Background.STREET))) == {Background.STREET}


def test_pieces_with_a_pause_between_them_are_spoken_one_by_one() -> None:
    wanted = wanted_speech([case(Answer(say="三二零，一零六", pause=1.5))], CONFIG)
    assert wanted == {"zm_yunjian": ["三二零", "一零六"]}


def test_a_television_speaks_in_its_own_voice() -> None:
    aside = Aside(kind="television", say="下雨了", voice="zm_yunxi", during="task")
    own = Aside(kind="backchannel", say="嗯", during="date")
    both = Case(name="t", answers={"task": (Answer(say="挂号"),)}, asides=(aside, own))
    wanted = wanted_speech([both], CONFIG)
    assert wanted["zm_yunjian"] == ["挂号", "嗯"]
    assert wanted["zm_yunxi"] == ["下雨了"]


@pytest.mark.models
async def test_where_somebody_speaks_is_known_without_the_time_to_think(tmp_path: Path) -> None:
    write_speech(tmp_path / "yes.wav", bytes(SAMPLE_RATE) + TONE + bytes(SAMPLE_RATE))
    answer = Answer(wav="yes.wav", wait=1.0, noise=Background.STREET)
    async with CallerStudio(CONFIG) as studio:
        spans = await studio.spans(case(answer), tmp_path)
    assert spans[answer] == (1.5, 3.5)


async def sound(folder: Path, answer: Answer) -> bytes:
    write_speech(folder / "yes.wav", TONE)
    async with CallerStudio(CONFIG) as studio:
        sounds = await studio.sounds(case(answer), folder)
    return sounds[answer]


@pytest.mark.models
async def test_a_wav_is_heard_as_it_is_after_the_time_to_think(tmp_path: Path) -> None:
    heard = await sound(tmp_path, Answer(wav="yes.wav", wait=1.5))
    assert heard == bytes(2 * int(1.5 * SAMPLE_RATE)) + TONE


@pytest.mark.models
async def test_noise_is_there_while_the_caller_thinks_and_after_the_last_word(
    tmp_path: Path,
) -> None:
    heard = await sound(
        tmp_path, Answer(wav="yes.wav", wait=1.0, noise=Background.STREET, snr_db=10)
    )
    assert len(heard) == len(TONE) + 2 * int((1.0 + NOISE_TAIL) * SAMPLE_RATE)
    assert any(heard[:SAMPLE_RATE])
    assert any(heard[-SAMPLE_RATE:])


@pytest.mark.models
async def test_a_bad_wav_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match=r"gone\.wav"):
        await sound(tmp_path, Answer(wav="gone.wav"))


@pytest.mark.models
async def test_a_slow_caller_says_the_same_and_takes_longer() -> None:
    """The engine itself, asked for this speed, puts a syllable of its own before the first."""
    async with CallerStudio(CONFIG) as studio:
        usual, slow = [await studio.say("对的", "zm_yunjian", speed) for speed in (1.0, 0.75)]
    assert len(slow) == pytest.approx(len(usual) / 0.75, rel=0.02)

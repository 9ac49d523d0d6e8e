"""The mouth of a call: one fragment ahead, barge-in, the caller's rate, failing voices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialogs.commands import Fragment, Say
from ivr.ports import SILENCE
from ivr.voices.fragment_store import RenderedFragments
from ivr.voices.playback import PlayedFrame
from ivr.voices.speaker import Listener, Speaker, SpeechFault
from ivr.voices.stretch import gain, stretch
from tests.voices.tone_voice import ToneVoice, sound_of


class Call:
    """A speaker over a voice, with what it reported."""

    def __init__(self, folder: Path, *, held: bool = False, **options: Any) -> None:
        self.voice = ToneVoice(held=held)
        self.spare = ToneVoice("spare")
        self.reported: list[str] = []
        self.faults: list[SpeechFault] = []
        self.speaker = Speaker(
            RenderedFragments(self.voice, folder),
            fallback=RenderedFragments(self.spare, folder),
            on_started=lambda: self.reported.append("started"),
            on_finished=lambda: self.reported.append("finished"),
            on_fault=self.faults.append,
            **options,
        )

    def say(self, *fragments: Fragment | str, barge_in: bool = True) -> None:
        pieces = tuple(Fragment(f) if isinstance(f, str) else f for f in fragments)
        self.speaker.say(Say("test", pieces, barge_in))

    async def frames_until(self, enough: Callable[[PlayedFrame], bool]) -> list[PlayedFrame]:
        """Frames of speech up to the first that is enough; the loop goes on in between."""
        played: list[PlayedFrame] = []
        async with asyncio.timeout(10):
            while True:
                frame = self.speaker.next_frame()
                if frame.speech or frame.mark:
                    played.append(frame)
                if enough(frame):
                    return played
                await asyncio.sleep(0)

    async def play_out(self) -> list[PlayedFrame]:
        return await self.frames_until(lambda _: not self.speaker.speaking)


def heard(frames: list[PlayedFrame]) -> bytes:
    return b"".join(frame.pcm for frame in frames)


async def test_a_sentence_is_spoken_in_order(tmp_path: Path) -> None:
    call = Call(tmp_path)
    call.say("南京鼓楼医院", "心内科", Fragment("上午", mark="period"))
    played = await call.play_out()
    assert heard(played) == b"".join(map(sound_of, ("南京鼓楼医院", "心内科", "上午")))
    assert call.speaker.marks == {"period"}
    assert call.speaker.text_played == "南京鼓楼医院心内科上午"
    assert call.reported == ["started", "finished"]
    await call.speaker.aclose()


async def test_speaking_starts_before_the_rest_is_asked_for(tmp_path: Path) -> None:
    call = Call(tmp_path)
    call.say("一", "二", "三", "四")
    await call.frames_until(lambda frame: frame.speech)
    assert "四" not in call.voice.asked
    await call.play_out()
    assert call.voice.asked == ["一", "二", "三", "四"]
    await call.speaker.aclose()


async def test_late_speech_is_silence_first_and_then_whole(tmp_path: Path) -> None:
    call = Call(tmp_path, held=True)
    call.say("曾医生")
    for _ in range(50):
        assert call.speaker.next_frame() == PlayedFrame(SILENCE)
        await asyncio.sleep(0)
    call.voice.release()
    assert heard(await call.play_out()) == sound_of("曾医生")
    await call.speaker.aclose()


async def test_barge_in_silences_the_next_frame_and_asks_for_nothing_more(tmp_path: Path) -> None:
    call = Call(tmp_path)
    call.say("一", "二", "三", "四", Fragment("五", mark="end"))
    await call.frames_until(lambda frame: frame.speech)
    call.speaker.stop()
    assert call.speaker.next_frame() == PlayedFrame(SILENCE)
    await call.speaker.drained()
    assert not call.speaker.speaking
    call.say("好的")
    assert heard(await call.play_out()) == sound_of("好的")
    assert "四" not in call.voice.asked
    assert call.speaker.marks == frozenset()
    assert call.reported == ["started", "finished"] * 2
    await call.speaker.aclose()


async def test_a_new_sentence_does_not_wait_for_the_one_that_was_stopped(tmp_path: Path) -> None:
    call = Call(tmp_path, held=True)
    call.say("很慢的医生")
    while not call.voice.asked:
        await asyncio.sleep(0)
    call.speaker.stop()
    call.say("好的")
    while "好的" not in call.voice.asked:
        await asyncio.sleep(0)
    call.voice.release()
    assert heard(await call.play_out()) == sound_of("好的")
    await call.speaker.aclose()


async def test_speech_without_barge_in_is_spoken_to_its_end(tmp_path: Path) -> None:
    call = Call(tmp_path)
    call.say("通话会录音", Fragment("您好", mark="told"), barge_in=False)
    call.say("您想挂哪家医院")
    await call.frames_until(lambda frame: frame.speech)
    assert not call.speaker.interruptible
    call.speaker.stop()
    await call.play_out()
    assert call.speaker.marks == {"told"}
    assert call.speaker.text_played == "通话会录音您好"
    await call.speaker.aclose()


async def test_marks_start_anew_after_quiet(tmp_path: Path) -> None:
    call = Call(tmp_path)
    call.say(Fragment("对吗", mark="read_back"))
    await call.play_out()
    assert call.speaker.marks == {"read_back"}
    call.say(Fragment("好的", mark="ack"))
    assert call.speaker.marks == frozenset()
    await call.play_out()
    assert call.speaker.marks == {"ack"}
    await call.speaker.aclose()


async def test_the_callers_rate_and_volume_apply(tmp_path: Path) -> None:
    call = Call(tmp_path, listener=Listener(rate=0.8, gain_db=3.0))
    call.say("心内科")
    expected = gain(stretch(sound_of("心内科"), 0.8), 3.0)
    assert heard(await call.play_out())[: len(expected)] == expected
    await call.speaker.aclose()


async def test_a_change_applies_from_the_next_fragment_on(tmp_path: Path) -> None:
    """Also to the one that is ready but has not begun."""
    call = Call(tmp_path)
    call.say("心内科", "上午", "下午")
    first = await call.frames_until(lambda frame: frame.speech)
    for _ in range(4):
        first += [call.speaker.next_frame()]
        await asyncio.sleep(0)
    call.speaker.change_voice(0.7, 0.0)
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
    played = heard(first + await call.play_out())
    assert played.startswith(sound_of("心内科"))
    slower = len(stretch(sound_of("上午"), 0.7)) + len(stretch(sound_of("下午"), 0.7))
    assert len(played) - len(sound_of("心内科")) == pytest.approx(slower, abs=2 * 320)
    await call.speaker.aclose()


async def test_a_rate_out_of_range_becomes_the_nearest_possible(tmp_path: Path) -> None:
    call = Call(tmp_path)
    call.speaker.change_voice(0.2, 0.0)
    call.say("上午")
    played = heard(await call.play_out())
    assert len(played) == pytest.approx(len(stretch(sound_of("上午"), 0.7)), abs=320)
    await call.speaker.aclose()


async def test_the_fallback_speaks_what_the_voice_cannot(tmp_path: Path) -> None:
    call = Call(tmp_path)
    call.voice.unspeakable = {"骨科"}
    call.say("南京", Fragment("骨科", mark="department"))
    assert heard(await call.play_out()) == sound_of("南京") + sound_of("骨科")
    assert call.spare.asked == ["骨科"]
    assert call.faults == [SpeechFault(2, lost=False, reason="this text cannot be spoken")]
    assert call.speaker.marks == {"department"}
    await call.speaker.aclose()


async def test_a_fragment_that_nobody_can_speak_is_left_out(tmp_path: Path) -> None:
    call = Call(tmp_path)
    call.voice.unspeakable = call.spare.unspeakable = {"骨科"}
    call.say("南京", Fragment("骨科", mark="department"), Fragment("上午", mark="period"))
    assert heard(await call.play_out()) == sound_of("南京") + sound_of("上午")
    assert call.speaker.marks == {"period"}
    assert [fault.lost for fault in call.faults] == [True]
    await call.speaker.aclose()


async def test_a_voice_that_hangs_is_given_up(tmp_path: Path) -> None:
    call = Call(tmp_path, held=True, fragment_limit=0.0)
    call.say("骨科")
    await call.play_out()
    assert [fault.lost for fault in call.faults] == [True]
    assert "not made within" in call.faults[0].reason
    await call.speaker.drained()
    await call.speaker.aclose()


async def test_personal_speech_leaves_no_file(tmp_path: Path) -> None:
    call = Call(tmp_path)
    call.say(Fragment("二七三幺", personal=True))
    played = await call.play_out()
    assert all(frame.personal for frame in played)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
    await call.speaker.aclose()


async def test_a_fault_does_not_name_the_text(tmp_path: Path) -> None:
    call = Call(tmp_path)
    call.voice.unspeakable = call.spare.unspeakable = {"二七三幺"}
    call.say(Fragment("二七三幺", personal=True))
    await call.play_out()
    assert "二七三幺" not in repr(call.faults)
    await call.speaker.aclose()


async def test_a_closed_mouth_is_quiet_and_leaves_no_task(tmp_path: Path) -> None:
    call = Call(tmp_path, held=True)
    call.say("骨科", barge_in=False)
    waiting = asyncio.create_task(call.speaker.drained())
    while not call.voice.asked:
        await asyncio.sleep(0)
    await call.speaker.aclose()
    await waiting
    call.say("好的")
    assert call.speaker.next_frame() == PlayedFrame(SILENCE)
    assert [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "speaker"] == []
    await call.speaker.aclose()


async def test_an_empty_fragment_only_carries_its_mark(tmp_path: Path) -> None:
    call = Call(tmp_path)
    call.say(Fragment("", mark="end"))
    assert [frame.mark for frame in await call.play_out()] == ["end"]
    assert call.voice.asked == []
    await call.speaker.aclose()

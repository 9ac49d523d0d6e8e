"""The mouth's pure core: frames, order, marks, barge-in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.commands import Fragment
from ivr.ports import FRAME_BYTES, SILENCE
from ivr.voices.playback import MASK, PlaybackQueue, PlayedFrame


def speech(frames: int, value: int = 7) -> bytes:
    return bytes([value, 1]) * (160 * frames)


def play(queue: PlaybackQueue, frames: int) -> list[PlayedFrame]:
    return [queue.next_frame() for _ in range(frames)]


def play_out(queue: PlaybackQueue, limit: int = 2000) -> list[PlayedFrame]:
    played = []
    while not queue.drained:
        played.append(queue.next_frame())
        assert len(played) < limit
    return played


def test_silence_when_there_is_nothing_to_say() -> None:
    queue = PlaybackQueue()
    assert queue.next_frame() == PlayedFrame(SILENCE)
    assert queue.drained
    assert not queue.playing


def test_a_fragment_plays_and_its_mark_comes_with_its_last_frame() -> None:
    queue = PlaybackQueue()
    queue.fill(queue.reserve(Fragment("上午", mark="period")), speech(3))
    played = play(queue, 3)
    assert [frame.mark for frame in played] == [None, None, "period"]
    assert b"".join(frame.pcm for frame in played) == speech(3)
    assert queue.drained
    assert queue.marks == {"period"}


def test_the_last_frame_is_padded_with_silence() -> None:
    queue = PlaybackQueue()
    queue.fill(queue.reserve(Fragment("三", mark="digit")), speech(1)[:100])
    frame = queue.next_frame()
    assert frame.pcm == speech(1)[:100] + bytes(FRAME_BYTES - 100)
    assert frame.mark == "digit"


def test_the_first_plays_while_the_next_is_being_made() -> None:
    queue = PlaybackQueue()
    first, second = queue.reserve(Fragment("南京鼓楼医院")), queue.reserve(Fragment("心内科"))
    queue.fill(first, speech(2, 1))
    assert [f.pcm for f in play(queue, 2)] == [speech(1, 1)] * 2
    assert play(queue, 3) == [PlayedFrame(SILENCE)] * 3
    assert not queue.drained
    queue.fill(second, speech(1, 2))
    assert queue.next_frame().pcm == speech(1, 2)


def test_pcm_that_comes_out_of_order_plays_in_order() -> None:
    queue = PlaybackQueue()
    first, second = queue.reserve(Fragment("一")), queue.reserve(Fragment("二"))
    queue.fill(second, speech(1, 2))
    assert not queue.next_frame().speech
    queue.fill(first, speech(1, 1))
    assert [f.pcm for f in play(queue, 2)] == [speech(1, 1), speech(1, 2)]


def test_the_pause_after_a_fragment_follows_its_mark() -> None:
    queue = PlaybackQueue()
    queue.fill(queue.reserve(Fragment("你好", mark="end", pause_after=0.06)), speech(1))
    played = play_out(queue)
    assert [frame.mark for frame in played] == ["end", None, None, None]
    assert [frame.speech for frame in played] == [True, False, False, False]


def test_barge_in_silences_the_very_next_frame() -> None:
    queue = PlaybackQueue()
    queue.fill(queue.reserve(Fragment("南京鼓楼医院", mark="hospital")), speech(10))
    waiting = queue.reserve(Fragment("心内科", mark="department"))
    play(queue, 5)
    queue.clear()
    assert queue.next_frame() == PlayedFrame(SILENCE)
    assert queue.drained
    assert queue.marks == frozenset()
    assert not queue.fill(waiting, speech(1))
    assert queue.next_frame() == PlayedFrame(SILENCE)


def test_speech_that_may_not_be_interrupted_plays_on() -> None:
    queue = PlaybackQueue()
    queue.fill(queue.reserve(Fragment("通话会录音", mark="told"), barge_in=False), speech(3))
    queue.fill(queue.reserve(Fragment("您想挂哪家医院")), speech(3))
    queue.next_frame()
    assert not queue.interruptible
    queue.clear()
    assert [frame.mark for frame in play_out(queue)] == [None, "told"]
    assert queue.interruptible


def test_a_lost_line_clears_even_that() -> None:
    queue = PlaybackQueue()
    queue.fill(queue.reserve(Fragment("通话会录音"), barge_in=False), speech(3))
    queue.clear(everything=True)
    assert queue.drained


def test_a_fragment_that_cannot_be_spoken_is_skipped_and_never_counts_as_played() -> None:
    queue = PlaybackQueue()
    lost = queue.reserve(Fragment("曾医生", mark="doctor", pause_after=0.5))
    queue.fill(queue.reserve(Fragment("上午", mark="period")), speech(1))
    queue.skip(lost)
    assert [frame.mark for frame in play_out(queue)] == ["period"]
    assert queue.marks == {"period"}


def test_a_skipped_fragment_takes_no_pcm() -> None:
    queue = PlaybackQueue()
    lost = queue.reserve(Fragment("曾医生"))
    queue.skip(lost)
    assert not queue.fill(lost, speech(1))
    assert queue.drained


def test_other_pcm_is_taken_until_the_fragment_begins() -> None:
    queue = PlaybackQueue()
    ticket = queue.reserve(Fragment("好的"))
    assert queue.fill(ticket, speech(2, 1))
    assert queue.waiting == 1
    assert queue.fill(ticket, speech(3, 2))
    assert queue.next_frame().pcm == speech(1, 2)
    assert queue.playing
    assert not queue.fill(ticket, speech(2, 1))
    queue.skip(ticket)
    assert [f.pcm for f in play_out(queue)] == [speech(1, 2)] * 2


def test_personal_speech_is_flagged_frame_by_frame_and_masked_in_the_text() -> None:
    queue = PlaybackQueue()
    queue.fill(queue.reserve(Fragment("尾号是", pause_after=0.02)), speech(1))
    queue.fill(queue.reserve(Fragment("二七三幺", personal=True, pause_after=0.02)), speech(1))
    assert [frame.personal for frame in play_out(queue)] == [False, False, True, True]
    assert queue.text_played == "尾号是" + MASK * 4


def test_the_text_played_counts_the_fragment_in_progress_by_its_share() -> None:
    queue = PlaybackQueue()
    queue.fill(queue.reserve(Fragment("好的。")), speech(2))
    queue.fill(queue.reserve(Fragment("南京鼓楼医院")), speech(6))
    play(queue, 5)
    assert queue.text_played == "好的。南京鼓"
    queue.clear()
    assert queue.text_played == "好的。南京鼓"
    queue.forget_played()
    assert queue.text_played == ""


def test_an_empty_fragment_is_one_silent_frame_with_its_mark() -> None:
    queue = PlaybackQueue()
    queue.fill(queue.reserve(Fragment("", mark="end")), b"")
    assert play_out(queue) == [PlayedFrame(SILENCE, mark="end")]


def test_half_a_sample_is_refused() -> None:
    queue = PlaybackQueue()
    ticket = queue.reserve(Fragment("一"))
    with pytest.raises(ValueError, match="half a sample"):
        queue.fill(ticket, b"\x00\x00\x00")


sizes = st.lists(st.integers(0, 1200), min_size=1, max_size=8)


@given(samples=sizes, late=st.integers(0, 30), pauses=st.lists(st.integers(0, 3)))
def test_nothing_is_lost_and_every_frame_is_20_ms(
    samples: list[int], late: int, pauses: list[int]
) -> None:
    """However late the PCM comes, all of it is played, in order, and every mark once."""
    queue = PlaybackQueue()
    pieces = [bytes([n + 1, 0]) * size for n, size in enumerate(samples)]
    tickets = []
    for n, _ in enumerate(pieces):
        pause = pauses[n] * 0.02 if n < len(pauses) else 0.0
        tickets.append(queue.reserve(Fragment(f"片{n}", mark=f"m{n}", pause_after=pause)))
    played: list[PlayedFrame] = []
    for ticket, piece in zip(tickets, pieces, strict=True):
        played += play(queue, late)
        assert queue.fill(ticket, piece)
    played += play_out(queue)
    assert all(len(frame.pcm) == FRAME_BYTES for frame in played)
    heard = b"".join(frame.pcm for frame in played).replace(b"\x00\x00", b"")
    assert heard == b"".join(pieces)
    assert [frame.mark for frame in played if frame.mark] == [f"m{n}" for n in range(len(pieces))]
    assert queue.text_played == "".join(f"片{n}" for n in range(len(pieces)))


@given(
    frames=st.lists(st.integers(1, 10), min_size=1, max_size=6),
    until=st.integers(0, 60),
)
def test_barge_in_at_any_moment_keeps_only_what_was_played(frames: list[int], until: int) -> None:
    queue = PlaybackQueue()
    for n, count in enumerate(frames):
        queue.fill(queue.reserve(Fragment("字" * count, mark=f"m{n}")), speech(count))
    played = play(queue, until)
    queue.clear()
    assert queue.next_frame() == PlayedFrame(SILENCE)
    assert queue.drained
    assert queue.marks == {frame.mark for frame in played if frame.mark}
    assert len(queue.text_played) == min(until, sum(frames))

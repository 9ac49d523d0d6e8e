"""Rendered fragments: memory, disk, engine; once per text; personal text leaves no trace."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ivr.ports import VoiceError
from ivr.voices.fragment_store import RenderedFragments
from tests.voices.tone_voice import ToneVoice, sound_of


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


async def a_turn_of_the_loop(store: RenderedFragments, voice: ToneVoice, asked: int) -> None:
    """Let the store go on until the voice has been asked for so many texts."""
    del store
    while len(voice.asked) < asked:
        await asyncio.sleep(0)


async def test_a_text_is_made_once_and_then_remembered(tmp_path: Path) -> None:
    voice = ToneVoice()
    store = RenderedFragments(voice, tmp_path)
    assert await store.pcm("心内科") == sound_of("心内科")
    assert await store.pcm("心内科") == sound_of("心内科")
    assert voice.asked == ["心内科"]


async def test_the_next_process_finds_it_on_disk(tmp_path: Path) -> None:
    await RenderedFragments(ToneVoice(), tmp_path).pcm("心内科")
    voice = ToneVoice()
    store = RenderedFragments(voice, tmp_path)
    assert await store.is_kept("心内科")
    assert not await store.is_kept("骨科")
    assert await store.pcm("心内科") == sound_of("心内科")
    assert voice.asked == []


async def test_another_voice_or_another_reading_is_another_fragment(tmp_path: Path) -> None:
    await RenderedFragments(ToneVoice("one"), tmp_path).pcm("六合")
    other_voice = ToneVoice("two")
    await RenderedFragments(other_voice, tmp_path).pcm("六合")
    assert other_voice.asked == ["六合"]
    mended = ToneVoice("one")
    await RenderedFragments(mended, tmp_path, reading=lambda t: t + "[lu4]").pcm("六合")
    assert mended.asked == ["六合"]


async def test_however_many_ask_it_is_made_once(tmp_path: Path) -> None:
    voice = ToneVoice(held=True)
    store = RenderedFragments(voice, tmp_path)
    asking = [asyncio.create_task(store.pcm("曾明华医生")) for _ in range(20)]
    await a_turn_of_the_loop(store, voice, 1)
    voice.release()
    assert set(await asyncio.gather(*asking)) == {sound_of("曾明华医生")}
    assert voice.asked == ["曾明华医生"]


async def test_a_caller_who_hangs_up_stops_nobody_elses_speech(tmp_path: Path) -> None:
    voice = ToneVoice(held=True)
    store = RenderedFragments(voice, tmp_path)
    gone = asyncio.create_task(store.pcm("骨科"))
    stays = asyncio.create_task(store.pcm("骨科"))
    await a_turn_of_the_loop(store, voice, 1)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    voice.release()
    assert await stays == sound_of("骨科")


async def test_what_was_begun_is_kept_even_when_all_have_gone(tmp_path: Path) -> None:
    voice = ToneVoice(held=True)
    store = RenderedFragments(voice, tmp_path)
    gone = asyncio.create_task(store.pcm("骨科"))
    await a_turn_of_the_loop(store, voice, 1)
    gone.cancel()
    voice.release()
    assert await store.pcm("骨科") == sound_of("骨科")
    assert await store.is_kept("骨科")
    assert voice.asked == ["骨科"]


async def test_a_bounded_number_is_made_at_once(tmp_path: Path) -> None:
    voice = ToneVoice(held=True)
    store = RenderedFragments(voice, tmp_path, syntheses=2)
    asking = [asyncio.create_task(store.pcm(f"医生{n}")) for n in range(8)]
    await a_turn_of_the_loop(store, voice, 2)
    voice.release()
    await asyncio.gather(*asking)
    assert voice.most_at_once == 2
    assert len(voice.asked) == 8


async def test_personal_text_leaves_no_trace(tmp_path: Path) -> None:
    voice = ToneVoice()
    store = RenderedFragments(voice, tmp_path)
    assert await store.pcm("二七三幺", keep=False) == sound_of("二七三幺")
    assert files_in(tmp_path) == []
    await store.pcm("二七三幺", keep=False)
    assert voice.asked == ["二七三幺"] * 2


async def test_personal_text_uses_what_is_rendered_already(tmp_path: Path) -> None:
    voice = ToneVoice()
    store = RenderedFragments(voice, tmp_path)
    await store.pcm("三")
    assert await store.pcm("三", keep=False) == sound_of("三")
    assert voice.asked == ["三"]


@pytest.mark.parametrize("damage", [b"", b"RIFF", bytes(400)])
async def test_a_corrupt_file_is_made_again(tmp_path: Path, damage: bytes) -> None:
    store = RenderedFragments(ToneVoice(), tmp_path)
    await store.pcm("心内科")
    store.file_of("心内科").write_bytes(damage)
    voice = ToneVoice()
    again = RenderedFragments(voice, tmp_path)
    assert not await again.is_kept("心内科")
    assert await again.pcm("心内科") == sound_of("心内科")
    assert voice.asked == ["心内科"]
    assert await RenderedFragments(ToneVoice(), tmp_path).is_kept("心内科")


async def test_only_whole_files_are_ever_there(tmp_path: Path) -> None:
    store = RenderedFragments(ToneVoice(), tmp_path)
    for text in ("一", "二", "三"):
        await store.pcm(text)
    assert sorted(files_in(tmp_path)) == sorted(store.file_of(text) for text in ("一", "二", "三"))


async def test_a_disk_that_fails_costs_the_cache_and_not_the_speech(tmp_path: Path) -> None:
    blocked = tmp_path / "rendered"
    blocked.write_text("a file where the folder should be")
    voice = ToneVoice()
    store = RenderedFragments(voice, blocked)
    assert await store.pcm("心内科") == sound_of("心内科")
    assert not await store.is_kept("心内科")


async def test_memory_is_bounded_and_keeps_what_was_used_last(tmp_path: Path) -> None:
    voice = ToneVoice()
    store = RenderedFragments(voice, tmp_path, memory_bytes=2 * len(sound_of("一")))
    for text in ("一", "二", "一", "三"):
        await store.pcm(text)
    for file in files_in(tmp_path):
        file.unlink()
    assert await store.pcm("一") == sound_of("一")
    assert await store.pcm("三") == sound_of("三")
    assert voice.asked == ["一", "二", "三"]
    await store.pcm("二")
    assert voice.asked == ["一", "二", "三", "二"]


async def test_a_failure_reaches_everyone_and_is_not_remembered(tmp_path: Path) -> None:
    voice = ToneVoice()
    voice.unspeakable = {"？"}
    store = RenderedFragments(voice, tmp_path)
    outcomes = await asyncio.gather(store.pcm("？"), store.pcm("？"), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [VoiceError, VoiceError]
    voice.unspeakable = set()
    assert await store.pcm("？") == sound_of("？")


async def test_closing_ends_what_is_being_fetched(tmp_path: Path) -> None:
    voice = ToneVoice(held=True)
    store = RenderedFragments(voice, tmp_path)
    asking = asyncio.create_task(store.pcm("骨科"))
    await a_turn_of_the_loop(store, voice, 1)
    await store.aclose()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert voice.at_once == 0

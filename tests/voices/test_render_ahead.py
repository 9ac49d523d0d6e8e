"""Rendering ahead at set-up: progress, resumable, failures noted."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from ivr.voices.fragment_store import RenderedFragments
from ivr.voices.render_ahead import RenderCounts, RenderProgress, render_ahead
from tests.voices.tone_voice import ToneVoice


async def test_every_missing_text_is_rendered_with_progress(tmp_path: Path) -> None:
    voice, seen = ToneVoice(), list[RenderProgress]()
    ticks = count()
    counts = await render_ahead(
        RenderedFragments(voice, tmp_path),
        ["心内科", "骨科", "心内科", "眼科"],
        seen.append,
        clock=lambda: float(next(ticks)),
    )
    assert counts == RenderCounts(rendered=3, kept=0, failed=())
    assert sorted(voice.asked) == sorted(["心内科", "骨科", "眼科"])
    assert [(p.done, p.total) for p in seen] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert seen[0].seconds_left is None
    assert seen[1].seconds_left is not None
    assert seen[1].seconds_left > 0
    assert seen[-1].seconds_left == 0


async def test_a_second_run_renders_nothing(tmp_path: Path) -> None:
    texts = ["心内科", "骨科"]
    await render_ahead(RenderedFragments(ToneVoice(), tmp_path), texts, lambda _: None)
    voice, seen = ToneVoice(), list[RenderProgress]()
    counts = await render_ahead(RenderedFragments(voice, tmp_path), texts, seen.append)
    assert counts == RenderCounts(rendered=0, kept=2, failed=())
    assert voice.asked == []
    assert seen == [RenderProgress(2, 2, 0.0)]


async def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    await RenderedFragments(ToneVoice(), tmp_path).pcm("骨科")
    voice = ToneVoice()
    store = RenderedFragments(voice, tmp_path)
    counts = await render_ahead(store, ["骨科", "眼科"], lambda _: None)
    assert counts == RenderCounts(rendered=1, kept=1, failed=())
    assert voice.asked == ["眼科"]


async def test_a_text_that_fails_is_noted_and_the_rest_goes_on(tmp_path: Path) -> None:
    voice = ToneVoice()
    voice.unspeakable = {"？"}
    store = RenderedFragments(voice, tmp_path)
    counts = await render_ahead(store, ["？", "骨科"], lambda _: None)
    assert counts == RenderCounts(1, 0, (("？", "this text cannot be spoken"),))


async def test_two_are_made_at_once(tmp_path: Path) -> None:
    voice = ToneVoice(held=True)
    seen = list[RenderProgress]()

    def note(progress: RenderProgress) -> None:
        seen.append(progress)
        voice.release()

    await render_ahead(RenderedFragments(voice, tmp_path), map(str, range(6)), note)
    assert voice.most_at_once <= 2
    assert seen[-1].done == 6

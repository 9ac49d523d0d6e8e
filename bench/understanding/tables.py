"""The printed tables."""

from __future__ import annotations

from collections.abc import Sequence

from bench.understanding.hearing import Heard
from dialogs.policy import Threshold
from ivr.replay.figures import (
    calibration_error,
    character_errors,
    percentile,
    share,
)

HEADER = (
    "| slot | line | n | top-1 % [95%] | top-3 % | accepted, wrong % | asked back % | ECE "
    "| CER % | recognise ms p50/p95 | meaning ms p50/p95 |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)


def row(name: str, condition: str, heard: Sequence[Heard], limits: Threshold) -> str:
    """One slot under one condition. "accepted, wrong": taken as said though it was not;
    "asked back": between the thresholds. Times are CPU milliseconds of one thread."""
    sure = [one.values[0][1] if one.values else 0.0 for one in heard]
    right = [one.right for one in heard]
    wrong = share([s >= limits.accept and not r for s, r in zip(sure, right, strict=True)])
    asked = share([limits.confirm <= s < limits.accept for s in sure])
    answered = [(s, r) for one, s, r in zip(heard, sure, right, strict=True) if one.values]
    error = calibration_error([s for s, _ in answered], [r for _, r in answered])
    letters = sum(len(one.said) for one in heard)
    misspelt = sum(character_errors(_plain(one.said), _plain(one.text)) for one in heard)
    recognising = [1000 * one.recognising for one in heard]
    meaning = [1000 * one.meaning for one in heard]
    return (
        f"| {name} | {condition} | {len(heard)} | {share(right)} "
        f"| {share([one.in_top_three for one in heard]).percent:.1f} | {wrong.percent:.1f} "
        f"| {asked.percent:.1f} | {error:.3f} | {100 * misspelt / letters if letters else 0:.0f} "
        f"| {percentile(recognising, 50):.0f} / {percentile(recognising, 95):.0f} "
        f"| {percentile(meaning, 50):.0f} / {percentile(meaning, 95):.0f} |"
    )


def mistakes(heard: Sequence[Heard], most: int) -> list[str]:
    """The first wrong ones: said, heard, understood."""
    wrong = [one for one in heard if not one.right]
    return [
        f"    {one.id}: {one.said!r} heard {one.text!r}, meant {one.expected}, "
        f"understood {one.values[:2]}"
        for one in wrong[:most]
    ]


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())

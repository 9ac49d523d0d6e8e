"""Words that carry no answer: stripping them, counting the syllables that are left."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from grammars.data_files import fillers_data


@cache
def _longest_first(kind: str) -> tuple[str, ...]:
    data = fillers_data()
    words: Iterable[str] = getattr(data, kind)
    return tuple(sorted(set(words), key=lambda word: (-len(word), word)))


@lru_cache(maxsize=2048)
def carried(row: str) -> tuple[bool, ...]:
    """For each syllable of `row`: does a filler or carrier word explain it?"""
    mask = [False] * len(row)
    at = 0
    while at < len(row):
        word = next((w for w in _longest_first("carriers") if row.startswith(w, at)), "")
        for offset in range(len(word)):
            mask[at + offset] = True
        at += max(1, len(word))
    return tuple(mask)


def strip_fillers(row: str) -> str:
    """`row` (as made by `spoken.plain`) without fillers."""
    kept: list[str] = []
    at = 0
    while at < len(row):
        word = next((w for w in _longest_first("fillers") if row.startswith(w, at)), "")
        if word:
            at += len(word)
        else:
            kept.append(row[at])
            at += 1
    return "".join(kept)


def is_backchannel(row: str) -> bool:
    """Whether `row` is made of 嗯, 啊, 哦 and the like and nothing else."""
    at = 0
    while at < len(row):
        word = next((w for w in _longest_first("backchannels") if row.startswith(w, at)), "")
        if not word:
            return False
        at += len(word)
    return bool(row)


def ends_open(row: str) -> bool:
    """Whether more is to be expected: "我想挂那个", "号码是"."""
    return any(row.endswith(word) for word in fillers_data().open_endings)

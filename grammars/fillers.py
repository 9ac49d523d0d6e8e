"""Words that carry no answer: stripping them, counting the syllables that are left."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from grammars.data_files import fillers_data


@cache
def _words(kind: str) -> re.Pattern[str]:
    data = fillers_data()
    words: Iterable[str] = getattr(data, kind)
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


@lru_cache(maxsize=2048)
def carried(row: str) -> tuple[bool, ...]:
    """For each syllable of `row`: does a filler or carrier word explain it?"""
    mask = [False] * len(row)
    for match in _words("carriers").finditer(row):
        mask[match.start() : match.end()] = [True] * (match.end() - match.start())
    return tuple(mask)


@lru_cache(maxsize=2048)
def everyday(row: str) -> tuple[bool, ...]:
    """For each syllable of `row`: is it part of an everyday word?"""
    mask = [False] * len(row)
    for match in _words("everyday").finditer(row):
        mask[match.start() : match.end()] = [True] * (match.end() - match.start())
    return tuple(mask)


def strip_fillers(row: str) -> str:
    """`row` (as made by `spoken.plain`) without fillers."""
    return _words("fillers").sub("", row)


def is_backchannel(row: str) -> bool:
    """Whether `row` is made of 嗯, 啊, 哦 and the like and nothing else."""
    return bool(row) and not _words("backchannels").sub("", row)


def inserted(row: str) -> list[tuple[int, int]]:
    """Where `row` has words that people put inside a name: 秦淮的那个总院."""
    return [match.span() for match in _words("insertions").finditer(row)]


def words_around() -> tuple[str, ...]:
    """What people put before, behind and inside an answer."""
    data = fillers_data()
    return tuple(dict.fromkeys((*data.fillers, *data.backchannels, *data.carriers)))

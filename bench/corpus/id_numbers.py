"""Invented ID numbers as they are dictated: in groups, each of a few pieces.

Areas and birthdays come from small pools, so that 600 numbers share most of their pieces
and cost the synthesis of little more than their last four digits.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.corpus.chance import number, pick, share
from grammars.id_number import check_character

_AREAS = ("320102", "320106", "320111", "320114", "320121", "340100", "321084", "410325")
_YEARS = {"test": range(1931, 2015, 2), "dev": range(1936, 2014, 7)}
_MONTH_DAYS = {
    "test": tuple(f"{month:02d}{day:02d}" for month in range(1, 13) for day in (3, 11, 18, 27)),
    "dev": ("0105", "0216", "0322", "0409", "0730", "1020", "1112", "1231"),
}
_GROUPINGS = ((6, 4, 4, 4), (6, 8, 4), (3, 3, 4, 4, 4), (18,), (6, 4, 2, 2, 4))
_PIECES = {18: (6, 4, 4, 4), 8: (4, 4)}
_LEADS = ("", "", "我的身份证号是", "身份证号码", "嗯", "号码是")
_NUMERALS = "零一二三四五六七八九"

PAUSE = "，"


def dictated_number(split: str, index: int) -> tuple[str, str]:
    """(its 18 characters, what is said for it): number `index` of a split."""
    key = ("id", split, index)
    born = f"{pick(_YEARS[split], 'year', *key)}{pick(_MONTH_DAYS[split], 'day', *key)}"
    first_17 = f"{pick(_AREAS, 'area', *key)}{born}{number('order', *key) % 1000:03d}"
    digits = first_17 + check_character(first_17)
    one = "一" if share("one", *key) < 0.5 else "幺"
    x_word = "叉" if share("x", *key) < 0.5 else "X"
    words = "".join(x_word if d == "X" else one if d == "1" else _NUMERALS[int(d)] for d in digits)
    groups = _cut(words, pick(_GROUPINGS, "groups", *key))
    lead = _LEADS[number("lead", *key) % len(_LEADS)]
    return digits, PAUSE.join((*((lead,) if lead else ()), *groups))


def pieces(text: str) -> Iterator[tuple[str, float]]:
    """What of a dictated number is synthesised apart, and the seconds of pause after it."""
    for group in text.split(PAUSE):
        parts = list(_cut(group, _PIECES.get(len(group), (len(group),))))
        for part in parts[:-1]:
            yield part, 0.0
        yield parts[-1], round(0.2 + 0.4 * share("pause", text, group), 2)


def _cut(words: str, sizes: tuple[int, ...]) -> Iterator[str]:
    at = 0
    for size in sizes:
        yield words[at : at + size]
        at += size

"""The second thing that proves who calls: a booking code or a birth date, both eight digits.

A code is read out as two groups of four; a birth date is said as digits (一九四五零一零一) or as a
date (四五年一月一号). Which of them was meant is for whoever knows both to say.
"""

from __future__ import annotations

import datetime as dt
import re

from grammars.closed_list import Heard
from grammars.id_speech import Row, dictated, trimmed
from grammars.meaning import Scored
from grammars.numerals import NUMERAL

LENGTH = 8
_PLAIN = 0.95
_LESS_PLAIN = 0.8  # some syllables were written as something else, or mean nothing
_GUESSED_CENTURY = 0.9
_MOSTLY_DIGITS = 0.6
_DATE = re.compile(
    f"(?<![{NUMERAL}])([{NUMERAL}]{{2,4}})年([{NUMERAL}]{{1,3}})月([{NUMERAL}]{{1,3}})"
)
_PART_OF_A_DATE = re.compile("[年月]")
_CENTURIES = ("一九", "二零")
_ODD_MONTHS = {"元月": "一月", "正月": "一月", "腊月": "十二月"}


def hear_proof(found: Heard, so_far: str, today: dt.date) -> tuple[Scored[str], ...]:
    """The digits of the N-best list after `so_far`, best first, at most LENGTH of them.

    A date comes as YYYYMMDD; one that is not whole (一月一号) as nothing. A whole one is said from
    its beginning, whatever was gathered before it.
    """
    top = max(found.confidences, default=1.0) or 1.0
    best: dict[str, float] = {}
    for which, row in enumerate(found.rows):
        faith = found.confidences[which] / top
        for text, sure in _readings(row.text, today):
            gathered = "" if _DATE.search(text) else so_far
            for tokens in map(trimmed, dictated(text, gathered).rows):
                digits = _digits(tokens, gathered)
                if digits:
                    plain = all(token.clear for token in tokens)
                    confidence = faith * sure * (_PLAIN if plain else _LESS_PLAIN)
                    best[digits] = max(best.get(digits, 0.0), round(confidence, 4))
    ranked = sorted(best.items(), key=lambda item: (-len(item[0]), -item[1]))
    return tuple(Scored(digits, sure) for digits, sure in ranked)


def _readings(text: str, today: dt.date) -> list[tuple[str, float]]:
    for odd, usual in _ODD_MONTHS.items():
        text = text.replace(odd, usual)
    date = _DATE.search(text)
    if date is None:
        return [] if _PART_OF_A_DATE.search(text) else [(text, 1.0)]
    year, rest = date[1], f"年{date[2]}月{date[3]}"
    if len(year) > 2:
        return [(year + rest, 1.0)]
    return [
        (century + year + rest, _GUESSED_CENTURY)
        for century in _CENTURIES
        if century == _CENTURIES[0] or _value(year) <= today.year % 100
    ]


def _value(two_digits: str) -> int:
    (tokens,) = dictated(two_digits).rows[:1]
    return int("".join(token.likeliest for token in tokens) or 0)


def _digits(tokens: Row, so_far: str) -> str:
    read = [token for token in tokens if token.countable]
    digits = "".join(token.likeliest for token in read)
    clear = sum(token.clear for token in read)
    if len(digits) <= len(so_far) or len(digits) > LENGTH or "X" in digits:
        return ""
    return digits if clear >= _MOSTLY_DIGITS * len(tokens) else ""

"""A correction that says where it belongs: 最后一位是X, 中间那个是幺九四五, 第三位是零.

It is taken for one only where something stood in that place already: 最后四位是零零幺九 behind
fourteen digits goes on with the number.
"""

from __future__ import annotations

import re
from functools import cache

from grammars import id_number
from grammars.data_files import id_words_data
from grammars.id_speech import digits_said
from grammars.numerals import number

_NUMERAL = "[一二两三四五六七八九十0-9]"
_YEAR = (6, 10)
_BIRTH = (6, 14)
_MOST_WRONG = 0.5  # share of the digits that a correction in the middle may change


def placed_correction(text: str, digits: str) -> str | None:
    """`digits` (a number or its beginning) with the part that `text` (a plain row) corrects; None
    where it names no place, or not one that holds digits already."""
    for place, expression in _expressions().items():
        match = expression.search(text)
        if match is None:
            continue
        new = digits_said(match["digits"])
        count = number(match["count"]) if match["count"] else None
        if not new or (count is not None and place != "nth" and count != len(new)):
            continue
        start = _start(place, digits, new, match)
        if start is not None and 0 <= start <= len(digits) - len(new):
            return digits[:start] + new + digits[start + len(new) :]
    return None


def _start(place: str, digits: str, new: str, match: re.Match[str]) -> int | None:
    whole = len(digits) == id_number.LENGTH
    if place == "nth":
        position = number(match["count"]) or 0
        return len(digits) - position if match["back"] else position - 1
    if place == "beginning":
        return 0
    if place == "end":
        return len(digits) - len(new) if whole else None
    if len(digits) >= _YEAR[1] and len(new) == 4 and new[:2] in ("19", "20"):
        return _YEAR[0]
    if len(digits) >= _BIRTH[1] and len(new) == 8:
        return _BIRTH[0]
    return _most_alike(digits, new)


def _most_alike(digits: str, new: str) -> int | None:
    """Where `new` fits best in the middle, if one place is better than any other."""
    wrong = sorted(
        (sum(a != b for a, b in zip(digits[at:], new, strict=False)), at)
        for at in range(1, len(digits) - len(new))
    )
    if not wrong or wrong[0][0] > _MOST_WRONG * len(new):
        return None
    return wrong[0][1] if len(wrong) == 1 or wrong[0][0] < wrong[1][0] else None


@cache
def _expressions() -> dict[str, re.Pattern[str]]:
    places = id_words_data().places
    said = "(?:[说念报讲]?错了)?(?:不是.{1,4})?(?:应该|应当)?是(?P<digits>.+)$"
    expressions = {
        "nth": re.compile(f"(?P<back>倒数)?第(?P<count>{_NUMERAL}{{1,2}})[位个](?:数字?)?{said}")
    }
    for place, words in places.items():
        named = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        many = f"(?:[那这]?(?P<count>{_NUMERAL})?[几位个段组块]?位?)(?:数字?)?"
        expressions[place] = re.compile(f"(?:{named})的?{many}{said}")
    return expressions

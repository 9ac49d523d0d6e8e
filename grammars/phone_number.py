"""Phone numbers of this country: which digits make one, and what was said of one.

Numbering plan: mobile numbers have 11 digits and begin with 13 to 19; a landline is
an area code (three or four digits that begin with 0) and seven or eight digits, said
with or without the area code (YD/T 1122-2001; ITU-T E.164 list of China). There is no
check digit, so a number that was heard is always read back.
"""

from __future__ import annotations

import re

from grammars.closed_list import Heard
from grammars.id_speech import DIGITS, Row, counted, dictated, trimmed
from grammars.meaning import PhoneNumber, Scored

MOBILE_LENGTH = 11
LONGEST = 12  # 0516 and eight digits

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_WITH_AREA = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[2-9][0-9]{6,7}")
_LOCAL = re.compile(r"[2-9][0-9]{7}")
_BEGINNING = re.compile(
    r"1(?:[3-9][0-9]{0,9})?|0(?:1(?:0(?:[2-9][0-9]*)?)?|[2-9][0-9]*)?|[2-9][0-9]{0,7}"
)
_SURE = 0.9
_PARTLY = 0.8
_WRONG = 0.4  # digits that no number here has
_ONLY_BY_SOUND = 6  # so many syllables that sound like digits are digits


def is_mobile(digits: str) -> bool:
    return bool(_MOBILE.fullmatch(digits))


def is_phone_number(digits: str) -> bool:
    """A whole number: mobile, landline with its area code, or eight digits without."""
    return any(kind.fullmatch(digits) for kind in (_MOBILE, _WITH_AREA, _LOCAL))


def may_begin(digits: str) -> bool:
    """Whether a number can begin with these digits."""
    return len(digits) <= LONGEST and bool(_BEGINNING.fullmatch(digits))


def hear_phone_number(found: Heard, so_far: str) -> tuple[Scored[PhoneNumber], ...]:
    """The number that was said, after the digits `so_far`; whole numbers first, none where no
    digits were said."""
    top = max(found.confidences, default=1.0) or 1.0
    scored: dict[str, float] = {}
    for which, utterance in enumerate(found.rows):
        for order, row in enumerate(dictated(utterance.text, so_far).rows):
            for fewer, digits in enumerate(_readings(trimmed(row), len(so_far))):
                doubt = 0.3 * (1 - found.confidences[which] / top) + 0.05 * (order + (which > 0))
                sure = _sure(digits) - doubt - 0.02 * fewer
                scored[digits] = max(scored.get(digits, 0.0), round(max(sure, 0.0), 4))
    ranked = sorted(scored.items(), key=lambda pair: -pair[1])
    return tuple(
        Scored(PhoneNumber(digits, is_phone_number(digits)), sure) for digits, sure in ranked[:3]
    )


def _readings(row: Row, known: int) -> list[str]:
    """The digits of a row with and without syllables at its ends that only sound like digits
    (手机是一三八: 是 is no four); nothing where the row is no dictation."""
    clear = [at for at, token in enumerate(row) if token.clear]
    said = counted(row) - known
    if counted(row) < 0.6 * len(row) or (len(clear) - known < 1 and said < _ONLY_BY_SOUND):
        return []
    first, last = (clear[0], clear[-1] + 1) if clear else (0, len(row))
    parts = [row, row[first:], row[:last], row[first:last]]
    return list(dict.fromkeys(map(_digits, parts)))


def _sure(digits: str) -> float:
    if is_phone_number(digits):
        return _SURE
    return _PARTLY if may_begin(digits) else _WRONG


def _digits(row: Row) -> str:
    """The digits of a row; a phone number has no X."""
    return "".join(
        min(DIGITS[:10], key=lambda digit: token.costs[DIGITS.index(digit)])
        for token in row
        if token.countable and token.likeliest != "X"
    )

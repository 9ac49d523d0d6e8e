"""Confirmation codes that survive a bad line and an old pair of ears.

Eight digits, read as two groups of four. The alphabet leaves out 1 (yi or yao,
taken for 7) and 9 (jiu, taken for 6 in liu). A code never begins with 0, which
gets lost in writing, and never has the same digit twice running, which gets
lost in hearing. The last digit is a check digit: any one digit heard wrong, and
any two neighbours swapped, give a code that does not exist.

Codes are drawn from a cryptographic source: about 700,000 of them exist, so one
cannot be guessed from another.
"""

from __future__ import annotations

import random
import secrets

LENGTH = 8
DIGITS = "02345678"
SECURE: random.Random = secrets.SystemRandom()
# Multiplication by x in GF(8) modulo x^3 + x + 1, on three bits.
_TIMES_X = (0, 2, 4, 6, 3, 1, 7, 5)


def draw_code(source: random.Random = SECURE, *, length: int = LENGTH) -> str:
    """A code of `length` digits that follows every rule; the caller sees to it that no live
    booking has it."""
    while True:
        body = [source.choice(DIGITS[1:])]
        while len(body) < length - 1:
            body.append(source.choice([digit for digit in DIGITS if digit != body[-1]]))
        code = "".join(body)
        code += _check_digit(code)
        if code[-1] != code[-2]:
            return code


def is_code(text: str) -> bool:
    """Whether `text` can be a code at all (length, digits, check digit)."""
    return (
        len(text) == LENGTH
        and all(digit in DIGITS for digit in text)
        and _check_digit(text[:-1]) == text[-1]
    )


def _check_digit(body: str) -> str:
    """A weighted sum over GF(8), whose elements are the digits' indices.

    The weights run x^7 .. x, the check digit's own is 1: neighbours always
    differ, which is what catches a swap.
    """
    total = 0
    for digit in body:
        total = _TIMES_X[total ^ DIGITS.index(digit)]
    return DIGITS[total]

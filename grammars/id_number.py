"""Resident ID numbers: GB 11643-1999 (ISO 7064 MOD 11-2), birth date, sex, province.

The county (digits 3 to 6) is not checked: codes of abolished counties stay valid
for life. The province (first two digits) is checked against GB/T 2260.
"""

from __future__ import annotations

import datetime as dt

from grammars.data_files import provinces

LENGTH = 18
OLD_LENGTH = 15
FIRST_BIRTH_YEAR = 1900
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def check_character(first_17: str) -> str:
    """The 18th character for 17 digits (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True))
    return _CHECK[total % 11]


def birth_date(digits: str) -> dt.date | None:
    """The birth date in an 18-character or an old 15-digit number; None if there is no such day."""
    text = digits[6:14] if len(digits) == LENGTH else "19" + digits[6:12]
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def is_male(digits: str) -> bool:
    """Sex by the last digit of the sequence number: odd is male."""
    return int(digits[16] if len(digits) == LENGTH else digits[14]) % 2 == 1


def known_province(digits: str) -> bool:
    return digits[:2] in provinces()


def is_valid(digits: str, today: dt.date) -> bool:
    """Whether an 18-character number is well formed: check character, birth date, province."""
    if len(digits) != LENGTH or not digits[:17].isdigit() or not digits.isascii():
        return False
    return (
        known_province(digits)
        and _born_plausibly(digits, today)
        and check_character(digits[:17]) == digits[17]
    )


def is_valid_old(digits: str, today: dt.date) -> bool:
    """Whether 15 digits can be a number of the first generation (no check digit, year 19xx)."""
    return (
        len(digits) == OLD_LENGTH
        and digits.isascii()
        and digits.isdigit()
        and known_province(digits)
        and _born_plausibly(digits, today)
    )


def may_begin(prefix: str, today: dt.date) -> bool:
    """Whether a valid 18-character number can begin with `prefix`."""
    if prefix and not prefix[: LENGTH - 1].isdigit():
        return False  # an X before the end
    if not any(code.startswith(prefix[:2]) for code in provinces()):
        return False
    if len(prefix) > 6:
        year = prefix[6:10]
        first, last = (int(year.ljust(4, filling)) for filling in "09")
        if last < FIRST_BIRTH_YEAR or first > today.year:
            return False
    month, day = prefix[10:12], prefix[12:14]
    if month and not (1 <= int(month) <= 12 if len(month) == 2 else month in "01"):
        return False
    if len(day) == 1 and day not in "0123":
        return False
    return len(prefix) < 14 or _born_plausibly(prefix[:14] + "0000", today)


def next_characters(prefix: str, today: dt.date) -> str:
    """What may follow `prefix` in a valid 18-character number; nothing behind a whole one."""
    if len(prefix) >= LENGTH:
        return ""
    if len(prefix) == LENGTH - 1:
        return check_character(prefix)
    return "".join(digit for digit in "0123456789" if may_begin(prefix + digit, today))


def _born_plausibly(digits: str, today: dt.date) -> bool:
    born = birth_date(digits)
    return born is not None and dt.date(FIRST_BIRTH_YEAR, 1, 1) <= born <= today

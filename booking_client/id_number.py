"""Resident ID numbers (GB 11643-1999): the check that the core makes before it books.

Of the area code only the province is checked: county codes are abolished and
renamed, and most elders were born before theirs began.
"""

from __future__ import annotations

import datetime as dt
import re

# GB 11643-1999, after ISO 7064 MOD 11-2.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
# GB/T 2260 province codes.
_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")


def check_character(first_17: str) -> str:
    """The 18th character for 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def is_valid_id_number(text: str, today: dt.date) -> bool:
    """Whether `text` (18 characters, X in upper case) can be the ID number of someone alive.

    Province, birth date (1900 to `today`) and check character must hold.
    """
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text) or not _PROVINCES.match(text):
        return False
    try:
        born = dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return dt.date(1900, 1, 1) <= born <= today and check_character(text[:17]) == text[17]

"""One spelling for a phone number, so that the same telephone always counts as the same."""

from __future__ import annotations

import re


def normalise_phone(text: str) -> str:
    """Digits only, without the country code 86; empty for a withheld or nameless caller.

    >>> normalise_phone("+86 138-0000-0000")
    '13800000000'
    >>> normalise_phone("anonymous")
    ''
    """
    digits = re.sub(r"[^0-9]", "", text)
    return re.sub(r"^(?:00)?86(?=1[0-9]{10}$|0?[2-9][0-9]{8,10}$)", "", digits)

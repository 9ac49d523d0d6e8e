"""The last four characters of an ID number, which stand for it where the patient is known."""

from __future__ import annotations

import re

from grammars.closed_list import Heard
from grammars.id_speech import Row, dictated, trimmed
from grammars.meaning import Scored

LENGTH = 4
_PLAIN = 0.95
_LESS_PLAIN = 0.8
_MOSTLY_DIGITS = 0.6
# 我就记得后四位: syllables before it would be taken for digits.
_LEAD_IN = re.compile(
    "^[^零〇幺一二三四五六七八九0-9]*?(?:后四[位个]|尾号|末四位)(?:数|数字|号码)?(?:是|就是)?(?=.)"
)


def hear_last_four(found: Heard) -> tuple[Scored[str], ...]:
    """Four characters and no more (零零幺叉, 后四位是七四五八), best first."""
    top = max(found.confidences, default=1.0) or 1.0
    best: dict[str, float] = {}
    for which, row in enumerate(found.rows):
        said = _LEAD_IN.sub("", row.text)
        for tokens in map(trimmed, dictated(said).rows):
            digits = _digits(tokens)
            if digits:
                plain = all(token.clear or token.homophone for token in tokens)
                sure = found.confidences[which] / top * (_PLAIN if plain else _LESS_PLAIN)
                best[digits] = max(best.get(digits, 0.0), round(sure, 4))
    ranked = sorted(best.items(), key=lambda item: -item[1])
    return tuple(Scored(digits, sure) for digits, sure in ranked)


def _digits(tokens: Row) -> str:
    read = [token for token in tokens if token.countable]
    digits = "".join(token.likeliest for token in read)
    sure = sum(token.clear or token.likeliest == "X" for token in read)
    if len(digits) != LENGTH or "X" in digits[:-1] or sure < _MOSTLY_DIGITS * len(tokens):
        return ""
    return digits

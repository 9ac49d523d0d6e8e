"""Take ID numbers out of any text: what stays is at most the last four of a whole number.

An ID number reaches the log as keys, as digits, as digit words (三二零幺…), and
as whatever the recogniser made of them (要 for 幺, 山 for 三). So a character
counts as a digit if it sounds like one, with the sounds that Nanjing merges (l
and n, s and sh, in and ing) taken as the same. Six of them in a row are masked,
with spaces, commas and one garbled character between them allowed; 年, 月, 号,
点 and the like end a row, so dates and times stay.

Nothing is kept of a number that is not whole (under 15 digits): the parts of one
that is spoken 6-4-4-4 would add up to it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from pypinyin import lazy_pinyin

from grammars.meaning import PRIVATE_SLOTS, Slot, Understanding

SHORTEST_MASKED = 6
SURE_DIGITS = 2  # a row of words that only sound like digits (有意思是一…) must be longer
SHORTEST_OF_SOUNDS = 8
SHORTEST_WHOLE = 15  # the old ID numbers; the present ones have 18
MASK = "*"
_KEPT = 4
_DIGITS = frozenset("0123456789Xx〇零一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖")
_BREAKS = frozenset("年月日号点分时刻秒半周星期礼拜元块毛角百千万亿楼层室床位岁第天早晚上下午")
# Digits (two to nine with their telephone names), X as 叉, and 有/优 as heard for 幺.
_SOUNDS = frozenset(
    {"lin", "dong", "yi", "yao", "you", "er", "lian", "san", "si", "wu", "liu", "lu", "qi"}
    | {"guai", "ba", "jiu", "gou", "ca"}
)
_SEPARATORS_IN_A_ROW = 3  # " ， "


def mask_text(text: str, expected: Slot | None = None, *, shortest: int = SHORTEST_MASKED) -> str:
    """`text` with every row of at least `shortest` digits masked; its length does not change.

    If the question was for an ID number or a proof of who calls, and anything in the answer
    sounds like a digit, the whole answer is masked.
    """
    if expected in PRIVATE_SLOTS:
        heard = [place for place, character in enumerate(text) if _like_digit(character)]
        whole = _sure(text, heard) >= SHORTEST_WHOLE
        return _cover(text, set(range(len(text))), heard, whole) if heard else text
    for row in _rows(text):
        digits = [place for place in row if _like_digit(text[place])]
        sure = _sure(text, digits)
        if len(digits) >= (shortest if sure >= SURE_DIGITS else max(shortest, SHORTEST_OF_SOUNDS)):
            text = _cover(text, set(row), digits, whole=sure >= SHORTEST_WHOLE)
    return text


def mask_keys(keys: str, expected: Slot | None = None) -> str:
    """Keys pressed in one turn; masked whole when they are, or may be, part of an ID number, or
    prove who calls."""
    if expected not in PRIVATE_SLOTS and len(keys) < SHORTEST_MASKED:
        return keys
    digits = [place for place, key in enumerate(keys) if key != "#"]
    return _cover(keys, set(digits), digits, whole=len(digits) >= SHORTEST_WHOLE)


def last_four(id_number: str) -> str:
    """How a whole ID number is shown: ``**************123X``; a part of one shows nothing."""
    places = list(range(len(id_number)))
    return _cover(id_number, set(places), places, whole=len(places) >= SHORTEST_WHOLE)


def holds_id_number(texts: tuple[str, ...], understanding: Understanding | None = None) -> bool:
    """Whether any of these texts (the N-best of one utterance) may hold an ID number or a part
    of one, or was understood to. For the recording: see StereoRecorder.utterance_understood."""
    if understanding is not None and (understanding.id_number or _sensitive(understanding.text)):
        return True
    return any(_sensitive(text) for text in texts)


def _sensitive(text: str) -> bool:
    return mask_text(text) != text


def _sure(text: str, places: list[int]) -> int:
    """How many of these are digits and not only sound like one (是 before a number is none)."""
    return sum(_is_digit(text[place]) for place in places)


def _cover(text: str, masked: set[int], digits: list[int], whole: bool) -> str:
    kept = set(digits[-_KEPT:]) if whole else set()
    return "".join(
        MASK if place in masked and place not in kept and not _separates(character) else character
        for place, character in enumerate(text)
    )


def _rows(text: str) -> list[list[int]]:
    """Places of characters that may be digits of one number, with what stands between them."""
    rows: list[list[int]] = []
    row: list[int] = []
    between: list[int] = []
    for place, character in enumerate(text):
        if not _like_digit(character):
            between.append(place)
            continue
        if row and not _joined(text, row[-1], between, place):
            rows.append(row)
            row = []
        row = [*row, *between, place] if row else [place]
        between = []
    return [*rows, row] if row else rows


def _joined(text: str, before: int, between: list[int], after: int) -> bool:
    """Separators join; one garbled character does so between two sure digits."""
    garbled = [text[place] for place in between if not _separates(text[place])]
    if len(between) - len(garbled) > _SEPARATORS_IN_A_ROW:
        return False
    if not garbled:
        return True
    sure = _is_digit(text[before]) and _is_digit(text[after])
    return len(garbled) == 1 and garbled[0] not in _BREAKS and sure


def _separates(character: str) -> bool:
    return unicodedata.category(character)[0] in "ZPC"


def _is_digit(character: str) -> bool:
    plain = unicodedata.normalize("NFKC", character)
    return plain in _DIGITS or plain.isdigit()


@lru_cache(maxsize=8192)
def _like_digit(character: str) -> bool:
    if _is_digit(character):
        return True
    if character in _BREAKS or not "一" <= character <= "鿿":
        return False
    return any(_folded(sound) in _SOUNDS for sound in lazy_pinyin(character))


def _folded(sound: str) -> str:
    for full, merged in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l")):
        if sound.startswith(full):
            sound = merged + sound.removeprefix(full)
            break
    return sound[:-1] if sound.endswith(("ing", "eng", "ang")) else sound

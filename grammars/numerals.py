"""Chinese and Arabic numerals as they are said, to integers (0 to 99,999,999)."""

from __future__ import annotations

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
DIGITS |= {"〇": 0, "幺": 1, "两": 2, "俩": 2, "仨": 3}
UNITS = {"十": 10, "百": 100, "千": 1000}
TENS = {"廿": 20, "卅": 30}
NUMERAL = "0-9零〇一幺二两俩三仨四五六七八九十廿卅百千万"


def number(text: str) -> int | None:
    """The value of a numeral, or None if `text` is not one.

    三十二, 二百零五, 两百五 (= 250), 一万二 (= 12,000), 廿三, 二零二六 (digit by digit),
    32, 3百, and 十 without a leading 一.
    """
    if not text or len(text) > 20:
        return None
    if text.isascii():
        return int(text) if text.isdigit() and len(text) <= 8 else None
    if all(char in DIGITS or char.isdigit() for char in text):
        if len(text) > 8:
            return None
        return int("".join(char if char.isdigit() else str(DIGITS[char]) for char in text))
    head, mark, tail = text.partition("万")
    if mark:
        return _with_ten_thousands(head, tail)
    return _below_ten_thousand(text)


def _with_ten_thousands(head: str, tail: str) -> int | None:
    high = _below_ten_thousand(head)
    if high is None:
        return None
    if not tail:
        return high * 10_000
    if len(tail) == 1 and (short := _digit(tail)) is not None:
        return high * 10_000 + short * 1000
    low = _below_ten_thousand(tail.removeprefix("零"))
    return None if low is None else high * 10_000 + low


def _below_ten_thousand(text: str) -> int | None:
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 4 else None
    total, current, last_unit, zero = 0, None, 10_000, False
    for char in text:
        digit = _digit(char)
        if char in TENS:
            if current is not None or last_unit <= 10:
                return None
            total, last_unit, zero = total + TENS[char], 10, False
        elif digit is not None:
            if digit == 0 and char in "零〇":
                if current is not None:
                    return None
                zero = True
                continue
            if current is not None:
                if not (current < 10 and char.isdigit()):
                    return None
                current = current * 10 + digit
                continue
            current = digit
        elif char in UNITS:
            unit = UNITS[char]
            if unit >= last_unit:
                return None
            if current is None:
                if char != "十":
                    return None
                current = 1
            total, current, last_unit, zero = total + current * unit, None, unit, False
        else:
            return None
    if current is not None:
        if current >= last_unit and last_unit != 10_000:
            return None
        # 两百五 is 250, 两百零五 is 205.
        spoken_short = last_unit >= 100 and last_unit < 10_000 and not zero and current < 10
        total += current * last_unit // 10 if spoken_short else current
    return total


def _digit(char: str) -> int | None:
    return int(char) if char.isascii() and char.isdigit() else DIGITS.get(char)

"""Date words that were misheard are replaced by those they sound like: 大厚天 by 大后天."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from grammars import date_parser
from grammars.closed_list import ClosedList, Heard, Spot
from grammars.corrections import exclusions
from grammars.data_files import dates_data, festivals_data
from grammars.fillers import carried
from grammars.meaning import Candidate
from grammars.spoken import Spoken, spoken

LEAST_LIKENESS = 0.8
_LEAST_LONGER = 0.86  # of three syllables and more
_STRAY_LIKENESS = 0.93  # beside more that is not understood
_CLASS = re.compile("初[一二三四五六七八九十]")  # a lunar day or a year at school, but never 除夕
_NUMERALS = "零一二三四五六七八九十"
_COUNTING = frozenset(_NUMERALS)


def mend(row: Spoken, *, strict: bool) -> tuple[Spoken, float]:
    """The row with misheard date words replaced by those they sound like, and how alike."""
    known = [(s.start, s.end) for s in date_parser.days(row.text, dt.date(2024, 1, 10))]
    known += [(s.start, s.end) for s in date_parser.periods(row.text)]
    known += [(s.start, s.end) for s in date_parser.earliest(row.text)]
    found = Heard((row,), (1.0,))
    loose = carried(row.text)
    said = date_parser.vague_stretches(row.text)
    said += date_parser.no_such_days(row.text, dt.date(2024, 1, 10))
    said += date_parser.working_days(row.text)
    said += exclusions(row)
    said += [match.span() for match in _CLASS.finditer(row.text)]
    changes: list[tuple[int, int, str, float]] = []
    strict_least = 0.93 if strict else 0.0
    for spot in (*_day_phrases().spot(found), *_other_words().spot(found)):
        least = max(strict_least, LEAST_LIKENESS if len(spot.phrase) <= 2 else _LEAST_LONGER)
        if spot.exact or spot.likeness < least or spot.end - spot.start < len(spot.phrase):
            continue
        told = [(start, end) for start, end, _, _ in changes] + known
        beside = sum(
            not carrier and not any(a <= at < b for a, b in [*told, (spot.start, spot.end)])
            for at, carrier in enumerate(loose)
        )
        if beside > spot.end - spot.start and spot.likeness < _STRAY_LIKENESS:
            continue
        if beside > 2 * len(spot.phrase) + 2 and len(spot.phrase) <= 2:
            continue  # 今儿 in 景耳听得城外
        if any(spot.start < end and start < spot.end for start, end, _, _ in changes):
            continue
        if any(spot.start < b and a < spot.end and not _beyond(spot, a, b) for a, b in said):
            continue
        inside = [(a, b) for a, b in known if spot.start < b and a < spot.end]
        if any(a < spot.start or spot.end < b for a, b in inside):
            continue
        rest = [n for n in range(spot.start, spot.end) if not any(a <= n < b for a, b in inside)]
        if rest and all(loose[n] for n in rest):
            continue  # 帮我约 + 二号 is no 五月二号
        if inside and (spot.likeness < 0.9 or len(spot.phrase) < sum(b - a for a, b in inside) + 2):
            continue
        if not inside and len(spot.phrase) <= 2 and strict and len(row.text) > 4:
            continue
        changes.append((spot.start, spot.end, spot.phrase, spot.likeness))
    if not changes:
        return row, 1.0
    text = row.text
    for start, end, phrase, _ in sorted(changes, reverse=True):
        text = text[:start] + phrase + text[end:]
    return spoken(text), min(likeness for *_, likeness in changes)


def _beyond(spot: Spot, start: int, end: int) -> bool:
    """Whether a spot says more than the vague words in it: 下周舞 is 下周五, 下周 no 下午."""
    return spot.start <= start and end <= spot.end and spot.end - spot.start > end - start


def _numeral(value: int) -> str:
    tens, ones = divmod(value, 10)
    if value < 10:
        return _NUMERALS[value]
    return (_NUMERALS[tens] if tens > 1 else "") + "十" + (_NUMERALS[ones] if ones else "")


@cache
def _other_words() -> ClosedList:
    """Parts of the day and "as soon as possible", to be found by sound."""
    data = dates_data()
    words = [word for words in data.periods.values() for word in words] + list(data.earliest)
    return ClosedList((Candidate(word, (word,)) for word in words), words=True)


@cache
def _day_phrases() -> ClosedList:
    """Everything that may be said for a day, as phrases to be found by sound."""
    data = dates_data()
    phrases: list[str] = list(data.relative_days)
    phrases += [
        f"{prefix}{week}{day}"
        for prefix in ("", "这", "这个", "本", "下", "下个", "下下", "下下个")
        for week in data.weekday_words
        for day in "一二三四五六天日"
    ]
    phrases += [f"{prefix}周末" for prefix in ("", "这", "这个", "下", "下个")]
    phrases += [f"{_numeral(day)}号" for day in range(1, 32)]
    phrases += [
        f"{_numeral(month)}月{_numeral(day)}号" for month in range(1, 13) for day in range(1, 32)
    ]
    phrases += [f"{_numeral(month)}月底" for month in range(1, 13)]
    phrases += [f"{p}{_numeral(d)}号" for p in ("下个月", "这个月", "本月") for d in range(1, 32)]
    phrases += ["月底", "下个月初", "下个月底", "下个工作日", "最近的工作日"]
    phrases += [
        name for f in festivals_data().festivals for name in f.names if not set(name) <= _COUNTING
    ]
    return ClosedList(
        (Candidate(phrase, (phrase,)) for phrase in dict.fromkeys(phrases)), words=True
    )

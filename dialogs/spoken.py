"""How names, dates, times, fees and numbers are split into fragments for the ear.

A fragment is a phrase between two pauses. Each kind has few variants, so that
set-up can render all of them ahead (`all_fixed_texts`, `dates_ahead`,
`hospital_texts`); only doctors and unusual fees are made on first use.
Times are spoken on the 12-hour clock because the period of the day comes first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from booking_client.types import Booking, ClinicSession, Hospital
from dialogs.commands import Fragment
from grammars.meaning import DateWish, Period

Fragments = tuple[Fragment, ...]

_DIGITS = "零一二三四五六七八九"
# 1 is said 幺 where digits are read one by one, so that it is not heard as 七.
_SINGLE_DIGITS = {str(value): ("幺" if value == 1 else _DIGITS[value]) for value in range(10)}
_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期天")
_ORDINARY_CLINIC = "普通门诊"
_EARLIEST = "最早的"
_FROM_THEN = "起"
_UNTIL_THEN = "之前"
_FEE = "挂号费"
_ID_TAIL = "身份证尾号"
_ID_GROUPS = (6, 8, 4)
_PARTS_OF_DAY = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))

_PAUSE = 0.12  # between parts of one thing
_GROUP_PAUSE = 0.35  # between groups of digits
_CODE_PAUSE = 0.3  # between digits that are written down


def number(value: int) -> str:
    """0 to 9999 in words: 10 -> 十, 21 -> 二十一, 105 -> 一百零五. Raises ValueError outside."""
    if not 0 <= value <= 9999:
        raise ValueError(f"number out of range: {value}")
    if value < 10:
        return _DIGITS[value]
    words = ""
    skipped = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit == 0:
            skipped = bool(words)
            continue
        words += ("零" if skipped else "") + _DIGITS[digit] + name
        skipped = False
    return words.removeprefix("一") if 10 <= value < 20 else words


def hospital(name: str) -> Fragments:
    """A hospital or campus name; a bracketed part is said after a short pause."""
    return (Fragment(_without_brackets(name), pause_after=_PAUSE),)


def campus(name: str) -> Fragments:
    return hospital(name)


def place(session: ClinicSession, hospitals: Iterable[Hospital]) -> Fragments:
    """The hospital, and the campus where it has more than one."""
    campuses = next((each.campuses for each in hospitals if each.name == session.hospital), None)
    one_place = campuses is not None and len(campuses) <= 1
    return hospital(session.hospital) + (() if one_place else campus(session.campus))


def department(name: str) -> Fragments:
    return (Fragment(name, pause_after=_PAUSE),)


def doctor(name: str | None) -> Fragments:
    """`None` is the ordinary clinic (普通门诊)."""
    return (Fragment(_ORDINARY_CLINIC if name is None else f"{name}医生", pause_after=_PAUSE),)


def day(date: dt.date) -> str:
    """三月十号"""
    return f"{number(date.month)}月{number(date.day)}号"


def weekday(date: dt.date) -> str:
    """星期三"""
    return _WEEKDAYS[date.weekday()]


def date(value: dt.date) -> Fragments:
    """三月十号，星期三"""
    return (Fragment(day(value), pause_after=_PAUSE), Fragment(weekday(value), pause_after=_PAUSE))


def period(value: str) -> Fragments:
    return (Fragment(value, pause_after=_PAUSE),)


def clock(time: dt.time) -> str:
    """九点, 九点半, 两点零五分"""
    hour = time.hour if time.hour <= 12 else time.hour - 12
    words = "两点" if hour == 2 else f"{number(hour)}点"
    if time.minute == 0:
        return words
    if time.minute == 30:
        return f"{words}半"
    return f"{words}{'零' if time.minute < 10 else ''}{number(time.minute)}分"


def band(start: dt.time, end: dt.time) -> Fragments:
    """九点到九点半"""
    return (Fragment(f"{clock(start)}到{clock(end)}", pause_after=_PAUSE),)


def when(session: ClinicSession, start: dt.time, end: dt.time) -> Fragments:
    """三月十号，星期三，上午，九点到九点半"""
    return date(session.date) + period(session.period) + band(start, end)


def booking(value: Booking, hospitals: Iterable[Hospital]) -> Fragments:
    """Where, with whom and when: 南京鼓楼医院，骨科，普通门诊，三月十号 ..."""
    session = value.session
    said = (
        place(session, hospitals)
        + department(session.department)
        + doctor(session.doctor)
        + when(session, value.start, value.end)
    )
    return (*said[:-1], replace(said[-1], pause_after=_GROUP_PAUSE * 2))


def count(value: int) -> Fragments:
    """两个"""
    return (Fragment("两个" if value == 2 else f"{number(value)}个"),)


def fee(yuan: int) -> Fragments:
    """挂号费，二十元"""
    amount = "两元" if yuan == 2 else f"{number(yuan)}元"
    return (Fragment(_FEE), Fragment(amount, pause_after=_PAUSE))


def wish(value: DateWish) -> Fragments:
    """What was understood of a date wish: 三月十号，星期三，上午 / 最早的 / 上午 / 三月十号起."""
    spoken: Fragments = ()
    if value.date is not None:
        spoken += date(value.date)
    elif value.not_before or value.not_after:
        if value.not_before is not None:
            spoken += (Fragment(day(value.not_before)), Fragment(_FROM_THEN, pause_after=_PAUSE))
        if value.not_after is not None:
            spoken += (Fragment(day(value.not_after)), Fragment(_UNTIL_THEN, pause_after=_PAUSE))
    elif value.earliest:
        spoken += (Fragment(_EARLIEST, pause_after=_PAUSE),)
    if value.period is not None:
        spoken += period(value.period.value)
    return spoken


def digit(character: str) -> str:
    """One digit or letter as it is said: 1 -> 幺, X -> 叉."""
    if character == "X":
        return "叉"
    return _SINGLE_DIGITS.get(character, character.upper())


def code(value: str) -> Fragments:
    """A confirmation code for writing down: one character at a time, a longer rest every four."""
    return tuple(
        Fragment(
            digit(character),
            pause_after=_GROUP_PAUSE * 2 if (index + 1) % 4 == 0 else _CODE_PAUSE,
        )
        for index, character in enumerate(value)
    )


def ticket_number(value: str) -> Fragments:
    """A ticket's number for writing down: one digit at a time, a longer rest after the third."""
    return tuple(
        Fragment(
            digit(character),
            pause_after=_GROUP_PAUSE * 2 if index in (2, len(value) - 1) else _CODE_PAUSE,
        )
        for index, character in enumerate(value)
    )


def id_number(digits: str) -> Fragments:
    """An ID number, or its first digits, in the grouping people use: 6-8-4, digit by digit."""
    ends = {sum(_ID_GROUPS[: count + 1]) for count in range(len(_ID_GROUPS))}
    return tuple(
        Fragment(
            digit(character),
            personal=True,
            pause_after=_GROUP_PAUSE if index + 1 in ends else 0.0,
        )
        for index, character in enumerate(digits)
    )


def id_digits(digits: str) -> Fragments:
    """Some digits of an ID number, without grouping."""
    return tuple(
        Fragment(digit(each), personal=True, pause_after=_PAUSE if index == len(digits) - 1 else 0)
        for index, each in enumerate(digits)
    )


def id_tail(digits: str) -> Fragments:
    """身份证尾号, and the last four digits."""
    return (Fragment(_ID_TAIL), *id_digits(digits[-4:]))


def phone_number(digits: str) -> Fragments:
    """A phone number in the grouping people use: 3-4-4, a landline area code and 4-4."""
    groups = _phone_groups(digits)
    return tuple(
        Fragment(
            digit(character),
            personal=True,
            pause_after=_GROUP_PAUSE if place == len(group) - 1 else 0.0,
        )
        for group in groups
        for place, character in enumerate(group)
    )


def _phone_groups(digits: str) -> tuple[str, ...]:
    if digits.startswith("0"):
        area = 3 if digits[1] in "12" else 4
        groups = (digits[:area], digits[area:-4], digits[-4:])
    else:
        groups = (digits[:-8], digits[-8:-4], digits[-4:])
    return tuple(group for group in groups if group)


def time_of_day(time: dt.time) -> Fragments:
    """上午十点, 下午两点半: with the part of the day, before six it is 凌晨."""
    part = next(name for until, name in _PARTS_OF_DAY if time.hour < until)
    return (Fragment(part), Fragment(clock(time), pause_after=_PAUSE))


def words(text: str) -> Fragments:
    return (Fragment(text, pause_after=_PAUSE),)


def texts(fragments: Iterable[Fragment]) -> tuple[str, ...]:
    return tuple(fragment.text for fragment in fragments)


def hospital_texts(value: Hospital) -> tuple[str, ...]:
    """Every text that naming this hospital and its campuses needs."""
    names = (value.name, *value.campuses)
    return tuple(dict.fromkeys(_without_brackets(name) for name in names))


def department_texts(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names))


def dates_ahead(today: dt.date, days: int) -> tuple[str, ...]:
    """The days that can be spoken in the coming `days` days, today first."""
    return tuple(day(today + dt.timedelta(days=offset)) for offset in range(days + 1))


def all_fixed_texts() -> tuple[str, ...]:
    """Digits, weekdays, periods, half-hour bands and set phrases, for rendering ahead."""
    bands: list[str] = []
    for first, last in (("08:00", "12:00"), ("13:00", "20:00")):
        start = dt.datetime.fromisoformat(f"2000-01-01T{first}")
        while start.time() < dt.time.fromisoformat(last):
            end = start + dt.timedelta(minutes=30)
            bands.append(band(start.time(), end.time())[0].text)
            start = end
    everything = (
        *(digit(character) for character in "0123456789X"),
        *_WEEKDAYS,
        *(each.value for each in Period),
        *bands,
        _ORDINARY_CLINIC,
        _EARLIEST,
        _FROM_THEN,
        _UNTIL_THEN,
        _FEE,
        _ID_TAIL,
    )
    return tuple(dict.fromkeys(everything))


def _without_brackets(name: str) -> str:
    for bracket in "(（":
        name = name.replace(bracket, "，")
    return name.rstrip(")）").replace(")", "，").replace("）", "，")

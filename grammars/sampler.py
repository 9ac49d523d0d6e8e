"""Sentences made from the data files, the same for the same seed: for tests, synthetic speech
and the recogniser's bias. `misheard` writes them as a recogniser might.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from pypinyin import Style, pinyin

from grammars.calendar_rules import festival_day, last_day
from grammars.data_files import (
    commands_data,
    confirm_data,
    dates_data,
    departments_data,
    festivals_data,
    hospitals_data,
    ordinals_data,
    patterns_data,
    tasks_data,
)
from grammars.data_models import Clinic, Place
from grammars.id_number import check_character
from grammars.meaning import Period, Slot
from grammars.sound import syllable_cost
from grammars.spoken import readings_of

_NUMERALS = "零一二三四五六七八九"
_AREAS = ("320102", "320104", "320105", "320106", "320111", "320113", "320114", "320115", "340100")
_GROUPS = ((6, 4, 4, 4), (6, 8, 4), (3, 3, 4, 4, 4), (18,), (6, 4, 2, 2, 4))


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence, the slot it answers, and what it must be understood as.

    `value` is what `parse_result` reports: a canonical name, the characters of an
    ID number, yes or no, a command, a task, or {date, session}.
    """

    slot: Slot
    sentence: str
    value: object


@dataclass(frozen=True, slots=True)
class Wording:
    """What callers say for a value, without a sentence around it. `alone`: it means that only
    when it is all that is said."""

    said: str
    value: object
    alone: bool = False


def wordings(slot: Slot, today: dt.date, names: Sequence[str] = ()) -> Iterator[Wording]:
    """Everything in the data that means one value of `slot` and only that one.

    `names` are the doctors, or the entries that were read out for a choice; dates are
    those of the next 40 days. Raises KeyError for a slot without wordings.
    """
    match slot:
        case Slot.HOSPITAL:
            yield from _names_of(hospitals_data().hospitals)
        case Slot.DEPARTMENT:
            yield from _names_of(departments_data().departments)
        case Slot.DOCTOR:
            yield from (Wording(name, name) for name in names)
        case Slot.CHOICE:
            yield from _choices(names)
        case Slot.DATE:
            yield from _dates(today)
        case Slot.CONFIRM:
            data = confirm_data()
            yield from (Wording(said, "yes") for said in (*data.affirm, *data.affirm_alone))
            yield from (Wording(said, "no") for said in data.deny)
        case Slot.COMMAND:
            for entry in commands_data().commands:
                for pattern in entry.say:
                    for said in _every_wording(pattern.removeprefix("=")):
                        yield Wording(said, entry.command.value, pattern.startswith("="))
        case Slot.TASK:
            for task in tasks_data().tasks:
                for pattern in task.say:
                    yield from (Wording(said, task.task.value) for said in _every_wording(pattern))
        case _:
            raise KeyError(slot)


def samples(
    slot: Slot, seed: int, count: int, today: dt.date, names: Sequence[str] = ()
) -> list[Sample]:
    """`count` sentences for one slot; `names` as in `wordings`.

    Raises KeyError for a slot without sentences.
    """
    rng = random.Random(f"{slot.value}-{seed}")
    if slot in (Slot.DOCTOR, Slot.CHOICE):
        known = list(wordings(slot, today, names))
        return [_framed(rng, slot, rng.choice(known)) for _ in range(count)]
    maker = {
        Slot.HOSPITAL: _hospital,
        Slot.DEPARTMENT: _department,
        Slot.DATE: _date,
        Slot.ID_NUMBER: _id_number,
        Slot.CONFIRM: _confirm,
        Slot.COMMAND: _command,
        Slot.TASK: _task,
    }[slot]
    return [maker(rng, today) for _ in range(count)]


def misheard(text: str, rng: random.Random, changes: int = 1) -> str:
    """`text` in homophones, with `changes` syllables replaced by ones that sound alike."""
    readings = [readings[0] for readings in readings_of(text)]
    changed = rng.sample(range(len(text)), min(changes, len(text)))
    written: list[str] = []
    for at, (char, reading) in enumerate(zip(text, readings, strict=True)):
        if at in changed and reading in _neighbours():
            reading = rng.choice(_neighbours()[reading])
        written.append(rng.choice(_characters().get(reading, (char,))))
    return "".join(written)


def say_id_number(digits: str, rng: random.Random) -> str:
    """The number as callers say it: in groups, 幺 or 一, 叉 or 艾克斯 for X."""
    one = rng.choice("一幺")
    x_word = rng.choice(("叉", "艾克斯", "X"))
    words = [x_word if d == "X" else one if d == "1" else _NUMERALS[int(d)] for d in digits]
    groups: list[str] = []
    at = 0
    for size in rng.choice(_GROUPS):
        groups.append("".join(words[at : at + size]))
        at += size
    return "，".join(group for group in groups if group)


def random_id_number(rng: random.Random, today: dt.date) -> str:
    """A valid invented number of somebody between 1 and 95 years old."""
    born = today - dt.timedelta(days=rng.randrange(365, 365 * 95))
    first_17 = f"{rng.choice(_AREAS)}{born:%Y%m%d}{rng.randrange(1000):03d}"
    return first_17 + check_character(first_17)


def _frame(rng: random.Random, key: str, **parts: str) -> str:
    options = [
        sentence
        for sentence in patterns_data().sentences[key]
        if all("{" + name + "}" in sentence or not value for name, value in parts.items())
    ]
    return rng.choice(options).format(**parts)


def _framed(rng: random.Random, slot: Slot, wording: Wording) -> Sample:
    said = {"doctor": wording.said} if slot is Slot.DOCTOR else {"choice": wording.said}
    return Sample(slot, _frame(rng, slot.value, **said), wording.value)


def _names_of(entries: Iterable[Place | Clinic]) -> Iterator[Wording]:
    """Names and aliases that mean one entry only."""
    known = tuple(entries)
    for entry in known:
        shared = {alias for other in known if other is not entry for alias in other.aliases}
        for said in (entry.name, *entry.aliases):
            if said not in shared:
                yield Wording(said, entry.name)


def _choices(names: Sequence[str]) -> Iterator[Wording]:
    data = ordinals_data()
    for place, name in enumerate(names):
        yield Wording(name, name)
        yield from (Wording(f"第{numeral(place + 1)}{c}", name) for c in data.counters[:3])
        yield Wording(f"{numeral(place + 1)}号", name)
    if len(names) > 1:
        yield from (Wording(said, names[0]) for said in data.first)
        yield from (Wording(said, names[-1]) for said in data.last)


def _hospital(rng: random.Random, today: dt.date) -> Sample:
    place = rng.choice(hospitals_data().hospitals)
    said = rng.choice([w.said for w in wordings(Slot.HOSPITAL, today) if w.value == place.name])
    return Sample(Slot.HOSPITAL, _frame(rng, "hospital", hospital=said), place.name)


def _department(rng: random.Random, today: dt.date) -> Sample:
    clinic = rng.choice(departments_data().departments)
    said = rng.choice([w.said for w in wordings(Slot.DEPARTMENT, today) if w.value == clinic.name])
    return Sample(Slot.DEPARTMENT, _frame(rng, "department", department=said), clinic.name)


def _dates(today: dt.date) -> Iterator[Wording]:
    """Days with and without a part of the day, festivals, and "as soon as possible"."""
    periods = [(None, ("",)), *((p, w[:2]) for p, w in dates_data().periods.items())]
    days = [(today + dt.timedelta(days=ahead)) for ahead in range(40)]
    known = {said: day for day in days for said in _ways_to_say(day, today)}
    for festival in festivals_data().festivals:
        day = festival_day(today, festival)
        if day in days:
            known.update((name, day) for name in festival.names if not _is_month_and_day(name))
    for word, ahead in dates_data().relative_days.items():
        if ahead >= 0:
            known[word] = today + dt.timedelta(days=ahead)
    known["月底"] = last_day(today.year, today.month)
    for said, day in known.items():
        for period, words in periods:
            for word in words:
                session = period.value if period else None
                yield Wording(said + word, {"date": day.isoformat(), "session": session})
    for said in ("越快越好", "越早越好", "尽快", "最早的", "最近的"):
        yield Wording(said, {"date": None, "session": None})


def _date(rng: random.Random, today: dt.date) -> Sample:
    days = rng.randrange(0, 40)
    day = today + dt.timedelta(days=days)
    said = rng.choice([*_ways_to_say(day, today)])
    period = rng.choice((None, Period.MORNING, Period.AFTERNOON))
    word = rng.choice(dates_data().periods[period][:2]) if period else ""
    frames = [s for s in patterns_data().sentences["date"] if ("{period}" in s) == bool(period)]
    sentence = rng.choice(frames).format(date=said, period=word)
    value = {"date": day.isoformat(), "session": period.value if period else None}
    return Sample(Slot.DATE, sentence, value)


def _is_month_and_day(name: str) -> bool:
    """二月二, the festival, may as well be the second of February."""
    return set(name) <= {*_NUMERALS, "十", "月"}


def _ways_to_say(day: dt.date, today: dt.date) -> Iterator[str]:
    yield f"{numeral(day.month)}月{numeral(day.day)}号"
    if (day.year, day.month) == (today.year, today.month):
        yield f"{numeral(day.day)}号"
    ahead = (day - today).days
    near = {0: "今天", 1: "明天", 2: "后天", 3: "大后天"}
    if ahead in near:
        yield near[ahead]
    monday = today - dt.timedelta(days=today.weekday())
    weeks = (day - monday).days // 7
    prefix = {0: "这个", 1: "下", 2: "下下"}.get(weeks)
    if prefix is not None:
        for word in dates_data().weekday_words:
            yield f"{prefix}{word}{'一二三四五六天'[day.weekday()]}".replace("个周", "周")


def numeral(value: int) -> str:
    """1 to 99 as it is said: 十二, 二十, 三十一."""
    tens, ones = divmod(value, 10)
    if not tens:
        return _NUMERALS[ones]
    return (_NUMERALS[tens] if tens > 1 else "") + "十" + (_NUMERALS[ones] if ones else "")


def _id_number(rng: random.Random, today: dt.date) -> Sample:
    digits = random_id_number(rng, today)
    sentence = _frame(rng, "id_number", id_number=say_id_number(digits, rng))
    return Sample(Slot.ID_NUMBER, sentence, digits)


def _confirm(rng: random.Random, today: dt.date) -> Sample:
    data = confirm_data()
    if rng.random() < 0.5:
        word = rng.choice(data.affirm)
        return Sample(Slot.CONFIRM, _frame(rng, "confirm_yes", yes=word), "yes")
    return Sample(Slot.CONFIRM, _frame(rng, "confirm_no", no=rng.choice(data.deny)), "no")


def _command(rng: random.Random, today: dt.date) -> Sample:
    entry = rng.choice(commands_data().commands)
    said = _any_wording(rng, rng.choice([p for p in entry.say if not p.startswith("=")]))
    sentence = _frame(rng, "command", command=said)
    return Sample(Slot.COMMAND, sentence, entry.command.value)


def _task(rng: random.Random, today: dt.date) -> Sample:
    entry = rng.choice(tasks_data().tasks)
    said = _any_wording(rng, rng.choice(entry.say))
    return Sample(Slot.TASK, _frame(rng, "task", task=said), entry.task.value)


def _every_wording(pattern: str) -> Iterator[str]:
    """All readings of `…` (nothing in between) and `|`."""
    return map("".join, product(*(part.split("|") for part in pattern.split("…"))))


def _any_wording(rng: random.Random, pattern: str) -> str:
    return "".join(rng.choice(part.split("|")) for part in pattern.split("…"))


@cache
def _characters() -> dict[str, tuple[str, ...]]:
    """Reading -> everyday characters with it (the first level of GB 2312)."""
    found: dict[str, list[str]] = {}
    for high, low in product(range(0xB0, 0xD8), range(0xA1, 0xFF)):
        try:
            char = bytes((high, low)).decode("gb2312")
        except UnicodeDecodeError:
            continue
        for reading in pinyin(char, style=Style.NORMAL, heteronym=False, v_to_u=False)[0]:
            found.setdefault(reading, []).append(char)
    return {reading: tuple(chars) for reading, chars in found.items()}


@cache
def _neighbours() -> dict[str, tuple[str, ...]]:
    """Reading -> readings that a recogniser takes for it."""
    readings = sorted(_characters())
    return {
        reading: near
        for reading in readings
        if (near := tuple(other for other in readings if 0 < syllable_cost(reading, other) <= 0.25))
    }

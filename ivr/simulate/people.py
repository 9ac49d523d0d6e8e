"""A simulated caller, drawn from a seed, as a call case. Pure.

The caller has a goal (hospital, department, day), a memory (what was said once is said in
other words the second time), a voice, a room and manners; checks what is read back and objects
to what was not wanted. The same seed, profile and number give the same caller.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dialogs.outcomes import Outcome
from grammars.meaning import Period
from ivr.caller.case import Answer, Case, Expectation, ExpectedBooking
from ivr.simulate.profiles import Callers, Profile

TODAY = dt.datetime(2026, 3, 2, 9, 10)
"""A Monday: the days that are asked for are working days."""
_SILENT = 8.0  # seconds: longer than a question waits for the first word
_ID_GROUPS = (6, 8, 4)
_DIGITS = dict(zip("0123456789X", "零一二三四五六七八九叉", strict=True))


@dataclass(frozen=True, slots=True)
class Place:
    """A hospital and one of its departments, with what callers call them."""

    hospital: str
    department: str
    hospital_names: tuple[str, ...] = ()
    department_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Goal:
    """`hospital` and `department` in this caller's words."""

    place: Place
    days: int
    hospital: str
    department: str
    date: str

    def fill(self, phrase: str) -> str:
        return phrase.format(hospital=self.hospital, department=self.department, date=self.date)


def simulated_caller(
    seed: int,
    profile_name: str,
    number: int,
    data: Callers,
    places: Sequence[Place],
    id_numbers: Sequence[str],
) -> Case:
    """The `number`th caller of `seed`. Raises KeyError for a profile that there is not."""
    chance = random.Random(f"{seed}/{profile_name}/{number}")
    profile = data.profiles[profile_name]
    goal = _goal(chance, data, profile, places)
    id_number = chance.choice(id_numbers)
    room = chance.choices(profile.rooms, [room.weight for room in profile.rooms])[0]
    return Case(
        name=f"{profile_name} {seed}-{number}",
        today=TODAY,
        caller=f"025{chance.randrange(80000000, 90000000)}",
        voice=chance.choice(profile.voices),
        speed=chance.choice(profile.speeds),
        noise=room.noise,
        snr_db=room.snr_db,
        level_db=chance.choice(profile.level_db),
        loss=chance.choice(profile.loss),
        answers=_answers(chance, data, profile, goal, id_number),
        deny=Answer(say=chance.choice(data.phrases.deny)),
        expect=Expectation(
            outcome=Outcome.BOOKED,
            booking=ExpectedBooking(
                hospital=goal.place.hospital,
                department=goal.place.department,
                date=TODAY.date() + dt.timedelta(days=goal.days),
                session=Period.MORNING,
                id_number=id_number,
            ),
        ),
    )


def _goal(chance: random.Random, data: Callers, profile: Profile, places: Sequence[Place]) -> _Goal:
    place = chance.choice(places)
    days = chance.choice(sorted(data.dates))

    def called(name: str, others: Sequence[str]) -> str:
        colloquial = chance.random() < profile.manners.colloquial and others
        return chance.choice(others) if colloquial else name

    return _Goal(
        place,
        days,
        called(place.hospital, place.hospital_names),
        called(place.department, place.department_names),
        chance.choice(data.dates[days]),
    )


def _answers(
    chance: random.Random, data: Callers, profile: Profile, goal: _Goal, id_number: str
) -> dict[str, tuple[Answer, ...]]:
    phrases, manners = data.phrases, profile.manners
    official = replace(goal, hospital=goal.place.hospital, department=goal.place.department)
    over = chance.random() < manners.over_answers
    wanted = chance.choice((phrases.task_some, phrases.task_whole)) if over else phrases.task_open
    corrects = chance.random() < manners.corrects and wanted is not phrases.task_whole
    first_day = _another_day(chance, data, goal) if corrects else goal.date
    asked: dict[str, list[str]] = {
        "task": [goal.fill(chance.choice(wanted)), official.fill(phrases.task_some[0])],
        "hospital": [goal.fill(chance.choice(phrases.hospital)), goal.place.hospital],
        "department": [goal.fill(chance.choice(phrases.department)), goal.place.department],
        "doctor": [chance.choice(phrases.doctor), phrases.doctor[0]],
        "date": [chance.choice(phrases.date).format(date=first_day), goal.date],
        "choice": [chance.choice(phrases.choice)],
        "once_more": [chance.choice(phrases.once_more)],
    }
    answers = {name: _in_manners(chance, data, profile, said) for name, said in asked.items()}
    correction = (goal.fill(chance.choice(phrases.correct)),) if corrects else ()
    settled = (*correction, chance.choice(phrases.confirm))
    answers["confirm"] = tuple(Answer(say=said) for said in settled)
    answers["id_number"] = _id_answers(chance, manners.speaks_id, id_number)
    return answers


def _another_day(chance: random.Random, data: Callers, goal: _Goal) -> str:
    day = chance.choice([day for day in sorted(data.dates) if day != goal.days])
    return chance.choice(data.dates[day])


def _in_manners(
    chance: random.Random, data: Callers, profile: Profile, said: Sequence[str]
) -> tuple[Answer, ...]:
    """`said` as this caller says it, perhaps with something else in front."""
    manners, phrases = profile.manners, data.phrases
    hesitates = chance.random() < manners.hesitates
    first = (chance.choice(phrases.hesitation) if hesitates else "") + said[0]
    over = 1.5 if chance.random() < manners.talks_over else None
    late = _SILENT if chance.random() < manners.silent else round(chance.uniform(0.2, 1.2), 1)
    before: list[Answer] = []
    if chance.random() < manners.asks_back:
        before.append(Answer(say=chance.choice(phrases.repeat)))
    if chance.random() < manners.beside:
        before.append(Answer(say=chance.choice(phrases.beside)))
    own = Answer(say=first, after=late, talk_over=over)
    return (*before, own, *(Answer(say=text) for text in said[1:]))


def _id_answers(chance: random.Random, speaks: float, id_number: str) -> tuple[Answer, ...]:
    """By key; or in one breath and then by key; or in groups, one each time, and then whole."""
    keyed = Answer(press=id_number.replace("X", "*"), after=1.0)
    if chance.random() >= speaks:
        return (keyed,)
    groups: list[str] = []
    start = 0
    for length in _ID_GROUPS:
        groups.append("".join(_DIGITS[digit] for digit in id_number[start : start + length]))
        start += length
    whole = Answer(say="，".join(groups))
    if chance.random() < 0.5:
        return (whole, keyed)
    return (*(Answer(say=group) for group in groups), whole)

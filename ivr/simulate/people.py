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

from dialogs import spoken
from dialogs.outcomes import Outcome
from dialogs.wording import load_wording
from grammars.meaning import Period
from ivr.caller.background import Background, background_data
from ivr.caller.case import Answer, Aside, AsideKind, Case, Expectation, ExpectedBooking
from ivr.simulate.held_out import HELD_OUT, held_out_hospitals
from ivr.simulate.places import Place
from ivr.simulate.profiles import Callers, Manners, Profile

TODAY = dt.datetime(2026, 3, 2, 9, 10)
"""A Monday: the days that are asked for are working days."""
_SILENT = 8.0  # seconds: longer than a question waits for the first word
_ID_GROUPS = (6, 8, 4)
_PAUSES = (1.0, 1.4, 1.8)  # seconds between the groups of an ID number
_INTO_PROMPT = (0.8, 2.5)  # seconds after a question began
_TELEVISION_DB, _BYSTANDER_DB = (6.0, 12.0, 18.0), (3.0, 8.0)
_ASIDES_DURING = ("task", "hospital", "department", "date", "confirm")
_DIGITS = dict(zip("0123456789X", "零一二三四五六七八九叉", strict=True))


@dataclass(frozen=True, slots=True)
class _Goal:
    """`hospital` and `department` in this caller's words."""

    place: Place
    days: int
    hospital: str
    department: str
    date: str
    doctor: str | None

    def fill(self, phrase: str) -> str:
        return phrase.format(
            hospital=self.hospital,
            department=self.department,
            date=self.date,
            doctor=self.doctor,
        )


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
    wanted = ExpectedBooking(
        hospital=goal.place.hospital,
        department=goal.place.department,
        doctor=goal.doctor,
        date=TODAY.date() + dt.timedelta(days=goal.days),
        session=Period.MORNING,
        id_number=id_number,
    )
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
        deny=Answer(say=_official(goal).fill(chance.choice(data.phrases.deny))),
        deny_id=Answer(say=chance.choice(data.phrases.deny_id)),
        picks=_picks(wanted),
        changes={part: Answer(say=text) for part, text in data.phrases.change.items()},
        presses_keys=chance.random() < profile.manners.presses_keys,
        asides=_asides(chance, data, profile),
        expect=Expectation(outcome=Outcome.BOOKED, booking=wanted),
        tags=_tags(goal, room.noise),
    )


def _official(goal: _Goal) -> _Goal:
    """In the names of the catalogue, for who was not understood."""
    return replace(goal, hospital=goal.place.hospital, department=goal.place.department)


def _picks(wanted: ExpectedBooking) -> dict[str, Answer]:
    """Who hears what is wanted among a few options chooses it by its name: a day with its part."""
    named = (wanted.hospital, wanted.department, wanted.doctor)
    picks = {name: Answer(say=name) for name in named if name}
    if wanted.doctor is None:
        nobody = load_wording().nobody
        picks[nobody] = Answer(say=nobody)
    if wanted.date is not None:
        day = spoken.day(wanted.date)
        picks[f"{day}{wanted.session}"] = Answer(say=f"{day}{wanted.session}")
    return picks


def _tags(goal: _Goal, noise: Background | None) -> tuple[str, ...]:
    """What figures are given apart for."""
    return (
        *((HELD_OUT,) if goal.place.hospital in held_out_hospitals() else ()),
        *(("named_doctor",) if goal.doctor else ()),
        *((noise.value,) if noise else ()),
    )


def _asides(chance: random.Random, data: Callers, profile: Profile) -> tuple[Aside, ...]:
    """What is heard into prompts without being meant for them, each into one of its own."""
    manners, phrases, others = profile.manners, data.phrases, background_data()
    during = chance.sample(_ASIDES_DURING, len(_ASIDES_DURING))
    found: list[Aside] = []

    def heard(
        share: float, kind: AsideKind, said: Sequence[str], voices: Sequence[str], softer: float
    ) -> None:
        voice, text = (chance.choice(voices) if voices else None), chance.choice(said)
        at = round(chance.uniform(*_INTO_PROMPT), 1)
        if chance.random() < share:
            found.append(
                Aside(
                    kind=kind,
                    say=text,
                    voice=voice,
                    below_db=softer,
                    during=during.pop(),
                    talk_over=at,
                )
            )

    heard(manners.backchannels, "backchannel", phrases.backchannel, (), 0.0)
    softer = chance.choice(_TELEVISION_DB)
    heard(manners.television, "television", others.television, others.talkers, softer)
    softer = chance.choice(_BYSTANDER_DB)
    heard(manners.bystander, "bystander", phrases.bystander, others.talkers, softer)
    return tuple(found)


def _goal(chance: random.Random, data: Callers, profile: Profile, places: Sequence[Place]) -> _Goal:
    place = chance.choice(places)
    days = chance.choice(sorted(data.dates))
    known = [name for name in place.doctors.get(days, ()) if name not in data.tuned_doctors]
    named = chance.random() < profile.manners.names_doctor
    doctor = chance.choice(known) if named and known else None

    def called(name: str, others: Sequence[str]) -> str:
        colloquial = chance.random() < profile.manners.colloquial and others
        return chance.choice(others) if colloquial else name

    return _Goal(
        place,
        days,
        called(place.hospital, place.hospital_names),
        called(place.department, place.department_names),
        chance.choice(data.dates[days]),
        doctor,
    )


def _answers(
    chance: random.Random, data: Callers, profile: Profile, goal: _Goal, id_number: str
) -> dict[str, tuple[Answer, ...]]:
    phrases, manners = data.phrases, profile.manners
    over = chance.random() < manners.over_answers
    whole = phrases.task_whole if goal.doctor is None else phrases.task_doctor
    wanted = chance.choice((phrases.task_some, whole)) if over else phrases.task_open
    corrects = chance.random() < manners.corrects and wanted is not phrases.task_whole
    # Who wants one doctor keeps to the day on which that doctor is there.
    corrects = corrects and goal.doctor is None
    first_day = _another_day(chance, data, goal) if corrects else goal.date
    asked: dict[str, list[str]] = {
        "task": [goal.fill(chance.choice(wanted)), _official(goal).fill(phrases.task_some[0])],
        "hospital": [goal.fill(chance.choice(phrases.hospital)), goal.place.hospital],
        "department": [goal.fill(chance.choice(phrases.department)), goal.place.department],
        "doctor": [chance.choice(phrases.doctor), phrases.doctor[0]]
        if goal.doctor is None
        else [goal.fill(chance.choice(phrases.doctor_named)), goal.doctor],
        "date": [chance.choice(phrases.date).format(date=first_day), goal.date],
        "choice": [chance.choice(phrases.choice)],
        "once_more": [chance.choice(phrases.once_more)],
        "phone": [chance.choice(phrases.phone)],
        "anything_else": [chance.choice(phrases.anything_else)],
    }
    answers = {name: _in_manners(chance, data, profile, said) for name, said in asked.items()}
    correction = (goal.fill(chance.choice(phrases.correct)),) if corrects else ()
    settled = (*correction, chance.choice(phrases.confirm))
    answers["confirm"] = tuple(Answer(say=said) for said in settled)
    answers["id_number"] = _id_answers(chance, manners, id_number)
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


def _id_answers(chance: random.Random, manners: Manners, id_number: str) -> tuple[Answer, ...]:
    """By key; or whole, perhaps with long pauses, and then by key; or in groups, one each time,
    then whole and then by key."""
    keyed = Answer(press=id_number.replace("X", "*"), after=1.0)
    if chance.random() >= manners.speaks_id:
        return (keyed,)
    groups: list[str] = []
    start = 0
    for length in _ID_GROUPS:
        groups.append("".join(_DIGITS[digit] for digit in id_number[start : start + length]))
        start += length
    pause = chance.choice(_PAUSES) if chance.random() < manners.pauses_in_id else None
    whole = Answer(say="，".join(groups), pause=pause)
    if chance.random() < 0.5:
        return (whole, keyed)
    return (*(Answer(say=group) for group in groups), whole, keyed)

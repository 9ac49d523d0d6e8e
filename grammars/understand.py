"""One utterance -> everything it says: the entry point of this room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from grammars import date_parser, phrases
from grammars.asides import (
    asks_back,
    card_of,
    changes,
    for_whom,
    has_noted,
    is_as_before,
    is_greeting,
    keeps,
    unsure,
    wants_to_go_on,
)
from grammars.choice import beyond, choices
from grammars.clinics import clinic_wish
from grammars.closed_list import Heard, heard
from grammars.completeness import DOUBTFUL
from grammars.confirm import answers, contradiction
from grammars.corrections import exclusions
from grammars.date_hearing import DateMention, date_mentions, scored_wishes
from grammars.doctor_names import by_surname, doctor_words, is_named_by, surname_words
from grammars.fillers import carried, is_backchannel, strip_fillers
from grammars.id_lattice import IdHearing, hear_correction, hear_id_number, volunteered_id_number
from grammars.last_four import hear_last_four
from grammars.meaning import (
    DoctorWords,
    Hypothesis,
    Scored,
    Slot,
    Task,
    Understanding,
)
from grammars.mentions import Mention
from grammars.names_heard import heard_elsewhere, names_heard, scored_elsewhere
from grammars.patterns import Hit
from grammars.phone_number import hear_phone_number
from grammars.proof import hear_proof
from grammars.question import Question
from grammars.refusals import refused_values
from grammars.sound_limits import without_made_up_no
from grammars.statement import is_finished
from grammars.topics import topics

_BOOK_IMPLIED = 0.75
_BOOK_BY_SYMPTOM = 0.5
_ALARM = 0.97
_AS_A_YES = 4  # syllables: 是的没错
_STORY = 3  # syllables beside a day that nothing explains
_TOLD = 0.7


def understand(question: Question, hypotheses: Sequence[Hypothesis]) -> Understanding:
    """What the N-best list `hypotheses` means as an answer to `question`.

    Other slots, commands, tasks and words of despair are reported whatever was
    asked. Nothing is forced: what fits nothing gives an Understanding with empty
    lists.
    """
    found = heard(hypotheses)
    best = max(hypotheses, key=lambda h: h.confidence, default=Hypothesis("", 0.0))
    if not found.rows:
        return Understanding(best.text, best.confidence)
    expect = question.expect
    id_hearing = _id_number(question, found)
    dictating = bool(id_hearing.numbers)
    dates = [] if dictating else date_mentions(found, question.today, expected=expect is Slot.DATE)
    hits = phrases.phrase_hits(found)
    names = names_heard(question, hits, dates, dictating)
    if expect is Slot.CONFIRM and _hardly_heard(best):
        names = [mention for mention in names if _in_so_many_words(mention, found)]
    elsewhere = None if dictating else heard_elsewhere(question, found, names)
    written = [
        m for m in (*names, elsewhere) if m is not None and m.exact and m.slot is not Slot.DATE
    ]
    hits = hits.beside((m.start, m.end) for m in written)
    dates = _told_of(_unclaimed_dates(dates, names), names, hits, question.today)
    departments, by_complaint = _departments(question, hits, names)
    despair, danger = phrases.despairs(hits, question.hospitals), phrases.is_in_danger(hits)
    doctors = tuple(
        each for each in _scored(names, Slot.DOCTOR, found) if is_named_by(each.surface, each.value)
    )
    hospitals = _scored(names, Slot.HOSPITAL, found)
    tasks = phrases.tasks(hits)
    if not dictating:
        tasks = _with_implied_task(tasks, hospitals, departments, dates, expect)
        tasks = _with_alarm(tasks, despair, danger)
    confirm = answers(found, by_sound=expect is Slot.CONFIRM)
    if (
        expect is Slot.CONFIRM
        and not confirm
        and (starts := [m.start for m in names if not m.heard])
    ):
        confirm = contradiction(found.best, min(starts))
    if dictating and expect is Slot.ID_NUMBER:
        confirm = ()
    confirm = without_made_up_no(confirm, best.confidence)
    if question.doctors is not None and not doctors:
        bare = expect is Slot.DOCTOR and not confirm
        doctors = by_surname(question.doctors, found, bare=bare)
    chosen: tuple[Scored[str], ...] = ()
    past_the_end = False
    if question.choices is not None:
        offered = set(question.choices.names)
        others = [m for m in written if not offered & {name for name, _ in m.names}]
        chosen = choices(found, question.choices, [(m.heard, m.start, m.end) for m in others])
        past_the_end = not chosen and beyond(found, len(question.choices.names))
    return Understanding(
        text=best.text,
        confidence=best.confidence,
        task=tasks,
        hospital=hospitals,
        department=departments,
        doctor=doctors,
        date=scored_wishes(_wishes(dates, question)),
        id_number=id_hearing.numbers,
        phone=hear_phone_number(found, question.id_so_far) if expect is Slot.PHONE else (),
        confirm=confirm,
        command=phrases.commands(hits),
        choice=chosen,
        topic=() if dictating else topics(found, _settled(names)),
        elsewhere=scored_elsewhere(elsewhere, found),
        document=() if dictating else phrases.documents(found, asked=expect is Slot.ID_NUMBER),
        by_complaint=by_complaint,
        doctor_words=None if dictating else _doctor_words(question, hits, names, dates),
        clinic=None if dictating else clinic_wish(found),
        unsure=() if dictating else unsure(found),
        change=() if dictating else changes(found, by_sound=expect is Slot.CONFIRM),
        proof=hear_proof(found, question.id_so_far, question.today) if expect is Slot.PROOF else (),
        last_four=hear_last_four(found)
        if expect is Slot.ID_NUMBER and not question.id_so_far
        else (),
        for_whom=for_whom(found),
        card_of=card_of(found),
        refused=frozenset() if dictating else refused_values(question, found),
        asks_back=asks_back(found.best.text),
        several_periods=len({m.wish.period for m in dates if m.wish.period}) > 1,
        as_before=is_as_before(found),
        keep=keeps(found),
        noted=has_noted(found),
        goes_on=wants_to_go_on(found),
        beyond=past_the_end,
        no_preference=not _names_a_day(dates, expect)
        and phrases.has_no_preference(
            hits,
            asked=expect in (Slot.DOCTOR, Slot.CHOICE),
            rival=max((s.confidence for s in (*doctors, *chosen)), default=0.0),
        ),
        backchannel=is_backchannel(found.best.text),
        greeting=is_greeting(found.best.text),
        restart=id_hearing.restart,
        finished=expect is Slot.STATEMENT and is_finished(found.best.text),
        despair=despair,
        danger=danger,
        perhaps_danger=not danger and phrases.is_perhaps_in_danger(hits),
        suffering=phrases.suffering(found) if expect is Slot.CONFIRM else None,
        syllables=len(strip_fillers(found.best.text)),
    )


def _hardly_heard(best: Hypothesis) -> bool:
    """As short as a yes or no, in words that the recogniser rather made up."""
    return best.confidence < DOUBTFUL and len(strip_fillers(best.text)) <= _AS_A_YES


def _in_so_many_words(mention: Mention, found: Heard) -> bool:
    """骨科 and 鼓楼医院 are written in the name; a yes was made out as 补牙的, which is in none."""
    written = found.rows[mention.heard].text[mention.start : mention.end]
    return mention.exact and any(written in name for name, _ in mention.names)


def _settled(names: Iterable[Mention]) -> list[tuple[int, int, int]]:
    """Where names are written (hypothesis, start, end)."""
    return [(m.heard, m.start, m.end) for m in names if m.exact]


_BEFORE_DOCTORS = (Slot.TASK, Slot.HOSPITAL, Slot.DEPARTMENT, Slot.CONFIRM, Slot.CHOICE)


def _doctor_words(
    question: Question,
    hits: phrases.PhraseHits,
    names: Sequence[Mention],
    dates: Sequence[DateMention],
) -> DoctorWords | None:
    """A doctor who is named before the department's doctors are listened for, or is not listed."""
    if question.doctors is not None:
        return surname_words(hits.found) if question.expect is Slot.DOCTOR else None
    if question.expect not in _BEFORE_DOCTORS:
        return None
    understood = [
        *((m.heard, m.start, m.end) for m in names),
        *((d.heard, d.start, d.end) for d in dates),
        *((h.heard, h.start, h.end) for h in hits.everything if h.exact and _is_plain(h)),
    ]
    named = any(m.slot in (Slot.HOSPITAL, Slot.DEPARTMENT) for m in names)
    return doctor_words(hits.found, understood, named=named)


def _is_plain(hit: Hit) -> bool:
    """Of a pattern with a gap (想看…医生) the gap may be the name."""
    return hit.end - hit.start <= hit.words


def _id_number(question: Question, found: Heard) -> IdHearing:
    if question.expect is Slot.ID_NUMBER:
        corrected = hear_correction(found, question.id_wrong or question.id_so_far, question.today)
        return corrected or hear_id_number(found, question.id_so_far, question.today)
    if question.id_wrong:  # it is being read back
        corrected = hear_correction(found, question.id_wrong, question.today)
        if corrected is not None:
            return corrected
    return IdHearing(volunteered_id_number(found, question.today), False)


def _unclaimed_dates(dates: Sequence[DateMention], names: Sequence[Mention]) -> list[DateMention]:
    """Dates whose syllables no name claims with more right."""
    taken = [m for m in names if m.slot is not Slot.DATE]
    return [
        date for date in dates if all(date.end <= m.start or m.end <= date.start for m in taken)
    ]


def _wishes(dates: Sequence[DateMention], question: Question) -> list[DateMention]:
    """Days to go on. Where none was asked for, a day that is gone tells when something happened:
    我昨天跌了一跤."""
    asked = question.expect is Slot.DATE
    return [m for m in dates if asked or m.wish.date is None or m.wish.date >= question.today]


def _told_of(
    dates: Sequence[DateMention],
    names: Sequence[Mention],
    hits: phrases.PhraseHits,
    today: dt.date,
) -> list[DateMention]:
    """Days in the midst of a story ("你爸爸昨天晚上又没睡好觉") are less sure to be wishes."""
    found = hits.found
    results = []
    for date in dates:
        known = list(carried(found.rows[date.heard].text))
        days = date_parser.days(found.rows[date.heard].text, today)
        understood = [
            *((m.heard, m.start, m.end) for m in names),
            *((d.heard, d.start, d.end) for d in dates),
            *((h.heard, h.start, h.end) for h in hits.everything if h.exact),
            *((date.heard, day.start, day.end) for day in days),
            *((date.heard, start, end) for start, end in exclusions(found.rows[date.heard])),
        ]
        for which, start, end in understood:
            if which == date.heard:
                known[start:end] = [True] * len(known[start:end])
        in_a_story = known.count(False) > max(_STORY, date.end - date.start)
        results.append(replace(date, confidence=date.confidence * _TOLD) if in_a_story else date)
    return results


def _scored(names: Iterable[Mention], slot: Slot, found: Heard) -> tuple[Scored[str], ...]:
    """The names of one slot, best first, each once."""
    best: dict[str, Scored[str]] = {}
    for mention in names:
        if mention.slot is slot:
            for scored in mention.scored(found):
                known = best.get(scored.value)
                if known is None or known.confidence < scored.confidence:
                    best[scored.value] = scored
    return tuple(sorted(best.values(), key=lambda s: -s.confidence))


def _departments(
    question: Question, hits: phrases.PhraseHits, names: Sequence[Mention]
) -> tuple[tuple[Scored[str], ...], frozenset[str]]:
    """Departments by name, then those that a complaint points to; and which these are."""
    if question.departments is None:
        return (), frozenset()
    named = _scored(names, Slot.DEPARTMENT, hits.found)
    taken = [m for m in names if m.slot in (Slot.HOSPITAL, Slot.DOCTOR)]
    results = {scored.value: scored for scored in named}
    complaints = phrases.complaints(hits, question.departments.names)
    for scored, start, end in complaints:
        if all(end <= m.start or m.end <= start for m in taken):
            if named:
                confidence = scored.confidence * 0.5
                scored = Scored(scored.value, round(confidence, 4), scored.surface)
            results.setdefault(scored.value, scored)
    by_complaint = frozenset(results) - {
        name
        for m in names
        if m.slot is Slot.DEPARTMENT
        for name, _ in m.names
        if name in hits.found.rows[m.heard].text or not _hurts(m, name, complaints)
    }
    return tuple(sorted(results.values(), key=lambda s: -s.confidence)), by_complaint


def _hurts(mention: Mention, name: str, complaints: Sequence[tuple[Scored[str], int, int]]) -> bool:
    """The 眼睛 of 我眼睛不好 is a part of the complaint, though 眼睛 alone names 眼科."""
    return any(
        name == scored.value
        and start <= mention.start
        and mention.end <= end
        and end - start > mention.end - mention.start
        for scored, start, end in complaints
    )


def _names_a_day(dates: Sequence[DateMention], expect: Slot) -> bool:
    """ "周六周日都可以" prefers two days, "周三不行其他都行" all but one, "周四以后都行" some."""
    return expect is Slot.DATE and any(
        m.wish.date or m.wish.not_on or m.wish.not_before or m.wish.not_after for m in dates
    )


def _with_implied_task(
    tasks: tuple[Scored[Task], ...],
    hospitals: Sequence[Scored[str]],
    departments: Sequence[Scored[str]],
    dates: Sequence[DateMention],
    expect: Slot,
) -> tuple[Scored[Task], ...]:
    if expect is not Slot.TASK or tasks:
        return tasks
    named = [*hospitals, *(d for d in departments if d.confidence > _BOOK_BY_SYMPTOM + 0.1)]
    if named:
        sure = min(_BOOK_IMPLIED, named[0].confidence)
        return (Scored(Task.BOOK, sure, named[0].surface),)
    if departments:
        return (Scored(Task.BOOK, _BOOK_BY_SYMPTOM, departments[0].surface),)
    if dates and any(mention.wish.date for mention in dates) and len(dates[0].surface) >= 3:
        return (Scored(Task.BOOK, 0.5, dates[0].surface),)
    return ()


def _with_alarm(
    tasks: tuple[Scored[Task], ...], despair: bool, danger: bool
) -> tuple[Scored[Task], ...]:
    """Who despairs or is in danger is to be brought to a person before anything else."""
    if not despair and not danger:
        return tasks
    first = Task.CRISIS if despair else Task.OPERATOR
    return (Scored(first, _ALARM), *(scored for scored in tasks if scored.value is not first))


def warm_up() -> None:
    """Build every table now instead of in the first call (some tenths of a second)."""
    question = Question(Slot.DATE, dt.date(2021, 2, 1))
    understand(question, [Hypothesis("你好", 1.0)])

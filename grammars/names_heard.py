"""Which hospitals, departments and doctors an utterance names, on the lists or off them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from grammars import phrases
from grammars.ambiguous import ambiguous_departments, means_several, shared_out
from grammars.closed_list import ClosedList, Heard, Spot, heard
from grammars.date_hearing import DateMention
from grammars.doctor_names import surnames_said
from grammars.knowledge import elsewhere_candidates
from grammars.meaning import Elsewhere, Hypothesis, Scored, Slot
from grammars.mentions import (
    EXPECTED_BONUS,
    Mention,
    in_another_city,
    is_an_age,
    name_mentions,
    named_elsewhere,
    not_eating,
    of_another_city,
    outclaimed,
    spans_correction,
    unrivalled,
    without_trespassers,
)
from grammars.question import Question


def names_heard(
    question: Question,
    hits: phrases.PhraseHits,
    dates: Sequence[DateMention],
    dictating: bool,
) -> list[Mention]:
    """Hospitals, departments and doctors, after rivals for the same syllables were settled."""
    expect, found = question.expect, hits.found
    lists = {
        Slot.HOSPITAL: question.hospitals,
        Slot.DEPARTMENT: question.departments,
        Slot.DOCTOR: question.doctors,
    }
    # A row of digits sounds like many names: while dictating only written ones count.
    spots = {
        slot: [
            spot
            for spot in names.spot(found)
            if spot.exact or not (dictating or spans_correction(found.rows[spot.heard], spot))
        ]
        for slot, names in lists.items()
        if names is not None
    }
    if expect is Slot.DOCTOR:
        spots = {slot: _beside_surnames(found, own) for slot, own in spots.items()}
    if Slot.HOSPITAL in spots:
        spots[Slot.HOSPITAL] = [
            spot
            for spot in spots[Slot.HOSPITAL]
            if not is_an_age(found.rows[spot.heard], spot)
            and not any(
                spot.start < end and start < spot.end
                for start, end in in_another_city(found.rows[spot.heard])
            )
        ]
    spots = {slot: shared_out(own) for slot, own in spots.items()}
    mentions: list[Mention] = []
    for slot, own in spots.items():
        partners = [spot for other, rest in spots.items() if other is not slot for spot in rest]
        names = lists[slot]
        assert names is not None
        mentions += name_mentions(found, names, without_trespassers(own, partners), slot, expect)
    mentions = not_eating(mentions, hits.plain_words())
    strangers = _elsewhere(_listed(question))
    if expect is Slot.DEPARTMENT:  # who is asked for a department may say 口腔医院 for 口腔科
        departments = [m for m in mentions if m.slot is not Slot.HOSPITAL]
        mentions = [m for m in mentions if m.slot is Slot.HOSPITAL]
        mentions = [*outclaimed(mentions, found, strangers, expect), *departments]
    else:
        mentions = outclaimed(mentions, found, strangers, expect)
    for date in dates:
        claim = (date.end - date.start) * date.confidence
        claim += EXPECTED_BONUS if expect is Slot.DATE else 0.0
        mentions.append(Mention(Slot.DATE, (), date.heard, date.start, date.end, claim))
    settled = unrivalled(mentions)
    if question.departments is not None:
        return _with_department_behind(found, question.departments, settled, expect)
    return settled


def _beside_surnames(found: Heard, spots: Sequence[Spot]) -> list[Spot]:
    """Without what 姓李的 only sounds like: 心理的 and 宁德 are not meant."""
    return [
        spot
        for spot in spots
        if spot.exact
        or not any(
            spot.start < end and start < spot.end
            for start, end in surnames_said(found.rows[spot.heard])
        )
    ]


def _with_department_behind(
    found: Heard, departments: ClosedList, settled: list[Mention], expect: Slot
) -> list[Mention]:
    """ "儿童医院儿科": the name of the hospital has taken the word, which was said once more. 内科,
    which means several, is in 儿童医院圣内科 the end of a name that was not so well heard."""
    hospital = next((m for m in settled if m.slot is Slot.HOSPITAL and m.exact), None)
    named = [m for m in settled if m.slot is Slot.DEPARTMENT]
    if hospital is None or not all(_means_several(found, m) for m in named):
        return settled
    text = found.rows[hospital.heard].text[hospital.end :]
    rest = heard([Hypothesis(text, found.confidences[hospital.heard])])
    spots = shared_out(departments.spot(rest))
    certain = any(word in text for word in ambiguous_departments())
    asked = Slot.DEPARTMENT if certain else expect
    mentions = name_mentions(rest, departments, spots, Slot.DEPARTMENT, asked)
    behind = [
        replace(m, heard=hospital.heard, start=m.start + hospital.end, end=m.end + hospital.end)
        for m in mentions
    ]
    if not named:
        return [*settled, *behind]
    wider = [m for m in behind if not _means_several(found, m)]
    return [*(m for m in settled if m not in named), *wider] if wider else settled


def _means_several(found: Heard, mention: Mention) -> bool:
    return means_several(found.rows[mention.heard].text[mention.start : mention.end])


def heard_elsewhere(question: Question, found: Heard, names: Sequence[Mention]) -> Mention | None:
    """A hospital that cannot be booked; listened for where hospitals are."""
    if question.hospitals is None:
        return None
    asked = question.expect in (Slot.HOSPITAL, Slot.TASK)
    of_this_city = named_elsewhere(found, _elsewhere(_listed(question)), names, asked=asked)
    return of_this_city or of_another_city(found, names)


def scored_elsewhere(mention: Mention | None, found: Heard) -> tuple[Scored[Elsewhere], ...]:
    """Its names; who is not known at all is of another city."""
    if mention is None:
        return ()
    known = {candidate.name for candidate in elsewhere_candidates()}
    return tuple(
        Scored(Elsewhere(each.value, each.value not in known), each.confidence, each.surface)
        for each in mention.scored(found)
    )


def _listed(question: Question) -> tuple[str, ...]:
    return question.hospitals.names if question.hospitals is not None else ()


@lru_cache(maxsize=8)
def _elsewhere(listed: tuple[str, ...]) -> ClosedList:
    return ClosedList(c for c in elsewhere_candidates() if c.name not in listed)

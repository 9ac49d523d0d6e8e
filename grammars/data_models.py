"""The shapes of the files in data/: what each field holds, and what it may be.

Read by `grammars.data_files`.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from grammars.meaning import Command, Document, Period, Slot, Task

Text = Annotated[str, Field(min_length=1)]
Cost = Annotated[float, Field(ge=0, le=2)]
Words = tuple[Text, ...]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Share(Strict):
    initial: Cost
    final: Cost


class Weights(Strict):
    other: Cost
    pairs: tuple[tuple[str, str, Cost], ...]


class AccentData(Strict):
    share: Share
    initials: Weights
    medials: Weights
    vowels: Weights
    codas: Weights
    finals: tuple[tuple[Text, Text, Cost], ...]


class ReadingsData(Strict):
    readings: dict[Text, Words]
    digits: dict[Text, Words]


class Place(Strict):
    """A hospital: `aliases` are what callers say, campus and street names included."""

    name: Text
    district: Text
    aliases: Words


class Ambiguous(Strict):
    """Words that may mean several entries: name -> how likely it is meant, relatively."""

    say: Words
    means: Annotated[dict[Text, Annotated[float, Field(gt=0)]], Field(min_length=1)]


class HospitalsData(Strict):
    """`elsewhere`: hospitals of the city that are not on the platform; naming one is no match.
    `other_cities`: a hospital that one of them is said with is none of this city's, unless
    `at_home` before it says that the caller lives there."""

    hospitals: tuple[Place, ...]
    ambiguous: tuple[Ambiguous, ...]
    other_cities: Words
    at_home: Words
    elsewhere: tuple[Place, ...]


class Clinic(Strict):
    name: Text
    aliases: Words


class DepartmentsData(Strict):
    departments: tuple[Clinic, ...]
    ambiguous: tuple[Ambiguous, ...]


class Complaint(Strict):
    """A complaint -> department. `say` are patterns as in grammars.patterns."""

    department: Text
    say: Words
    also: Words = ()


class SymptomsData(Strict):
    source: Text
    symptoms: tuple[Complaint, ...]


class CommandEntry(Strict):
    command: Command
    say: Words
    unless: Words = ()


class CommandsData(Strict):
    commands: tuple[CommandEntry, ...]


class TaskEntry(Strict):
    task: Task
    weight: Annotated[float, Field(gt=0)] = 1.0
    say: Words
    weak: Words = ()
    unless: Words = ()


class TasksData(Strict):
    tasks: tuple[TaskEntry, ...]


class ChangeEntry(Strict):
    """Words by which a caller wants a slot to be asked again; patterns as in grammars.patterns."""

    slot: Slot
    say: Words
    unless: Words = ()


class ChangesData(Strict):
    changes: tuple[ChangeEntry, ...]


class UnsureData(Strict):
    """The same for a slot that the caller does not know how to fill."""

    unsure: tuple[ChangeEntry, ...]


class Relation(Strict):
    """Somebody whom a caller books for; `called` is how the agent says it, `card`: whose ID number
    was given."""

    called: Text
    say: Words
    card: Words = ()


class RelationsData(Strict):
    relations: tuple[Relation, ...]
    unless: Words


class PhrasesData(Strict):
    """Words that say one thing; patterns as in grammars.patterns."""

    say: Words
    unless: Words


class GreetingsData(Strict):
    """`say`: whole greetings and "is anybody there"; `around`: words that change nothing."""

    say: Words
    around: Words


class DespairData(Strict):
    say: Words
    unless: Words


class DangerData(Strict):
    """Signs of danger to life, as patterns of grammars.patterns, and where they were taken from.
    `doubtful`: signs only of who is very unwell now, for which the caller is asked: `suffering`
    and `bearable` are the answers."""

    source: Text
    say: Words
    unless: Words
    doubtful: Words
    doubtful_unless: Words
    suffering: Words
    bearable: Words


class ConfirmData(Strict):
    """`affirm_alone`: short words that mean yes only on their own, `affirm_first` those of them
    that mean it at the beginning of anything, `affirm_weak` those that book nothing; `around`:
    words that change nothing; `about`: a no in the middle of a long sentence without them is no
    answer. `asking` beside a yes, `asking_end` at the end make a question of it, which is never a
    yes."""

    affirm: Words
    affirm_alone: Words
    affirm_first: Words
    affirm_weak: Words
    around: Words
    heard_for_yes: Words
    heard_for_no: Words
    heard_for_fillers: Words
    deny: Words
    unclear: Words
    unclear_patterns: Words
    about: Words
    negators: Words
    negator_sounds: Words
    asking: Words
    asking_end: Words


class FillersData(Strict):
    """`backchannels`: no answer on their own. `carriers`: words around an answer.
    `insertions`: words inside a name. `answer_beginnings` and `answer_endings`: words around
    many answers that are a part of many others."""

    backchannels: Words
    fillers: Words
    carriers: Words
    everyday: Words
    insertions: Words
    answer_beginnings: Words
    answer_endings: Words


class CompletenessData(Strict):
    """Endings that say whether an utterance goes on; the data file says what the fields mean."""

    open_endings: Words
    unsure_endings: Words
    open_dates: Words
    heard_for_go: Words
    closings: Words
    closings_after: dict[Slot, Words]
    name_ends: dict[Slot, Words]
    last_words: dict[Slot, Words]


_ABOUT_A_HOSPITAL = frozenset({"hospital", "district", "campuses"})


class AnswerEntry(Strict):
    """A question that callers ask and its answer; the data file says what the fields mean."""

    topic: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    named: Text
    say: Words
    unless: Words = ()
    hospital: bool = False
    answer: Text
    person: bool = False
    source: Text

    @model_validator(mode="after")
    def _can_be_filled(self) -> Self:
        known = _ABOUT_A_HOSPITAL if self.hospital else frozenset[str]()
        for hole in re.findall(r"[{](.*?)[}]", self.answer):
            if hole not in known:
                raise ValueError(f"{self.topic}: unknown placeholder {{{hole}}}")
        return self


class AnswersData(Strict):
    answers: tuple[AnswerEntry, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        topics = [entry.topic for entry in self.answers]
        again = next((topic for topic in topics if topics.count(topic) > 1), None)
        if again is not None:
            raise ValueError(f"topic {again} stands twice")
        return self


class StatementsData(Strict):
    """Words that end a statement; `finished_alone` only where nothing else was said."""

    finished: Words
    finished_alone: Words


class PreferenceData(Strict):
    say: Words
    unless: Words


class PatternsData(Strict):
    """How people negate and correct themselves, and the sentences that the sampler fills.
    `no_surnames`: what stands before 医生 without being somebody's name; `surnames`: one a
    character, what stands behind 姓."""

    negators: Words
    not_negators: Words
    corrections: Words
    replacements: Words
    exceptions: Words
    exclusions: Words
    no_surnames: Words
    surnames: Text
    sentences: dict[Text, Words]


class OrdinalData(Strict):
    first: Words
    last: Words
    middle: Words
    counters: Words


class DatesData(Strict):
    """`working_days`: "on weekdays"; `from_then_on` and `until_then` follow a day that is the
    limit of what is meant; `nearest_place`: a place, no day; `soon`: "in the next days";
    `vague`: words of time that name no day; `off_topic`: what television and families speak of
    beside a day."""

    relative_days: dict[Text, int]
    weeks: dict[Text, int]
    months: dict[Text, int]
    weekday_words: Words
    weekdays: dict[Text, Annotated[int, Field(ge=0, le=6)]]
    periods: dict[Period, Words]
    working_days: Words
    from_then_on: Words
    until_then: Words
    earliest: Words
    nearest_place: Words
    soon: Words
    vague: Words
    off_topic: Words
    past: Words


class Festival(Strict):
    """Exactly one of `solar` (month, day), `lunar` (month, day) and `term` (solar term).
    `days_off`: days without a clinic, the festival included."""

    names: Words
    solar: tuple[int, int] | None = None
    lunar: tuple[int, int] | None = None
    term: Text | None = None
    days_off: Annotated[int, Field(ge=0, le=15)] = 0


class FestivalsData(Strict):
    festivals: tuple[Festival, ...]


class Province(Strict):
    code: Annotated[str, Field(pattern=r"^\d\d$")]
    name: Text


class DocumentEntry(Strict):
    document: Document
    say: Words
    unless: Words = ()


class DocumentsData(Strict):
    """What callers say instead of an ID number; patterns as in grammars.patterns."""

    documents: tuple[DocumentEntry, ...]


class IdWordsData(Strict):
    """How the digits of an ID number are said and what recognisers write for them."""

    digits: dict[Text, Words]
    spelled: dict[Text, Words]
    written_for: dict[Text, Words]
    hesitations: dict[Text, Text]
    x_words: Words
    ignore: Words
    corrections: Words
    restarts: Words
    places: dict[Literal["end", "beginning", "middle"], Words]

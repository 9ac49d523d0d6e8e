"""Commands, tasks, despair, danger, "any will do", complaints: the tables of the data files."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache

from grammars.closed_list import ClosedList, Heard
from grammars.corrections import declined, refused
from grammars.data_files import (
    commands_data,
    danger_data,
    despair_data,
    documents_data,
    preference_data,
    symptoms_data,
    tasks_data,
)
from grammars.fillers import carried
from grammars.meaning import Answer, Command, Document, Scored, Task
from grammars.patterns import Hit, PatternTable, Refusal
from grammars.spoken import Spoken
from grammars.statement import unlikeness

_WEAK = 0.35  # share of a weak word's syllables that counts
_WEAK_AMONG = 0.5  # what is left of a weak word's confidence in the midst of much else
_SHORT_AMONG = 0.6  # ... and of a short word's, among more than so many other syllables
_STORY = 5
_LEAST = 0.45
_SYMPTOM = 0.6
_SYMPTOM_ALSO = 0.3
_ALARM_BY_SOUND = 0.75
_NEARLY_ALARM = 0.6
_LONG_SIGN = 3  # syllables; what is shorter sounds like too much else
_LONG_NAME = 4  # syllables of a hospital's name that may have lent one to words of despair ...
_SURE_NAME = 0.03  # ... and the mean cost of one that is surely heard
_VERY_LONG_NAME, _ONE_SYLLABLE = 6, 1.0  # in so long a one a syllable may be wrong altogether
_SAY = "say"
_CARD = "身份证"
_ASKED = 0.78  # likeness of an expected answer that was garbled


@cache
def _commands() -> PatternTable:
    entries = commands_data().commands
    return PatternTable(
        {entry.command.value: entry.say for entry in entries},
        {entry.command.value: entry.unless for entry in entries},
    )


@cache
def _tasks() -> PatternTable:
    entries = tasks_data().tasks
    unless = {entry.task.value: entry.unless for entry in entries}
    unless |= {f"{entry.task.value}\u00b7": entry.unless for entry in entries}
    patterns = {entry.task.value: entry.say for entry in entries}
    patterns |= {f"{entry.task.value}\u00b7": entry.weak for entry in entries if entry.weak}
    return PatternTable(patterns, unless)


@cache
def _despair() -> PatternTable:
    return PatternTable({_SAY: despair_data().say}, {_SAY: despair_data().unless})


@cache
def _danger() -> PatternTable:
    return PatternTable({_SAY: danger_data().say}, {_SAY: danger_data().unless})


@cache
def _doubtful_danger() -> PatternTable:
    data = danger_data()
    return PatternTable({_SAY: data.doubtful}, {_SAY: data.doubtful_unless}, by_sound=False)


@cache
def _suffering() -> PatternTable:
    data = danger_data()
    words = {Answer.YES.value: data.suffering, Answer.NO.value: data.bearable}
    return PatternTable(words, by_sound=False)


@cache
def _preference() -> PatternTable:
    return PatternTable({_SAY: preference_data().say}, {_SAY: preference_data().unless})


@cache
def _symptoms() -> PatternTable:
    patterns: dict[str, tuple[str, ...]] = {}
    for entry in symptoms_data().symptoms:
        patterns[entry.department] = patterns.get(entry.department, ()) + entry.say
    return PatternTable(patterns)


@cache
def _documents() -> PatternTable:
    entries = documents_data().documents
    return PatternTable(
        {entry.document.value: entry.say for entry in entries},
        {entry.document.value: entry.unless for entry in entries},
    )


@dataclass(frozen=True, slots=True)
class PhraseHits:
    """What the tables found in one N-best list."""

    found: Heard
    commands: tuple[Hit, ...]
    tasks: tuple[Hit, ...]
    despair: tuple[Hit, ...]
    danger: tuple[Hit, ...]
    preference: tuple[Hit, ...]
    symptoms: tuple[Hit, ...]

    @property
    def everything(self) -> tuple[Hit, ...]:
        return (*self.commands, *self.tasks, *self.preference, *self.symptoms)

    def plain_words(self) -> list[tuple[int, int]]:
        """Stretches of the best hypothesis that are plainly commands, tasks, complaints ...

        Of a pattern with a gap (挂…号) nothing counts: a name may stand in the gap.
        """
        return [
            (hit.start, hit.end)
            for hit in self.everything
            if hit.exact and hit.heard == 0 and 2 <= hit.end - hit.start <= hit.words
        ]

    def beside(self, names: Iterable[tuple[int, int]]) -> PhraseHits:
        """Without what only sounds like something inside plainly written names: 告…医院 in
        浦口医院, 老咳 in 脑科医院, 任意 in 省人医."""
        taken = list(names)

        def kept(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
            return tuple(
                hit
                for hit in hits
                if hit.exact or all(end <= hit.start or hit.end <= start for start, end in taken)
            )

        return replace(
            self,
            commands=kept(self.commands),
            tasks=kept(self.tasks),
            symptoms=kept(self.symptoms),
            preference=kept(self.preference),
        )

    def surface(self, hit: Hit) -> str:
        return self.found.rows[hit.heard].text[hit.start : hit.end]


def phrase_hits(found: Heard) -> PhraseHits:
    """Look all tables up, once for an utterance."""
    return PhraseHits(
        found,
        tuple(_commands().find(found, refused=refused)),
        tuple(hit for hit in _tasks().find(found, refused=declined) if not _misspelt(hit, found)),
        _alarms_in(_despair(), found),
        _alarms_in(_danger(), found),
        tuple(_preference().find(found, refused=refused)),
        tuple(_symptoms().find(found, refused=refused)),
    )


def _alarms_in(
    table: PatternTable, found: Heard, refused: Refusal | None = None
) -> tuple[Hit, ...]:
    """What is written of a table, and its best hit: a short word that is written (嘴歪) is not to
    be lost to a longer phrase that only sounds a little like the whole."""
    return (*table.written(found, refused=refused), *table.find(found, refused=refused))


def _misspelt(hit: Hit, found: Heard) -> bool:
    """Whether a task that only sounds so, or of a lesser hypothesis, stands where the likeliest one
    writes what is none of it: 我是退号的 for 我是退休的."""
    written = hit.exact and hit.heard == 0
    blots = _tasks().blots(hit.name, found.rows[0].text)
    return not written and any(hit.start < end and start < hit.end for start, end in blots)


def is_ruled_out(task: Task, text: str) -> bool:
    """Whether `text` (a plain row) says what only sounds like `task`: 退休."""
    return bool(_tasks().blots(task.value, text))


def commands(hits: PhraseHits) -> tuple[Scored[Command], ...]:
    """Steering words, best first."""
    return tuple(
        Scored(Command(hit.name), round(hit.confidence, 4), hits.surface(hit))
        for hit in hits.commands
        if hit.confidence >= _LEAST
    )


def documents(found: Heard, *, asked: bool) -> tuple[Scored[Document], ...]:
    """What was named instead of an ID number, best first. Where none was asked for, only what is
    said of the card itself: 没带 alone may be about anything."""
    if not asked and not any(_CARD in row.text for row in found.rows[:1]):
        return ()
    named = [
        Scored(
            Document(hit.name),
            round(hit.confidence, 4),
            found.rows[hit.heard].text[hit.start : hit.end],
        )
        for hit in _documents().find(found)
        if hit.confidence >= _LEAST
    ]
    return tuple(sorted(named, key=lambda scored: -scored.confidence))


def tasks(hits: PhraseHits) -> tuple[Scored[Task], ...]:
    """What the caller wants done, best first; rivals are scaled down by how much less was said."""
    weights = {entry.task.value: entry.weight for entry in tasks_data().tasks}
    rated: dict[str, tuple[float, Hit]] = {}
    for hit in hits.tasks:
        if _lacks_its_object(hits.found, hit):
            continue
        name = hit.name.rstrip("\u00b7")
        strong = name == hit.name
        if not strong or (hit.words <= 2 and len(hits.tasks) == 1):
            least = _WEAK_AMONG if not strong else _SHORT_AMONG
            hit = replace(hit, confidence=hit.confidence * _share(hits.found, hit, least))
        sure = hit.confidence if hit.exact else hit.confidence**2
        rate = hit.words * sure * weights[name] * (1.0 if strong else _WEAK)
        if hit.confidence >= _LEAST and (name not in rated or rated[name][0] < rate):
            rated[name] = (rate, hit)
    ordered = sorted(rated.items(), key=lambda item: -item[1][0])
    if not ordered:
        return ()
    top = ordered[0][1][0]
    return tuple(
        Scored(
            Task(name),
            round(hit.confidence * (1.0 if rank == 0 else 0.6 * rate / top), 4),
            hits.surface(hit),
        )
        for rank, (name, (rate, hit)) in enumerate(ordered)
    )


def _lacks_its_object(found: Heard, hit: Hit) -> bool:
    """推到 that was only heard alike, at the end of what was said: what it is put off to would
    follow. A 对的 is written 退道."""
    row = found.rows[hit.heard]
    at_the_end = hit.end == len(row) and "dao" in row.readings[hit.end - 1]
    return not hit.exact and hit.name == Task.CHANGE.value and at_the_end


def _share(found: Heard, hit: Hit, least: float) -> float:
    """What a weak or short word is worth: 公交 alone asks the way, in a story it asks nothing."""
    known = carried(found.rows[hit.heard].text)
    loose = sum(not k for at, k in enumerate(known) if not hit.start <= at < hit.end)
    if least == _SHORT_AMONG and loose <= _STORY:
        return 1.0
    return least + (1 - least) * hit.words / (hit.words + loose)


def despairs(hits: PhraseHits, hospitals: ClosedList | None = None) -> bool:
    """Words of a person in crisis, in any hypothesis.

    What the likeliest hypothesis writes always counts. Of the others, and of what only sounds
    like such words, nothing does that runs into the name of one of `hospitals`:
    我要去死第一人民医院 is another spelling of 我要去市第一人民医院.
    """
    if not _alarms(hits.despair):
        return False
    found = hits.found
    if hospitals is None or _despair().written(Heard(found.rows[:1], found.confidences[:1])):
        return True
    names = [name for name in hospitals.phrases if len(name) >= _LONG_NAME]

    def runs_into_a_name(row: Spoken, start: int, end: int) -> bool:
        return any(_begins_at(row, at, end, name) for at in range(start, end) for name in names)

    return _alarms(_alarms_in(_despair(), found, runs_into_a_name))


def _begins_at(row: Spoken, at: int, end: int, name: str) -> bool:
    """Whether `name` is heard in the row from `at` to beyond `end`."""
    said = row.text[at : at + len(name)]
    longer = len(said) == len(name) and at + len(name) > end
    forgiven = _ONE_SYLLABLE / len(name) if len(name) >= _VERY_LONG_NAME else _SURE_NAME
    return longer and unlikeness(name, said) <= forgiven


def is_in_danger(hits: PhraseHits) -> bool:
    """Signs of danger to life (喘不上气, 胸痛 with 大汗), in any hypothesis; of a lesser one not
    those of two syllables: 我要挂口歪 is another spelling of 我要挂口外."""
    return _alarms(hit for hit in hits.danger if hit.heard == 0 or hit.words >= _LONG_SIGN)


def is_perhaps_in_danger(hits: PhraseHits) -> bool:
    """Words that may be a sign of danger, or one that was heard too badly to be sure of."""
    nearly = any(
        hit.confidence >= _NEARLY_ALARM and (hit.exact or hit.words >= _LONG_SIGN)
        for hit in hits.danger
    )
    return nearly or bool(_doubtful_danger().find(hits.found))


def suffering(found: Heard) -> Answer | None:
    """Whether the speaker is very unwell now; None where nothing is said of it."""
    found_words = {hit.name for hit in _suffering().find(found)}
    if Answer.NO.value in found_words:
        return Answer.NO
    return Answer.YES if found_words else None


def _alarms(hits: Iterable[Hit]) -> bool:
    return any(hit.exact or (hit.confidence >= _ALARM_BY_SOUND and hit.words >= 3) for hit in hits)


def has_no_preference(hits: PhraseHits, *, asked: bool, rival: float = 0.0) -> bool:
    """ "随便", "哪个都行".

    `asked`: it is one of the answers that were offered, so an utterance that is nothing but
    something like it counts (随 is heard as 肥 over the telephone), unless a name of the list
    fits better (`rival`, its confidence).
    """
    # In a lesser hypothesis a short phrase is chance; a long one, or an expected one, is not.
    if any(
        hit.confidence >= 0.6 and (hit.heard == 0 or hit.words >= 3 or asked)
        for hit in hits.preference
    ):
        return True
    return asked and _preference().likeness_of_whole(hits.found.best) > max(_ASKED, rival)


def _says_more(hit: Hit, than: Hit) -> bool:
    """小孩发烧 says more than the 发烧 in it."""
    around = hit.start <= than.start and than.end <= hit.end
    longer = hit.end - hit.start > than.end - than.start
    return hit.heard == than.heard and around and longer and hit.confidence >= than.confidence


def complaints(
    hits: PhraseHits, departments: Collection[str]
) -> list[tuple[Scored[str], int, int]]:
    """(department, start, end) for what hurts, best first; only departments of the list."""
    also = {entry.department: entry.also for entry in symptoms_data().symptoms if entry.also}
    results: list[tuple[Scored[str], int, int]] = []
    for hit in hits.symptoms:
        if hit.confidence < _LEAST or any(_says_more(other, hit) for other in hits.symptoms):
            continue
        surface = hits.surface(hit)
        for name, sure in (
            (hit.name, _SYMPTOM),
            *((other, _SYMPTOM_ALSO) for other in also.get(hit.name, ())),
        ):
            if name in departments:
                score = Scored(name, round(sure * hit.confidence, 4), surface)
                results.append((score, hit.start, hit.end))
    return results

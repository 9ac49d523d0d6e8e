"""What the sound itself says of rival answers, beside what the recogniser wrote.

The recogniser's text is a guess at characters. Where the answer stands in a closed list,
the question is rather: of all sentences that differ in this answer alone, which fits the
sound best, and does any of them fit nearly as well as the free text? So its place in a
hypothesis is filled with every rival and an engine scores these sentences; the
differences (natural log-likelihood ratios against the best free text) are the evidence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grammars.closed_list import ClosedList, Heard, heard
from grammars.corrections import corrected_from, excepted, refused
from grammars.data_files import fillers_data
from grammars.fillers import carried
from grammars.meaning import Hypothesis, Slot
from grammars.mentions import is_an_age
from grammars.question import Question
from grammars.spoken import Spoken, spoken
from grammars.word_lists import answer_list, value_of

MOST_SENTENCES = 200
"""Scored for one utterance: what an engine does within 150 ms."""

_MOST_FRAMES = 4
_FIRST_FRAME = 100  # sentences for the likeliest place of the answer
_OTHER_FRAMES = 40
_LONGEST = 24  # syllables; a long story is no list entry in a frame
_WORDS = (Slot.CONFIRM, Slot.COMMAND, Slot.TASK, Slot.DATE)
_WISH_REFUSED = re.compile("^[不勿](?=[要想](?:预约|挂|看|约|去|查|取|改|退|问))")


@dataclass(frozen=True, slots=True)
class Frame:
    """Where an answer stands: `start`..`end` of hypothesis number `heard`."""

    heard: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rival:
    """A sentence that says `value` by the phrase `said`."""

    value: Hashable
    said: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Rivals:
    """What an engine is to score: the free texts of the N-best list and the rival sentences.

    `placed`: some of these stand where an answer was spotted; else they replace all that was said.
    """

    slot: Slot
    free: tuple[str, ...]
    named: tuple[Rival, ...]
    placed: bool = True


@dataclass(frozen=True, slots=True)
class Fitted:
    """The best sentence for one value; `behind` (nats, at most 0) is how far it fits worse than
    the best of all sentences."""

    said: str
    behind: float


@dataclass(frozen=True, slots=True)
class Scores:
    """What an engine says of sentences: the evidence per token of those that it could fit to
    the sound (nats), and how many tokens the likeliest free text has."""

    per_token: Mapping[str, float]
    tokens: int = 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """Values of one slot by how well they fit the sound; one that is missing does not.

    `clearest` is the evidence per token (nats) of the sentence that fits best of those that
    name a value. Of answers it is about 1, below -1 for one in twenty; of foreign speech,
    babble and noise about -2, above -1 for one in twenty. `tokens` of the likeliest free text
    make a distance per token of `behind`. `placed` as in Rivals.
    """

    slot: Slot
    fits: Mapping[Hashable, Fitted]
    clearest: float
    tokens: int = 1
    placed: bool = True


def rivals(question: Question, hypotheses: Sequence[Hypothesis]) -> Rivals | None:
    """What to score for this question; None where the sound has nothing to add.

    That is a question without a list, nothing heard, or a long story.
    """
    found = _with_wishes(heard(hypotheses))
    if not found.rows or len(found.best) > _LONGEST:
        return None
    answers = answer_list(question)
    if answers is None or not answers.names.names:
        return None
    nearest = answers.names.nearest(found, _FIRST_FRAME)
    named: dict[tuple[str, str], Rival] = {}
    spotted = _spotted(found, answers.names, alone=question.expect in _WORDS)
    frames = dict.fromkeys((*spotted[: _MOST_FRAMES - 2], *_cores(found)))
    for number, frame in enumerate(frames):
        row = found.rows[frame.heard].text
        for name, phrase in nearest[: _OTHER_FRAMES if number else _FIRST_FRAME]:
            sentence = row[: frame.start] + phrase + row[frame.end :]
            rival = Rival(value_of(answers, name), phrase, sentence)
            named.setdefault((name, sentence), rival)
    free = tuple(row.text for row in found.rows)
    sentences = tuple(named.values())[: MOST_SENTENCES - len(free)]
    return Rivals(question.expect, free, sentences, bool(spotted))


def evidence(rivals: Rivals, scores: Scores) -> Evidence | None:
    """None where not even a free text could be scored: then nothing is to be compared.

    Distances are those of a text as long as the likeliest free one.
    """
    sound = scores.per_token
    if not any(text in sound for text in rivals.free):
        return None
    best = max(sound.values())
    fits: dict[Hashable, Fitted] = {}
    clearest = -math.inf
    for rival in rivals.named:
        if rival.sentence not in sound:
            continue
        clearest = max(clearest, sound[rival.sentence])
        behind = (sound[rival.sentence] - best) * scores.tokens
        known = fits.get(rival.value)
        if known is None or known.behind < behind:
            fits[rival.value] = Fitted(rival.said, behind)
    return Evidence(rivals.slot, _tone_blind(fits), clearest, scores.tokens, rivals.placed)


def _tone_blind(fits: Mapping[Hashable, Fitted]) -> dict[Hashable, Fitted]:
    """A name fits as well as another one's byname that differs from it in a tone alone (肾内科;
    神内科, for 神经内科): scores of characters are poor witnesses of tones, and a name is likelier
    to be said than a byname."""
    bynames: dict[Hashable, float] = {}
    for value, fitted in fits.items():
        if fitted.said != value:
            read = spoken(fitted.said).readings
            bynames[read] = max(bynames.get(read, -math.inf), fitted.behind)
    level = dict(fits)
    for value, fitted in fits.items():
        byname = bynames.get(spoken(fitted.said).readings, -math.inf)
        if fitted.said == value and byname > fitted.behind:
            level[value] = Fitted(fitted.said, byname)
    return level


def _with_wishes(found: Heard) -> Heard:
    """我要挂 is often written 不要挂, which sounds much alike: the sound is asked about both.

    The sound does not decide whether it was a refusal, only which name stood behind it.
    """
    wishes = [_WISH_REFUSED.sub("我", row.text) for row in found.rows[:1]]
    more = [spoken(text) for text in wishes if text not in {row.text for row in found.rows}]
    return Heard((*found.rows, *more), (*found.confidences, *found.confidences[: len(more)]))


def _spotted(found: Heard, names: ClosedList, *, alone: bool) -> list[Frame]:
    """Where entries were spotted, the likeliest place first.

    `alone`: only where nothing stays beside it but words that people put around an answer. In
    我有解 a yes (有) would need nothing but what was written to fit the sound perfectly.
    """
    frames: list[Frame] = []
    for spot in names.spot(found):
        row = found.rows[spot.heard]
        if spot.start < corrected_from(row) or _taken_back(row, spot.start, spot.end):
            continue  # 不要明天: tomorrow is no rival for what was meant
        if is_an_age(row, spot):
            continue
        if alone and not _explained_beside(row.text, spot.start, spot.end):
            continue
        if all(spot.end <= other.start or other.end <= spot.start for other in frames):
            frames.append(Frame(spot.heard, spot.start, spot.end))
    return frames


def _cores(found: Heard) -> Iterator[Frame]:
    """What stands between the words that people put around an answer, and all of the utterance."""
    rows = found.rows[-1:] + found.rows[:1] if _WISH_REFUSED.match(found.best.text) else ()
    yield from (_core(found.rows.index(row), row.text) for row in rows or found.rows[:1])
    yield Frame(0, 0, len(found.best))


def _core(number: int, row: str) -> Frame:
    """What people's words around an answer leave of `row`."""
    known = [at for at, explained in enumerate(carried(row)) if not explained]
    if not known:
        return Frame(number, 0, len(row))
    return _with_its_kind(row, Frame(number, known[0], known[-1] + 1))


def _explained_beside(row: str, start: int, end: int) -> bool:
    known = carried(row)
    return all(known[:start]) and all(known[end:])


def _taken_back(row: Spoken, start: int, end: int) -> bool:
    return refused(row, start, end) or excepted(row, start, end)


def _with_its_kind(row: str, core: Frame) -> Frame:
    """看 and 科 are around many answers and part of many: 看咳嗽的, 关节科."""
    data = fillers_data()
    start, end = core.start, core.end
    while ending := next((word for word in data.answer_endings if row.startswith(word, end)), ""):
        end += len(ending)
    beginning = next((word for word in data.answer_beginnings if row[:start].endswith(word)), "")
    return Frame(core.heard, start - len(beginning), end)

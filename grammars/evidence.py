"""What the sound itself says of rival names, beside what the recogniser wrote.

The recogniser's text is a guess at characters. Where it names something of a closed
list, the question is rather: of all sentences that differ in this name alone, which
fits the sound best, and does any of them fit nearly as well as the free text? So the
name's place in a hypothesis is filled with every rival, an engine scores these
sentences, and the differences (natural log-likelihood ratios against the best free
text) join the distances in pinyin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grammars.closed_list import ClosedList, Heard, Spot, heard
from grammars.data_files import evidence_data
from grammars.fillers import strip_fillers
from grammars.meaning import Hypothesis, Slot
from grammars.question import Question

MOST_SENTENCES = 200
"""Scored for one utterance: what an engine does within 150 ms."""

_MOST_FRAMES = 3
_FIRST_FRAME = 120  # sentences for the likeliest place of the name, the rest for the others
_LONGEST = 24  # syllables; a long story is no list entry in a frame


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a name stands: `start`..`end` of hypothesis number `heard`."""

    heard: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rival:
    """A sentence that says `name` by one of its phrases in one frame."""

    name: str
    phrase: str
    frame: Frame
    sentence: str


@dataclass(frozen=True, slots=True)
class Rivals:
    """What an engine is to score: the free texts of the N-best list and the rival sentences."""

    slot: Slot
    free: tuple[str, ...]
    named: tuple[Rival, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything to score, each once, the free texts first."""
        return tuple(dict.fromkeys((*self.free, *(rival.sentence for rival in self.named))))


@dataclass(frozen=True, slots=True)
class Fitted:
    """The best sentence for one name; `behind` (at most 0, nats) is how far it fits worse than
    the best free text."""

    rival: Rival
    behind: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Names of one slot's list by how well they fit the sound; a name that is missing does not."""

    slot: Slot
    fits: Mapping[str, Fitted]

    def weigh(self, spots: Sequence[Spot]) -> list[Spot]:
        """`spots` with the sound's word in their gain, and names that only the sound knows."""
        weights = evidence_data().of(self.slot)
        weighed = []
        for spot in spots:
            fitted = self.fits.get(spot.name)
            behind = max(fitted.behind, -weights.furthest) if fitted else -weights.furthest
            gain = weights.written * spot.gain + weights.sound * (behind + weights.expected)
            weighed.append(replace(spot, gain=gain))
        known = {spot.name for spot in spots}
        for name, fitted in self.fits.items():
            if name not in known and fitted.behind > -weights.unwritten:
                frame, phrase = fitted.rival.frame, fitted.rival.phrase
                gain = weights.sound * (fitted.behind + weights.expected)
                weighed.append(
                    Spot(name, phrase, gain, 1.0, frame.heard, frame.start, frame.end, exact=False)
                )
        return sorted(weighed, key=lambda spot: -spot.gain)


def list_of(question: Question) -> ClosedList | None:
    """The closed list that answers the question, if it is one of names."""
    match question.expect:
        case Slot.HOSPITAL:
            return question.hospitals
        case Slot.DEPARTMENT:
            return question.departments
        case Slot.DOCTOR:
            return question.doctors
        case Slot.CHOICE:
            return question.choices
        case _:
            return None


def rivals(question: Question, hypotheses: Sequence[Hypothesis]) -> Rivals | None:
    """What to score for this question; None where the sound has nothing to add.

    That is a question without a list, nothing heard, or a long story.
    """
    names = list_of(question)
    found = heard(hypotheses)
    if names is None or not names.names or not found.rows or len(found.best) > _LONGEST:
        return None
    nearest = names.nearest(found, MOST_SENTENCES)
    named: dict[str, Rival] = {}
    for number, frame in enumerate(_frames(found, names)):
        row = found.rows[frame.heard].text
        room = (_FIRST_FRAME if number == 0 else MOST_SENTENCES) - len(named)
        for name, phrase in nearest[: max(0, room)]:
            sentence = row[: frame.start] + phrase + row[frame.end :]
            named.setdefault(f"{name}\t{sentence}", Rival(name, phrase, frame, sentence))
    return Rivals(question.expect, tuple(row.text for row in found.rows), tuple(named.values()))


def evidence(rivals: Rivals, totals: Mapping[str, float]) -> Evidence | None:
    """`totals`: log-probability of each sentence that the engine could fit to the sound.

    None where not even a free text could be scored: then nothing is to be compared.
    """
    free = [totals[text] for text in rivals.free if text in totals]
    if not free:
        return None
    best = max(totals.values())
    fits: dict[str, Fitted] = {}
    for rival in rivals.named:
        total = totals.get(rival.sentence)
        if total is None:
            continue
        known = fits.get(rival.name)
        if known is None or known.behind < total - best:
            fits[rival.name] = Fitted(rival, total - best)
    return Evidence(rivals.slot, fits)


def _frames(found: Heard, names: ClosedList) -> Iterator[Frame]:
    """Where a name may stand, the likeliest place first; at last the utterance as a whole."""
    frames: list[Frame] = []
    for spot in names.spot(found):
        if all(spot.end <= other.start or other.end <= spot.start for other in frames):
            frames.append(Frame(spot.heard, spot.start, spot.end))
    whole = Frame(0, 0, len(found.best))
    yield from frames[: _MOST_FRAMES - 1]
    if whole not in frames[: _MOST_FRAMES - 1] and len(strip_fillers(found.best.text)) <= 8:
        yield whole

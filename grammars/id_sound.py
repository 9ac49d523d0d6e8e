"""An ID number by its sound: of all numbers that can be, the one that fits what was heard best.

Recognisers drop digits of a row of equal ones (一九四三零七三零 -> 19430730 or 194373) and write
words that sound alike, so that of long numbers hardly one in eight is written whole. The
sound is asked character by character instead, and only along numbers that exist: province,
birth date and check character (GB 11643) leave one in a thousand.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from grammars import id_number
from grammars.data_files import id_words_data
from grammars.id_correction import placed_correction
from grammars.meaning import Hypothesis, IdNumber, Scored, Slot, Understanding
from grammars.question import Question
from grammars.spoken import plain

FEWEST = 12  # digits written of a whole number; the search is dear, and a part is often said
MOST = 24
_FEWEST_NOW = 4  # ... of them in this utterance
_RUN = 3  # digits with which a number begins: 要 in 我要报 is none
_LONGEST_BEFORE = 10  # characters: 我的身份证号码是
WHOLE_FROM = -6.5
"""Nats by which a whole number has to fit better than the likeliest beginning of one, half of
those by which it stands out from the next whole number added. Of 60 numbers (dev speech,
telephone) all 55 come through that are right and 4 of the 5 that are wrong; of 44 that broke off
before their last group 12 instead of 43."""
_SURE_FROM = 1.0  # nats by which the best has to stand out to be as likely right as not
"""Of 60 numbers (dev speech) four that were wrong stood out by 1.5 at most, of the right ones 4."""
_LEAST = 0.02
_MOST_REPORTED = 5
_CONTRADICTED = 0.5
_LIKELY = 0.5
_MOST_MENDED = 0.7  # what no hypothesis spells is never taken unasked
_SURER_THAN_OLD = 0.9  # of 18 digits 15 may be written, which happen to be an old number


@dataclass(frozen=True, slots=True)
class Dictation:
    """What is asked of the sound: numbers that go on from `start` (known already), said behind the
    words `before`; `words` are how each character is said."""

    start: str = field(repr=False)
    before: str = field(repr=False)
    words: Mapping[str, tuple[str, ...]]
    today: dt.date

    def follow(self, prefix: str) -> str:
        """The characters that may come behind `prefix`, which begins with `start`."""
        return id_number.next_characters(prefix, self.today)

    def whole(self, text: str) -> bool:
        """Whether `text` is a valid number."""
        return id_number.is_valid(text, self.today)


def dictation(question: Question, hypotheses: Sequence[Hypothesis]) -> Dictation | None:
    """None where no ID number was asked for, or not about a whole one was said."""
    if question.expect is not Slot.ID_NUMBER:
        return None
    if not id_number.may_begin(question.id_so_far, question.today):
        return None
    texts = [plain(each.text) for each in sorted(hypotheses, key=lambda h: -h.confidence)]
    return next(filter(None, (_dictated(question, text) for text in texts)), None)


def with_sound(
    understanding: Understanding,
    found: Sequence[tuple[str, float]],
    unfinished: float = -math.inf,
) -> Understanding:
    """`found`: whole numbers with their log-probabilities, best first; `unfinished`: that of the
    likeliest beginning of one, as if no more had been said. A number that no hypothesis spells
    counts as mended: it is to be read back."""
    understanding = _unsure_of_old(understanding)
    if not found or understanding.restart:
        return understanding
    written = {
        scored.value.digits: scored
        for scored in understanding.id_number
        if scored.value.valid and not scored.value.mended
    }
    best, second = found[0][1], found[1][1] if len(found) > 1 else -math.inf
    if found[0][0] not in written and best - unfinished + (best - second) / 2 < WHOLE_FROM:
        return understanding
    sure = 1 / (1 + math.exp(_SURE_FROM - min(best - second, 40.0)))
    if sure < _SURER_THAN_OLD and _is_old(understanding):
        return understanding
    numbers = []
    for digits, total in found[:_MOST_REPORTED]:
        share = sure * math.exp(total - best)
        known = written.pop(digits, None)
        if known is not None:
            trust = 1.0 if digits == found[0][0] else _CONTRADICTED
            share = max(share, known.confidence * trust)
        else:
            share = min(share, _MOST_MENDED)
        number = IdNumber(digits, complete=True, valid=True, mended=known is None)
        numbers.append(Scored(number, round(share, 4), known.surface if known else ""))
    numbers += [
        replace(scored, confidence=round(scored.confidence * _CONTRADICTED, 4))
        for scored in written.values()
    ]
    if numbers[0].confidence < _LIKELY:  # rather the beginning of a number, as it was written
        numbers += [scored for scored in understanding.id_number if not scored.value.valid]
    numbers.sort(key=lambda scored: -scored.confidence)
    return replace(understanding, id_number=tuple(n for n in numbers if n.confidence >= _LEAST))


def _dictated(question: Question, text: str) -> Dictation | None:
    if placed_correction(text, question.id_wrong or question.id_so_far) is not None:
        return None
    run = re.search(f"[{_digits()}]{{{_RUN}}}", text)
    if run is None:
        return None
    spoken = len(re.findall(f"[{_digits()}]", text[run.start() :]))
    if spoken < _FEWEST_NOW or not FEWEST <= spoken + len(question.id_so_far) <= MOST:
        return None
    words = {character: tuple(said) for character, said in id_words_data().spelled.items()}
    if run.start() > _LONGEST_BEFORE:
        return None
    return Dictation(question.id_so_far, text[: run.start()], words, question.today)


def _unsure_of_old(understanding: Understanding) -> Understanding:
    """Of 100 numbers of 18 digits (held-out voices) five were written as 15 that may be one."""
    if not _is_old(understanding):
        return understanding
    best, *others = understanding.id_number
    old = replace(best, confidence=min(best.confidence, _MOST_MENDED))
    return replace(understanding, id_number=(old, *others))


def _is_old(understanding: Understanding) -> bool:
    """A number of the first generation: 15 digits, which a person has to take."""
    return any(
        scored.value.complete and len(scored.value.digits) == id_number.OLD_LENGTH
        for scored in understanding.id_number[:1]
    )


@cache
def _digits() -> str:
    data = id_words_data()
    return "".join(
        word
        for spellings in (*data.digits.values(), *data.spelled.values())
        for word in spellings
        if len(word) == 1
    )

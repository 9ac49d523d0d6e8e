"""Yes and no. Never a yes for a no: any negation that is not part of a yes idiom wins.

An utterance is cut into known words (longest first); what is left over is
looked at for negators, by character and by sound (不对 is often written 部队).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from grammars.closed_list import ClosedList, Heard
from grammars.data_files import confirm_data, fillers_data
from grammars.fillers import carried, is_backchannel, strip_fillers
from grammars.meaning import Answer, Candidate, Scored
from grammars.patterns import GAP
from grammars.sound import syllable_cost
from grammars.spoken import Spoken, spoken

_CERTAIN = 0.97
_ONE_WORD_INSIDE = 0.7
NEGATED = 0.75  # a 不 with something unknown
_IN_PASSING = 0.5
_BEGINNING = 1  # syllable before a no at the beginning: 我不要
_SHORT_SENTENCE = 5
_LONG_SENTENCE = 8  # of unknown words behind a 不 that is none of the known ways to say no
_BY_SOUND = 0.7
_CONFLICT = 0.4
NEXT_BEST = 0.4  # a yes that is written only where the likeliest hypothesis has none
_SOUND_LIKENESS = 0.88
_ALIKE = 0.25
_LONGEST_BY_SOUND = 6
_SHORTEST_CONTRADICTION = 2  # syllables; 部 alone may belong to the name behind it
_COPULA = {"shi", "si"}  # 部队市鼓楼医院 is 不对，是鼓楼医院; sh and s are one here
_SAME_SOUND = 0.985
_LONG_YES = 3  # syllables; 没错 is too short to tell from 每错


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str  # yes, alone, no, unclear, negator, other
    text: str


def answers(found: Heard, *, by_sound: bool) -> tuple[Scored[Answer], ...]:
    """Yes or no, best first; empty when neither was said.

    `by_sound`: also short utterances that only sound like a yes or no (部队 for 不对).
    A yes in the best hypothesis that another likely one contradicts is no yes:
    both come back with low confidence, no first.
    """
    if not found.rows:
        return ()
    top = max(found.confidences) or 1.0
    verdicts = [
        (verdict, found.confidences[which] / top)
        for which, row in enumerate(found.rows)
        if (verdict := _verdict(row, by_sound)) is not None
    ]
    if not verdicts:
        return ()
    best, faith = verdicts[0]
    leading = best.confidence * faith
    if best.value is Answer.YES and _verdict(found.best, by_sound) is None:
        leading = min(leading, NEXT_BEST)
    against = [v for v, f in verdicts[1:] if v.value is not best.value and f >= 0.6]
    if best.value is Answer.YES and against:
        return (
            Scored(Answer.NO, _CONFLICT, against[0].surface),
            Scored(Answer.YES, _CONFLICT, best.surface),
        )
    return (Scored(best.value, round(leading, 4), best.surface),)


def _verdict(row: Spoken, by_sound: bool) -> Scored[Answer] | None:
    text = row.text
    if not text or is_backchannel(text):
        return None
    pieces = [piece for piece in _pieces(text) if piece.kind != "filler"]
    kinds = [piece.kind for piece in pieces]
    said = "".join(piece.text for piece in pieces)
    refusal = next((at for at, kind in enumerate(kinds) if kind in ("no", "negator")), None)
    if refusal is not None:
        if by_sound and not _is_question(text, pieces) and (yes := _negated_yes(said)) is not None:
            return yes
        word = next((p.text for p in pieces if p.kind == "no"), None)
        sure = NEGATED if word is None else _CERTAIN
        if _is_beside_the_point(text, pieces, refusal):
            sure = _IN_PASSING
        return Scored(Answer.NO, sure, word or text)
    if (swallowed := _swallowed_no(pieces)) is not None:
        return Scored(Answer.NO, _ONE_WORD_INSIDE, swallowed)
    if _is_question(text, pieces):
        return None
    firm = [piece for piece in pieces if piece.kind == "yes"]
    alone = [piece for at, piece in enumerate(pieces) if _counts(pieces, at)]
    loose = sum(len(piece.text) for piece in pieces if piece.kind == "other")
    asked = any(piece.kind == "unclear" for piece in pieces)
    at_edge = bool(pieces) and "yes" in (pieces[0].kind, pieces[-1].kind)
    if firm and (loose <= 2 or (at_edge and loose <= 4)) and not _sounds_negative(text, pieces):
        sure = _CERTAIN if loose <= 1 and not asked and not _is_weak(firm) else _ONE_WORD_INSIDE
        return Scored(Answer.YES, sure, firm[0].text)
    if alone and not asked and not _sounds_negative(text, pieces):
        sure = _CERTAIN if loose == 0 and not _is_weak(alone) else _ONE_WORD_INSIDE
        return Scored(Answer.YES, sure, alone[0].text)
    if (firm or alone) and _sounds_negative(text, pieces):
        return Scored(Answer.NO, 0.5, text)
    return _by_sound(strip_fillers(text), said) if by_sound else None


def _is_weak(yes: list[_Piece]) -> bool:
    return all(piece.text in confirm_data().affirm_weak for piece in yes)


def _swallowed_no(pieces: list[_Piece]) -> str | None:
    """The 不是 of 不是，说得没错, which 不是说 takes away from it."""
    data = confirm_data()
    for at, piece in enumerate(pieces):
        behind = "".join(later.text for later in pieces[at:])
        for no in data.deny if piece.kind == "unclear" else ():
            if piece.text.startswith(no) and behind[len(no) :].startswith(data.affirm):
                return no
    return None


def _is_beside_the_point(text: str, pieces: list[_Piece], refusal: int) -> bool:
    """我的手机没有电了: a no in the midst of a sentence that has nothing to do with a booking."""
    before = sum(len(piece.text) for piece in pieces[:refusal] if piece.kind == "other")
    loose = sum(len(piece.text) for piece in pieces if piece.kind == "other")
    if pieces[refusal].kind == "negator" and loose > _LONG_SENTENCE:
        return True
    if before <= _BEGINNING or loose <= _SHORT_SENTENCE:
        return False
    return not any(word in text for word in confirm_data().about)


def is_plain_yes(text: str) -> bool:
    """Whether `text` (a plain row) is a yes and nothing else: 那就好, 好吧好吧."""
    verdict = _verdict(spoken(text), by_sound=False)
    return verdict is not None and verdict.value is Answer.YES and verdict.confidence >= _CERTAIN


def asks(text: str) -> bool:
    """Whether `text` (a plain row) is a question, which is neither a yes nor a no."""
    return _is_question(text, _pieces(text))


def _is_question(text: str, pieces: list[_Piece]) -> bool:
    """可以退吗, 好的几点: who asks something has not said yes. 没什么要改 asks nothing."""
    data = confirm_data()
    beside = "".join(piece.text for piece in pieces if piece.kind != "yes")
    return text.endswith(data.asking_end) or any(word in beside for word in data.asking)


def _counts(pieces: list[_Piece], at: int) -> bool:
    """Whether a one-syllable yes counts: said alone, or (对, 好, 行) at the very beginning.

    After something that was not understood it does not: that may have been a 不.
    """
    if pieces[at].kind != "alone":
        return False
    if all(piece.kind in ("alone", "yes") for piece in pieces):
        return True
    return at == 0 and pieces[at].text in confirm_data().affirm_first


def _pieces(text: str) -> list[_Piece]:
    expression, kinds = _lexicon()
    pieces: list[_Piece] = []
    at = 0
    for match in expression.finditer(text):
        if match.start() > at:
            pieces.append(_Piece("other", text[at : match.start()]))
        kind = "unclear" if match["unclear"] else kinds[match[0]]
        pieces.append(_Piece(kind, match[0]))
        at = match.end()
    if at < len(text):
        pieces.append(_Piece("other", text[at:]))
    return pieces


@cache
def _lexicon() -> tuple[re.Pattern[str], dict[str, str]]:
    """Every word, longest first, and its kind; a word of two kinds is rather a no than a yes."""
    data = confirm_data()
    kinds = {
        word: kind
        for kind, words in (
            ("filler", (*fillers_data().fillers, *data.around)),
            ("alone", data.affirm_alone),
            ("yes", data.affirm),
            ("negator", data.negators),
            ("unclear", data.unclear),
            ("no", data.deny),
        )
        for word in words
    }
    words = "|".join(map(re.escape, sorted(kinds, key=len, reverse=True)))
    patterns = "|".join(map(_expression, data.unclear_patterns))
    return re.compile(f"(?P<unclear>([^不没])[不没]\\2|{patterns})|{words}"), kinds


def _expression(pattern: str) -> str:
    parts = pattern.split("…")
    return f".{{0,{GAP}}}?".join(f"(?:{part})" for part in parts)


def _sounds_negative(text: str, pieces: list[_Piece]) -> bool:
    """Whether an unexplained syllable right before a yes sounds like 不, 没, 别."""
    sounds = confirm_data().negator_sounds
    for before, piece in pairwise(pieces):
        if before.kind == "other" and piece.kind in ("yes", "alone"):
            last = spoken(before.text).readings[-1]
            if any(syllable_cost(sound, reading) <= _ALIKE for sound in sounds for reading in last):
                return True
    return False


def _by_sound(text: str, bare: str) -> Scored[Answer] | None:
    """A short utterance that sounds like a yes or a no as a whole (部队, 豪的, 睡的).

    `bare`: the same without words that change nothing (谢谢).
    """
    data = confirm_data()
    for core in dict.fromkeys((*_cores(text), *_cores(bare))):
        if core in data.heard_for_no:
            return Scored(Answer.NO, _BY_SOUND, text)
        if core in data.heard_for_yes:
            return Scored(Answer.YES, _BY_SOUND, text)
        verdict = _like_a_word(core)
        if verdict is not None:
            return verdict
    return None


def contradiction(row: Spoken, start: int) -> tuple[Scored[Answer], ...]:
    """A no by sound in front of what is right instead, which is named from `start` on: 部队，
    是红十字医院. Never a yes: what is named there is no part of what was read to the caller."""
    lead = row.text[:start]
    around = [
        known or not _COPULA.isdisjoint(row.readings[at]) for at, known in enumerate(carried(lead))
    ]
    for end in range(len(lead), _SHORTEST_CONTRADICTION - 1, -1):
        said = _by_sound(lead[:end], strip_fillers(lead[:end]))
        if said is not None and said.value is Answer.NO:
            return (said,)
        if not around[end - 1]:
            break
    return ()


def _cores(text: str) -> Iterator[str]:
    """`text`, without what may be a misheard 嗯 at the beginning, and without repeating itself."""
    starts = ["", *(word for word in confirm_data().heard_for_fillers if text.startswith(word))]
    for start in starts:
        core = text.removeprefix(start)
        half = core[: len(core) // 2]
        yield half if half and core == half * 2 else core


def _like_a_word(text: str) -> Scored[Answer] | None:
    if not 2 <= len(text) <= _LONGEST_BY_SOUND or any(k.kind == "unclear" for k in _pieces(text)):
        return None
    row = spoken(text)
    for spot in _sounds().spot(Heard((row,), (1.0,)), limit=4):
        answer = Answer(spot.name.partition("\t")[0])
        whole = spot.start == 0 and spot.end == len(text) and len(spot.phrase) == len(text)
        if not whole or spot.likeness < _SOUND_LIKENESS:
            continue
        negative = any(
            confirm_data().negator_sounds.count(reading) for rs in row.readings for reading in rs
        )
        if answer is Answer.YES and negative:
            return Scored(Answer.NO, 0.5, text)
        return Scored(answer, _BY_SOUND, text)
    return None


def _negated_yes(text: str) -> Scored[Answer] | None:
    """不需要该 is 不需要改: the very sound of a yes that has a negator in it."""
    negators = confirm_data().negators
    for spot in _sounds().spot(Heard((spoken(text),), (1.0,)), limit=4):
        whole = spot.end - spot.start == len(text) == len(spot.phrase)
        same = whole and spot.likeness >= _SAME_SOUND and len(text) >= _LONG_YES
        negated = any(negator in spot.phrase for negator in negators)
        if same and negated and spot.name.startswith(Answer.YES):
            return Scored(Answer.YES, _BY_SOUND, text)
    return None


@cache
def _sounds() -> ClosedList:
    data = confirm_data()
    words = [(Answer.NO, word) for word in data.deny] + [(Answer.YES, word) for word in data.affirm]
    return ClosedList(
        (Candidate(f"{answer.value}\t{word}", (word,)) for answer, word in words if len(word) >= 2),
        words=True,
    )

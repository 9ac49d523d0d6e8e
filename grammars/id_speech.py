"""What was said for an ID number -> a row of digit tokens, with the cost of every reading.

A token is one syllable that is, or may stand for, a digit. Corrections in
mid-number ("320105 不对 06") are worked out here; which reading is right is
decided by the search in `id_lattice`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from grammars.closed_list import ClosedList, Heard
from grammars.data_files import id_words_data, readings_data
from grammars.meaning import Candidate
from grammars.numerals import number
from grammars.sound import syllable_cost
from grammars.spoken import readings_of, spoken

DIGITS = "0123456789X"
CLEAR = 0.0
HOMOPHONE = 0.05
REPLACED = 0.55  # at least this much for another digit than the one plainly heard
IMPOSSIBLE = 9.0
_STRAY_SKIP = 0.3
_HESITATION = 0.2
_HESITATION_SKIP = 0.05
_HOMOPHONE_SKIP = 0.45
_DIGIT_SKIP = 1.1
_SHORTEST_LEAD_IN = 4
_LONGEST_LEAD_IN = 16  # syllables from the beginning in which it is looked for
_LEAD_IN_LIKENESS = 0.8
_ALIKE = 0.65  # syllables less alike than this are not taken for each other


@dataclass(frozen=True, slots=True)
class Token:
    """`costs[i]` for reading DIGITS[i]; `skip` for leaving the syllable out; `clear`: a digit."""

    costs: tuple[float, ...]
    skip: float
    clear: bool
    homophone: bool = False

    @property
    def likeliest(self) -> str:
        return DIGITS[min(range(len(DIGITS)), key=lambda i: self.costs[i])]

    @property
    def countable(self) -> bool:
        return self.clear or self.homophone


_DATE = re.compile(
    "([0-9零一二三四五六七八九]{4})年([0-9零一二三四五六七八九十]{1,3})月"
    "([0-9零一二三四五六七八九十]{1,3})[日号]?"
)
_HUNDREDS = re.compile(
    "[一二三四五六七八九]?百?零?[一二三四五六七八九]?[十百][一二三四五六七八九]?"
)

Row = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Dictation:
    """The token rows an utterance may mean, likeliest first, earlier digits included.

    `said`: the syllables of the utterance itself; `restart`: earlier digits are void.
    """

    rows: tuple[Row, ...]
    said: Row
    restart: bool


def dictated(text: str, so_far: str = "") -> Dictation:
    """All ways to read `text` (a plain row) as digits, after the digits `so_far`."""
    restart = _match_last(_word_expression("restarts"), text)
    if restart is not None:
        text = text[restart:]
        so_far = ""
    rows: list[Row] = []
    spoken_now: Row = ()
    for variant in _variants(text):
        said = _word_expression("corrections").split(variant)
        pieces = [
            _tokens(piece if at == 0 else piece.lstrip("是")) for at, piece in enumerate(said)
        ]
        rows.extend(_joined(tuple(map(digit_token, so_far)), pieces))
        spoken_now = spoken_now or tuple(token for piece in pieces for token in piece)
    return Dictation(tuple(dict.fromkeys(rows)), spoken_now, restart is not None)


def digit_token(digit: str) -> Token:
    """A digit that was plainly heard."""
    return Token(_clear_costs(digit), _DIGIT_SKIP, True)


def digits_said(text: str) -> str:
    """`text` (a plain row) as digits; empty where anything else is said in it."""
    row = _tokens(text.lstrip("是"))
    if len(row) > 1 and not row[-1].clear and row[-1].likeliest != "X":
        row = row[:-1]  # 吧, 啊
    return "".join(t.likeliest for t in row) if all(t.countable for t in row) else ""


def counted(row: Sequence[Token]) -> int:
    """Tokens that were written as a digit or as a usual homophone of one."""
    return sum(token.countable for token in row)


def trimmed(row: Sequence[Token]) -> Row:
    """Without stray syllables at either end."""
    kept = [at for at, token in enumerate(row) if token.countable]
    return tuple(row[kept[0] : kept[-1] + 1]) if kept else ()


def _joined(before: Row, pieces: Sequence[tuple[Token, ...]]) -> list[Row]:
    """Fold corrections into the digits before them; several rows where it is not clear how."""
    rows = [before + pieces[0]]
    if before and len(pieces[0]) >= 15:
        rows.insert(0, pieces[0])
    elif before:
        rows.extend(_overlapped(before, pieces[0]))
    for piece in pieces[1:]:
        if piece:
            rows = [joined for row in rows for joined in _corrected(row, piece)]
    return rows[:8]


def _overlapped(before: Row, new: Row) -> list[Row]:
    """The caller repeats the last digits before going on."""
    for length in range(min(len(before), len(new)), 1, -1):
        if _differences(before[-length:], new[:length]) == 0:
            return [before + new[length:]]
    return []


def _corrected(row: Row, piece: Row) -> list[Row]:
    if not row or len(piece) >= 15:
        return [piece]
    places: list[tuple[float, int]] = []
    for start in range(len(row)):
        length = min(len(row) - start, len(piece))
        if start + length < len(row):
            continue  # what replaces the end may not stop in the middle
        wrong = _differences(row[start : start + length], piece[:length])
        places.append((wrong / length + 0.02 * abs(len(piece) - length), start))
    places.sort()
    starts = [start for share, start in places if share <= 0.5][:2]
    tail = max(0, len(row) - len(piece))
    whole = 18 - len(piece)  # the correction runs on to the end of the number
    starts += [at for at in (tail, whole) if 0 <= at < len(row) and at not in starts]
    return [row[:start] + piece for start in starts]


def _differences(one: Sequence[Token], other: Sequence[Token]) -> int:
    return sum(a.likeliest != b.likeliest for a, b in zip(one, other, strict=True))


def _variants(text: str) -> list[str]:
    """`text` with dates, repeats and tens written out as digits, and with tens left alone."""
    text = _without_lead_in(text)
    text = _DATE.sub(_written_out_date, text)
    text = re.sub(f"([两俩二三四五六23456])个({_digit_class()})", _repeated, text)
    text = re.sub(f"双({_digit_class()})", r"\1\1", text)
    tens = re.sub(
        "[一二三四五六七八九]?百?零?[一二三四五六七八九]?[十百][一二三四五六七八九]?", _tens, text
    )
    return [text] if tens == text else [tens, text]


def _without_lead_in(text: str) -> str:
    """`text` after a misheard "身份证号码是": its syllables would be taken for digits."""
    first = next((at for at, char in enumerate(text) if char in _written()[0]), len(text))
    beginning = spoken(text[: min(first, _LONGEST_LEAD_IN)])
    cuts = [
        spot.end
        for spot in _lead_ins().spot(Heard((beginning,), (1.0,)), limit=4)
        if spot.likeness >= _LEAD_IN_LIKENESS and spot.end - spot.start >= _SHORTEST_LEAD_IN
    ]
    return text[max(cuts, default=0) :]


@cache
def _lead_ins() -> ClosedList:
    words = [word for word in id_words_data().ignore if len(word) >= _SHORTEST_LEAD_IN]
    return ClosedList((Candidate(word, (word,)) for word in words), words=True)


def _written_out_date(match: re.Match[str]) -> str:
    month, day = number(match[2]), number(match[3])
    if month is None or day is None:
        return match[0]
    return f"{match[1]}{month:02d}{day:02d}"


def _repeated(match: re.Match[str]) -> str:
    return match[2] * (number(match[1]) or 1)


def _tens(match: re.Match[str]) -> str:
    value = number(match[0])
    return match[0] if value is None else str(value)


@cache
def _digit_class() -> str:
    words = id_words_data().digits.values()
    return "[" + "".join(dict.fromkeys(char for row in words for char in row)) + "]"


@cache
def _word_expression(kind: str) -> re.Pattern[str]:
    words: Iterable[str] = getattr(id_words_data(), kind)
    return re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)))


def _match_last(expression: re.Pattern[str], text: str) -> int | None:
    return max((match.end() for match in expression.finditer(text)), default=None)


def _tokens(text: str) -> Row:
    text = _word_expression("ignore").sub("", text)
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _word_expression("x_words").match(text, at)
        if match is not None:
            tokens.append(_x_token(match[0]))
            at = match.end()
            continue
        tokens.append(_character_token(text[at]))
        at += 1
    return tuple(tokens)


def _x_token(word: str) -> Token:
    costs = [IMPOSSIBLE] * 10 + [CLEAR if word in ("x", "艾克斯", "叉") else HOMOPHONE]
    return Token(tuple(costs), _HOMOPHONE_SKIP, False, True)


@lru_cache(maxsize=4096)
def _character_token(char: str) -> Token:
    clear, homophones = _written()
    if char in clear:
        return digit_token(clear[char])
    costs = list(_sound_costs(char))
    hesitation = id_words_data().hesitations.get(char)
    if hesitation is not None:
        costs[DIGITS.index(hesitation)] = _HESITATION
        return Token(tuple(costs), _HESITATION_SKIP, False)
    digit = homophones.get(char)
    if digit is not None:
        costs[DIGITS.index(digit)] = HOMOPHONE
        return Token(tuple(costs), _HOMOPHONE_SKIP, False, True)
    if min(costs) <= HOMOPHONE + 0.05:
        return Token(tuple(costs), _HOMOPHONE_SKIP, False, True)
    return Token(tuple(costs), _STRAY_SKIP, False)


@cache
def _written() -> tuple[dict[str, str], dict[str, str]]:
    data = id_words_data()
    clear = {char: digit for digit, chars in data.digits.items() for char in chars}
    homophones = {char: digit for digit, chars in data.written_for.items() for char in chars}
    return clear, homophones


@cache
def _clear_costs(digit: str) -> tuple[float, ...]:
    if digit == "X":
        return (IMPOSSIBLE,) * 10 + (CLEAR,)
    spoken_forms = readings_data().digits
    costs: list[float] = []
    for other in DIGITS[:10]:
        alike = min(syllable_cost(a, b) for a in spoken_forms[other] for b in spoken_forms[digit])
        if other == digit:
            costs.append(CLEAR)
        else:
            costs.append(REPLACED + 0.6 * alike if alike < _ALIKE else IMPOSSIBLE)
    return (*costs, IMPOSSIBLE)


def _sound_costs(char: str) -> tuple[float, ...]:
    """Costs of a syllable that was not written as a digit."""
    readings = readings_of(char)[0]
    costs: list[float] = []
    for digit in DIGITS[:10]:
        alike = min(
            syllable_cost(form, reading)
            for form in readings_data().digits[digit]
            for reading in readings
        )
        costs.append(0.08 + alike if alike < _ALIKE else IMPOSSIBLE)
    return (*costs, 0.2 + min(syllable_cost("cha", reading) for reading in readings))

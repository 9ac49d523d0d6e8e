"""ID numbers from an N-best list: the cheapest valid readings of the digit lattice.

Best-first search over the readings of each token; prefixes that no valid number
has are dropped at once (province, birth year, birth date), the check character
decides at the end. With an exact estimate of what the rest must cost (a backward
pass), numbers come out in order of cost.
"""

from __future__ import annotations

import datetime as dt
import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

from grammars import id_number
from grammars.closed_list import Heard
from grammars.id_correction import placed_correction
from grammars.id_speech import (
    DIGITS,
    IMPOSSIBLE,
    Row,
    Token,
    counted,
    dictated,
    trimmed,
)
from grammars.meaning import IdNumber, Scored

CEILING = 2.2  # dearer readings are guesses
SOFTNESS = 0.25
# The cost at which "none of these" is as likely as a reading, and what a syllable written as a
# homophone adds to it: eighteen homophones that make a valid number are no chance.
NO_NUMBER = (0.75, 0.03)
MENDED_TRUST = 0.88
MOST_STEPS = 4000
VOLUNTEERED = 15  # as many digits in a row are an ID number whatever was asked
VOLUNTEERED_GROUPED = 12  # ... or as many that begin like one
_DISAGREEMENT = 0.3
_CORRECTED = 0.85


@dataclass(frozen=True, slots=True)
class IdHearing:
    """Best first; empty when no digits were said. `restart`: "不对重来"."""

    numbers: tuple[Scored[IdNumber], ...]
    restart: bool


def hear_id_number(found: Heard, so_far: str, today: dt.date) -> IdHearing:
    """The answer to a question for the ID number, after the digits `so_far`."""
    top = max(found.confidences, default=1.0) or 1.0
    costs: dict[str, float] = {}
    rows: list[Row] = []
    restart = False
    for which, utterance in enumerate(found.rows):
        dictation = dictated(utterance.text, so_far)
        restart = restart or (dictation.restart and which == 0)
        if not (_is_dictation(dictation.said) or _is_last_x(so_far, dictation.said)):
            continue
        faith = found.confidences[which] / top
        for order, row in enumerate(map(trimmed, dictation.rows)):
            rows.append(row)
            extra = 0.4 * (1 - faith) + 0.1 * (which > 0) + 0.05 * order
            for number, cost in _readings(row, today):
                costs[number] = min(costs.get(number, IMPOSSIBLE), cost + extra)
    if not rows:
        return IdHearing((), restart)
    best = rows[0]
    for number, cost in _readings(_fused(best, rows), today):
        costs[number] = min(costs.get(number, IMPOSSIBLE), cost + 0.02)
    return IdHearing(_ranked(costs, rows, today), restart)


def hear_correction(found: Heard, digits: str, today: dt.date) -> IdHearing | None:
    """`digits` with the part put right that the utterance names; None where it names none.

    A whole number that is valid now counts as mended: it is read back.
    """
    corrected = [
        new
        for row in found.rows
        if (new := placed_correction(row.text, digits)) is not None and new != digits
    ]
    if not corrected:
        return None
    best = next((new for new in corrected if id_number.is_valid(new, today)), corrected[0])
    whole = len(best) == id_number.LENGTH
    valid = whole and id_number.is_valid(best, today)
    number = IdNumber(best, complete=whole, valid=valid, mended=valid)
    return IdHearing((Scored(number, _CORRECTED, ""),), False)


def volunteered_id_number(found: Heard, today: dt.date) -> tuple[Scored[IdNumber], ...]:
    """An ID number said in answer to another question: a long run of digits."""
    if not found.rows:
        return ()
    clear = sum(char.isdigit() or char in _CHINESE_DIGITS for char in found.best.text)
    if clear < VOLUNTEERED_GROUPED - 2:
        return ()
    hearing = hear_id_number(found, "", today)
    return tuple(
        scored
        for scored in hearing.numbers
        if len(scored.value.digits) >= VOLUNTEERED
        or (
            len(scored.value.digits) >= VOLUNTEERED_GROUPED
            and id_number.may_begin(scored.value.digits.rstrip("X"), today)
        )
    )


_CHINESE_DIGITS = frozenset("零一幺二三四五六七八九〇")


def _is_dictation(said: Row) -> bool:
    """Digits, and not a sentence in which some syllables sound like digits."""
    row = trimmed(said)
    clear = sum(token.clear for token in row)
    alike = counted(row)
    if clear >= 3 and clear >= 0.3 * len(row) and alike >= 0.7 * len(row):
        return True
    return (clear >= 1 or alike >= 6) and alike >= 0.75 * len(said) and len(row) - alike <= 1


def _is_last_x(so_far: str, said: Row) -> bool:
    """叉, and nothing else, after seventeen digits."""
    return len(so_far) == id_number.LENGTH - 1 and [t.likeliest for t in said] == ["X"]


def _fused(best: Row, rows: Sequence[Row]) -> Row:
    """The best row, in which what other hypotheses of the same length heard is cheap."""
    costs = [list(token.costs) for token in best]
    for row in rows[1:]:
        if len(row) != len(best):
            continue
        for at, token in enumerate(row):
            for number, cost in enumerate(token.costs):
                costs[at][number] = min(costs[at][number], cost + _DISAGREEMENT)
    return tuple(
        Token(tuple(row), token.skip, token.clear, token.homophone)
        for row, token in zip(costs, best, strict=True)
    )


def _ranked(
    costs: dict[str, float], rows: Sequence[Row], today: dt.date
) -> tuple[Scored[IdNumber], ...]:
    raw = _best_plain(rows, today)
    plain = {_plain_hearing(row) for row in rows}
    plain |= {text[: id_number.LENGTH] for text in plain}
    # 320102195309210926 of the fifth hypothesis, where four end after 19530926, is half a number
    # written twice: one such in eleven has the right check character.
    whole = len(_plain_hearing(rows[0])) >= id_number.LENGTH
    results: list[Scored[IdNumber]] = []
    weights = {number: math.exp(-cost / SOFTNESS) for number, cost in costs.items()}
    homophones = min(sum(token.homophone for token in row) for row in rows)
    no_number = NO_NUMBER[0] + NO_NUMBER[1] * min(homophones, id_number.LENGTH)
    total = sum(weights.values()) + math.exp(-no_number / SOFTNESS)
    for number, weight in sorted(weights.items(), key=lambda pair: -pair[1])[:5]:
        mended = not whole or number not in plain
        trust = weight / total * (MENDED_TRUST if mended else 1.0)
        results.append(Scored(IdNumber(number, True, True, mended), round(trust, 4), ""))
    old = next(
        (text for text in sorted(plain, key=lambda text: text != raw) if _is_old(text, today)), None
    )
    if old is not None:
        results.append(Scored(IdNumber(old, True, False), 0.85, ""))
    if not results or results[0].confidence < 0.5:
        results.append(_unmended(raw, today))
    results.sort(key=lambda scored: -scored.confidence)
    return tuple(results)


def _unmended(raw: str, today: dt.date) -> Scored[IdNumber]:
    """The digits as they were heard: the beginning of a number, or one that cannot be right."""
    if len(raw) >= id_number.LENGTH:
        return Scored(IdNumber(raw[: id_number.LENGTH], True, False), 0.3, "")
    digits = raw.rstrip("X")
    sure = 0.8 if id_number.may_begin(digits, today) else 0.4
    return Scored(IdNumber(digits, False, False), sure, "")


def _is_old(raw: str, today: dt.date) -> bool:
    """15 digits of the old form, unless they are the beginning of a new one (born 19xx, 20xx)."""
    if not id_number.is_valid_old(raw, today):
        return False
    return not (raw[6:8] in ("19", "20") and id_number.may_begin(raw[:14], today))


def _best_plain(rows: Sequence[Row], today: dt.date) -> str:
    """The first row's digits that a number can begin with ("320106" + "061949" is no such row)."""
    heard_digits = [_plain_hearing(row) for row in rows]
    possible = (text for text in heard_digits if id_number.may_begin(text[:17], today))
    return next(possible, heard_digits[0])


def _plain_hearing(row: Sequence[Token]) -> str:
    return "".join(token.likeliest for token in row if token.countable)


def _readings(row: Sequence[Token], today: dt.date) -> list[tuple[str, float]]:
    """Valid numbers in the row, cheapest first; a number said twice is looked for in each half."""
    windows = [tuple(row)]
    if len(row) > id_number.LENGTH + 4:
        windows += [tuple(row[: id_number.LENGTH]), tuple(row[-id_number.LENGTH :])]
    found: dict[str, float] = {}
    for window in windows:
        for number, cost in _search(window, today):
            found[number] = min(found.get(number, IMPOSSIBLE), cost)
    return sorted(found.items(), key=lambda pair: pair[1])


def _search(row: Sequence[Token], today: dt.date) -> list[tuple[str, float]]:
    length = id_number.LENGTH
    if len(row) < length:
        return []
    rest = _cheapest_rest(row)
    if rest[0][length] > CEILING:
        return []
    queue: list[tuple[float, float, int, str]] = [(rest[0][length], 0.0, 0, "")]
    found: list[tuple[str, float]] = []
    seen: set[str] = set()
    for _ in range(MOST_STEPS):
        if not queue:
            break
        bound, cost, at, digits = heapq.heappop(queue)
        if found and bound > found[0][1] + 0.8:
            break
        if at == len(row):
            if digits not in seen and id_number.is_valid(digits, today):
                seen.add(digits)
                found.append((digits, cost))
                if len(found) == 6:
                    break
            continue
        token = row[at]
        missing = length - len(digits)
        steps = [(digits, cost + token.skip, missing)]
        if missing:
            for number, price in enumerate(token.costs):
                if price < CEILING and (number < 10 or missing == 1):
                    longer = digits + DIGITS[number]
                    if number == 10 or id_number.may_begin(longer, today):
                        steps.append((longer, cost + price, missing - 1))
        for longer, paid, left in steps:
            estimate = paid + rest[at + 1][left]
            if estimate <= CEILING:
                heapq.heappush(queue, (estimate, paid, at + 1, longer))
    return found


def _cheapest_rest(row: Sequence[Token]) -> list[list[float]]:
    """rest[at][k]: the least cost of getting k digits out of row[at:]."""
    length = id_number.LENGTH
    rest = [[IMPOSSIBLE * 10] * (length + 1) for _ in range(len(row) + 1)]
    rest[len(row)][0] = 0.0
    for at in range(len(row) - 1, -1, -1):
        token = row[at]
        cheapest = min(token.costs)
        for wanted in range(length + 1):
            best = token.skip + rest[at + 1][wanted]
            if wanted:
                best = min(best, cheapest + rest[at + 1][wanted - 1])
            rest[at][wanted] = best
    return rest

"""Choosing from a short list that was just read out: by name, by order, by number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from grammars.closed_list import ClosedList, Heard, Spot, overlap, posterior
from grammars.corrections import corrected_from, refused
from grammars.data_files import ordinals_data
from grammars.fillers import carried
from grammars.meaning import Scored
from grammars.numerals import number
from grammars.spoken import Spoken

_BY_ORDER = 0.95
_BARE_NUMBER = 0.85
_IN_A_STORY = 0.6  # 考了全班第三名, among more than so many syllables of other things
_A_STORY = 6
_MOST_IN_ORDER = 20  # what is more counts something else
_NUMERAL = "[0-9零一二两三四五六七八九十]"


Stretch = tuple[int, int, int]  # hypothesis, start, end


def choices(
    found: Heard, names: ClosedList, taken: Sequence[Stretch] = ()
) -> tuple[Scored[str], ...]:
    """The chosen entry, best first. A name outweighs an order word said beside it.

    `taken`: where something else is named: the 第一 of 第一医院 chooses nothing.
    """
    if not found.rows or not names.names:
        return ()
    if _counts_beyond(found.best, len(names.names)):
        return ()
    by_name = _by_name(found, names, taken)
    if by_name and by_name[0].surface in by_name[0].value and by_name[0].confidence >= 0.6:
        return by_name
    by_order = _by_order(found, names.names, taken)
    if not by_order:
        return by_name
    placed = {scored.value for scored in by_order}
    return (*by_order, *(s for s in by_name if s.value not in placed))


def beyond(found: Heard, count: int) -> bool:
    """第五个, of fewer: an order word past the end of the list."""
    if not found.rows:
        return False
    for expression, kind in _expressions():
        if kind not in ("order", "from_last", "bare"):
            continue
        for match in expression.finditer(found.best.text):
            value = number(match["number"])
            if value is not None and count < value <= _MOST_IN_ORDER:
                return not refused(found.best, match.start(), match.end())
    return False


def _by_order(
    found: Heard, names: Sequence[str], taken: Sequence[Stretch]
) -> tuple[Scored[str], ...]:
    """Entries by order words, as sure as the hypotheses that say so outweigh those that say
    another: 第一个 and 第二个 are easily taken for each other."""
    top = max(found.confidences) or 1.0
    places = [
        (place, confidence)
        for which, (row, confidence) in enumerate(zip(found.rows, found.confidences, strict=True))
        if (place := _place(row, len(names), [t[1:] for t in taken if t[0] == which])) is not None
    ]
    votes: dict[int, float] = {}
    best: dict[int, tuple[float, str]] = {}
    for (at, sure, surface), confidence in places:
        votes[at] = votes.get(at, 0.0) + confidence
        best.setdefault(at, (sure * confidence / top, surface))
    total = sum(votes.values()) or 1.0
    scored = [
        Scored(names[at], round(sure * votes[at] / total, 4), surface)
        for at, (sure, surface) in best.items()
    ]
    return tuple(sorted(scored, key=lambda entry: -entry.confidence))


def _by_name(found: Heard, names: ClosedList, taken: Sequence[Stretch]) -> tuple[Scored[str], ...]:
    spots = [
        spot
        for spot in names.spot(found)
        if not refused(found.rows[spot.heard], spot.start, spot.end)
        and spot.start >= corrected_from(found.rows[spot.heard])
        and not _is_taken(spot, taken)
        and not _is_in_an_order_word(found.rows[spot.heard], spot, len(names.names))
    ]
    if not spots:
        return ()
    group = [spot for spot in spots if overlap(spot, spots[0])]
    return tuple(
        Scored(
            spot.name,
            round(confidence, 4),
            found.rows[spot.heard].text[spot.start : spot.end],
        )
        for spot, confidence in posterior(group, names.none_gain)
    )


def _is_taken(spot: Spot, taken: Sequence[Stretch]) -> bool:
    """The 医院 of another hospital's name, or what only sounds like a part of it."""
    return any(
        which == spot.heard
        and start < spot.end
        and spot.start < end
        and not (spot.exact and spot.end - spot.start >= end - start)
        for which, start, end in taken
    )


def _is_in_an_order_word(row: Spoken, spot: Spot, count: int) -> bool:
    """The 第一 of 第一个 is not 第一医院, though that one is on the list."""
    return any(
        match.start() <= spot.start
        and spot.end < match.end()
        and _index(kind, match, count) is not None
        for expression, kind in _expressions()
        for match in expression.finditer(row.text)
    )


def _place(
    row: Spoken, count: int, taken: Sequence[tuple[int, int]]
) -> tuple[int, float, str] | None:
    """(index, confidence, words) of an order word, the last one that is neither refused nor
    part of a name."""
    found: list[tuple[int, int, float, str]] = []
    for expression, kind in _expressions():
        for match in expression.finditer(row.text):
            index = _index(kind, match, count)
            if index is None or refused(row, match.start(), match.end()):
                continue
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            whole = match[0] == row.text
            sure = _BARE_NUMBER if kind == "bare" and not whole else _BY_ORDER
            loose = carried(row.text)[: match.start()] + carried(row.text)[match.end() :]
            if loose.count(False) > _A_STORY:
                sure = _IN_A_STORY
            found.append((match.start(), index, sure, match[0]))
        if found and kind != "bare":
            break
    if not found:
        return None
    _, index, sure, words = max(found)
    return index, sure, words


def _counts_beyond(row: Spoken, count: int) -> bool:
    """ "第四个" of three, and nothing else."""
    for expression, kind in _expressions():
        if kind not in ("order", "from_last"):
            continue
        for match in expression.finditer(row.text):
            value = number(match["number"])
            known = carried(row.text)
            alone = all(known[: match.start()]) and all(known[match.end() :])
            if value is not None and value > count and alone:
                return True
    return False


def _index(kind: str, match: re.Match[str], count: int) -> int | None:
    if kind == "first":
        return 0
    if kind == "last":
        return count - 1
    if kind == "middle":
        return count // 2 if count % 2 else None
    value = number(match["number"])
    if value is None or not 1 <= value <= count:
        return None
    return count - value if kind == "from_last" else value - 1


@cache
def _expressions() -> tuple[tuple[re.Pattern[str], str], ...]:
    data = ordinals_data()
    counters = "|".join(data.counters)

    def words(entries: tuple[str, ...]) -> str:
        return "|".join(re.escape(word) for word in sorted(entries, key=len, reverse=True))

    table = [
        (f"倒数第?(?P<number>{_NUMERAL}{{1,2}})(?:{counters})?", "from_last"),
        (f"第(?P<number>{_NUMERAL}{{1,3}})(?:{counters})?", "order"),
        (f"(?P<number>{_NUMERAL}{{1,3}})(?:号|选项)", "order"),
        (f"选(?:择)?(?P<number>{_NUMERAL}{{1,3}})(?!个月|点)", "order"),
        (words(data.last), "last"),
        (words(data.middle), "middle"),
        (words(data.first), "first"),
        (f"^(?:就|选|要|那|我要|我选)*(?P<number>{_NUMERAL}{{1,3}})(?:吧|的|啊)?$", "bare"),
    ]
    return tuple((re.compile(expression), kind) for expression, kind in table)

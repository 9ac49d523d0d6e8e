"""What a caller asks about: the questions of data/answers.yaml, by characters and by sound."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from grammars.closed_list import Heard
from grammars.data_files import answers_data
from grammars.fillers import carried
from grammars.meaning import Scored
from grammars.patterns import Hit, PatternTable

_LEAST = 0.45
_AMONG = 0.5  # what is left of a few words' confidence in the midst of much else
_BESIDE = 0.6  # what a rival question keeps beside the one that more was said for


@cache
def _table() -> PatternTable:
    entries = answers_data().answers
    return PatternTable(
        {entry.topic: entry.say for entry in entries},
        {entry.topic: entry.unless for entry in entries if entry.unless},
    )


def topics(found: Heard, names: Iterable[tuple[int, int, int]] = ()) -> tuple[Scored[str], ...]:
    """The topics that are asked about, best first. `names`: where names are written (hypothesis,
    start, end); they belong to any question."""
    taken = list(names)
    hits = [hit for hit in _table().find(found) if hit.confidence >= _LEAST]
    rated = [(hit.words * hit.confidence, hit) for hit in hits]
    rated.sort(key=lambda pair: -pair[0])
    return tuple(
        Scored(
            hit.name,
            round(
                _sure(found, hit, taken) * (1.0 if rank == 0 else _BESIDE * rate / rated[0][0]), 4
            ),
            found.rows[hit.heard].text[hit.start : hit.end],
        )
        for rank, (rate, hit) in enumerate(rated)
    )


def _sure(found: Heard, hit: Hit, names: list[tuple[int, int, int]]) -> float:
    """停车 alone asks about parking; in a story it asks nothing."""
    explained = carried(found.rows[hit.heard].text)
    known = list(explained)
    for heard, start, end in (*names, (hit.heard, hit.start, hit.end)):
        if heard == hit.heard:
            known[start:end] = [True] * len(known[start:end])
    said = hit.end - hit.start
    return hit.confidence * (_AMONG + (1 - _AMONG) * said / (said + known.count(False)))

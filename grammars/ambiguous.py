"""Words that may mean several entries of a list, and how likely each is: 内科, 人民医院."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from grammars.closed_list import TEMPERATURE, Spot
from grammars.data_files import departments_data, hospitals_data
from grammars.spoken import plain


def shared_out(spots: Sequence[Spot]) -> list[Spot]:
    """`spots` with the gain of those found by an ambiguous word lowered, so that their posterior
    is shared out as the data files say; best first.

    Shares are among the entries that are there: in a hospital with one 内科 it is that one.
    """
    total: dict[str, float] = {}
    for spot in spots:
        total[spot.phrase] = total.get(spot.phrase, 0.0) + _share(spot)
    shared = [
        replace(spot, gain=spot.gain + TEMPERATURE * math.log(share / total[spot.phrase]))
        if (share := _share(spot))
        else spot
        for spot in spots
    ]
    return sorted(shared, key=lambda spot: -spot.gain)


def means_several(word: str) -> bool:
    """Whether `word` is said of several entries: 内科, 江宁, 人民医院."""
    return plain(word) in shares()


def listed_share(word: str) -> float:
    """How likely `word` means a hospital of the list at all: 六合 may be its 中医院, which cannot
    be booked. 1 for a word that is not ambiguous."""
    elsewhere = {place.name for place in hospitals_data().elsewhere}
    lost = sum(share for name, share in shares().get(plain(word), {}).items() if name in elsewhere)
    return 1.0 - lost


def _share(spot: Spot) -> float:
    return shares().get(spot.phrase, {}).get(spot.name, 0.0)


@cache
def ambiguous_departments() -> tuple[str, ...]:
    """内科, 外科: where they stand, a department is named."""
    return tuple(plain(word) for entry in departments_data().ambiguous for word in entry.say)


@cache
def shares() -> Mapping[str, Mapping[str, float]]:
    """Ambiguous word -> name -> how likely it is meant."""
    entries = (*hospitals_data().ambiguous, *departments_data().ambiguous)
    return {plain(word): entry.means for entry in entries for word in entry.say}

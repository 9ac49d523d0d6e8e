"""What no list that is used for tuning may name, so that figures can be given apart for it."""

from __future__ import annotations

from functools import cache

from grammars.data_files import hospitals_data

HELD_OUT = "held_out"
"""The tag of a call about a hospital that is held out."""


@cache
def held_out_hospitals() -> frozenset[str]:
    """Every fifth hospital of the data file. `dev` speech (bench.corpus) never names one."""
    return frozenset(place.name for place in hospitals_data().hospitals[4::5])

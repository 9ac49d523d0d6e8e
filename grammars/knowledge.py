"""The platform's hospitals and departments as closed-list candidates, from the data files."""

from __future__ import annotations

from functools import cache

from grammars.data_files import departments_data, hospitals_data
from grammars.meaning import Candidate


@cache
def hospital_candidates() -> tuple[Candidate, ...]:
    """All hospitals under the names of the bulletin, with what callers say for them."""
    return tuple(Candidate(place.name, place.aliases) for place in hospitals_data().hospitals)


@cache
def department_candidates() -> tuple[Candidate, ...]:
    """All departments under their catalogue names, with what callers say for them."""
    return tuple(
        Candidate(clinic.name, clinic.aliases) for clinic in departments_data().departments
    )


@cache
def elsewhere_candidates() -> tuple[Candidate, ...]:
    """Well-known hospitals that cannot be booked: naming one must not match another."""
    return tuple(Candidate(place.name, place.aliases) for place in hospitals_data().elsewhere)


@cache
def _aliases() -> dict[str, tuple[str, ...]]:
    known = (*hospital_candidates(), *department_candidates(), *elsewhere_candidates())
    return {candidate.name: candidate.aliases for candidate in known}


def known_aliases(name: str) -> tuple[str, ...]:
    """What callers say for a hospital or department of this canonical name; () if unknown."""
    return _aliases().get(name, ())

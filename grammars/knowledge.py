"""The platform's hospitals and departments as closed-list candidates, from the data files."""

from __future__ import annotations

from functools import cache

from grammars.data_files import departments_data, hospitals_data
from grammars.data_models import Ambiguous
from grammars.meaning import Candidate


@cache
def hospital_candidates() -> tuple[Candidate, ...]:
    """All hospitals under the names of the bulletin, with what callers say for them."""
    data = hospitals_data()
    return tuple(
        Candidate(place.name, (*place.aliases, *_ambiguous(place.name, data.ambiguous)))
        for place in data.hospitals
    )


@cache
def department_candidates() -> tuple[Candidate, ...]:
    """All departments under their catalogue names, with what callers say for them."""
    data = departments_data()
    return tuple(
        Candidate(clinic.name, (*clinic.aliases, *_ambiguous(clinic.name, data.ambiguous)))
        for clinic in data.departments
    )


def _ambiguous(name: str, entries: tuple[Ambiguous, ...]) -> tuple[str, ...]:
    """The words that may mean this name among others."""
    return tuple(word for entry in entries if name in entry.means for word in entry.say)


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

"""Whose session a caller wants, by title: 我要看专家, 主任医师的号, 普通号就行."""

from __future__ import annotations

from functools import cache

from datafiles import load_yaml
from grammars.closed_list import Heard
from grammars.corrections import refused
from grammars.data_files import DATA
from grammars.data_models import Strict, Words
from grammars.meaning import Clinic
from grammars.patterns import PatternTable


class ClinicEntry(Strict):
    """Words for one kind of session; patterns as in grammars.patterns."""

    clinic: Clinic
    say: Words
    unless: Words = ()


class ClinicsData(Strict):
    clinics: tuple[ClinicEntry, ...]


def clinic_wish(found: Heard) -> Clinic | None:
    """What was plainly said of it; None also where two kinds were named (专家还是普通)."""
    named = {Clinic(hit.name) for hit in _clinics().find(found, refused=refused)}
    if named in ({Clinic.EXPERT, Clinic.CHIEF}, {Clinic.EXPERT, Clinic.DEPUTY}):
        named.discard(Clinic.EXPERT)  # 挂个专家，要大主任: the one says more than the other
    return named.pop() if len(named) == 1 else None


@cache
def clinics_data() -> ClinicsData:
    """Raises datafiles.DataFileError naming file, line and field."""
    return load_yaml(DATA / "clinics.yaml", ClinicsData)


@cache
def _clinics() -> PatternTable:
    entries = clinics_data().clinics
    return PatternTable(
        {entry.clinic.value: entry.say for entry in entries},
        {entry.clinic.value: entry.unless for entry in entries},
        by_sound=False,
    )

"""The files in `data/`, loaded once each and then immutable; `data_models` has their shapes.

Every loader raises datafiles.DataFileError naming file, line and field.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from datafiles import load_csv, load_yaml
from grammars.data_models import (
    AccentData,
    AnswersData,
    ChangesData,
    CommandsData,
    CompletenessData,
    ConfirmData,
    DangerData,
    DatesData,
    DepartmentsData,
    DespairData,
    DocumentsData,
    FestivalsData,
    FillersData,
    GreetingsData,
    HospitalsData,
    IdWordsData,
    OrdinalData,
    PatternsData,
    PhrasesData,
    PreferenceData,
    Province,
    ReadingsData,
    RelationsData,
    StatementsData,
    SymptomsData,
    TasksData,
    UnsureData,
)

DATA = Path(__file__).parent / "data"


@cache
def accent_data() -> AccentData:
    return load_yaml(DATA / "accent.yaml", AccentData)


@cache
def readings_data() -> ReadingsData:
    return load_yaml(DATA / "readings.yaml", ReadingsData)


@cache
def hospitals_data() -> HospitalsData:
    return load_yaml(DATA / "hospitals.yaml", HospitalsData)


@cache
def departments_data() -> DepartmentsData:
    return load_yaml(DATA / "departments.yaml", DepartmentsData)


@cache
def symptoms_data() -> SymptomsData:
    return load_yaml(DATA / "symptoms.yaml", SymptomsData)


@cache
def commands_data() -> CommandsData:
    return load_yaml(DATA / "commands.yaml", CommandsData)


@cache
def tasks_data() -> TasksData:
    return load_yaml(DATA / "tasks.yaml", TasksData)


@cache
def changes_data() -> ChangesData:
    return load_yaml(DATA / "changes.yaml", ChangesData)


@cache
def unsure_data() -> UnsureData:
    return load_yaml(DATA / "unsure.yaml", UnsureData)


@cache
def as_before_data() -> PhrasesData:
    return load_yaml(DATA / "as_before.yaml", PhrasesData)


@cache
def keep_data() -> PhrasesData:
    return load_yaml(DATA / "keep.yaml", PhrasesData)


@cache
def noted_data() -> PhrasesData:
    return load_yaml(DATA / "noted.yaml", PhrasesData)


@cache
def go_on_data() -> PhrasesData:
    return load_yaml(DATA / "go_on.yaml", PhrasesData)


@cache
def relations_data() -> RelationsData:
    return load_yaml(DATA / "relations.yaml", RelationsData)


@cache
def greetings_data() -> GreetingsData:
    return load_yaml(DATA / "greetings.yaml", GreetingsData)


@cache
def despair_data() -> DespairData:
    return load_yaml(DATA / "despair.yaml", DespairData)


@cache
def danger_data() -> DangerData:
    return load_yaml(DATA / "danger.yaml", DangerData)


@cache
def confirm_data() -> ConfirmData:
    return load_yaml(DATA / "confirm.yaml", ConfirmData)


@cache
def fillers_data() -> FillersData:
    return load_yaml(DATA / "fillers.yaml", FillersData)


@cache
def answers_data() -> AnswersData:
    return load_yaml(DATA / "answers.yaml", AnswersData)


@cache
def statements_data() -> StatementsData:
    return load_yaml(DATA / "statements.yaml", StatementsData)


@cache
def preference_data() -> PreferenceData:
    return load_yaml(DATA / "preference.yaml", PreferenceData)


@cache
def patterns_data() -> PatternsData:
    return load_yaml(DATA / "patterns.yaml", PatternsData)


@cache
def ordinals_data() -> OrdinalData:
    return load_yaml(DATA / "ordinals.yaml", OrdinalData)


@cache
def dates_data() -> DatesData:
    return load_yaml(DATA / "dates.yaml", DatesData)


@cache
def festivals_data() -> FestivalsData:
    return load_yaml(DATA / "festivals.yaml", FestivalsData)


@cache
def completeness_data() -> CompletenessData:
    return load_yaml(DATA / "completeness.yaml", CompletenessData)


@cache
def provinces() -> frozenset[str]:
    """First two digits of GB/T 2260 area codes."""
    return frozenset(row.code for row in load_csv(DATA / "provinces.csv", Province))


@cache
def id_words_data() -> IdWordsData:
    return load_yaml(DATA / "id_number.yaml", IdWordsData)


@cache
def documents_data() -> DocumentsData:
    return load_yaml(DATA / "documents.yaml", DocumentsData)

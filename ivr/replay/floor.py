"""The floor that continuous integration holds the project's cases to."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from datafiles import load_yaml
from ivr.replay.result import Run


class Floor(BaseModel):
    """`completion`: the least share of cases that come out as they expect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    completion: float = Field(ge=0, le=1)


def load_floor(path: Path) -> Floor:
    """Raises DataFileError (file, line, field)."""
    return load_yaml(path, Floor)


def under_floor(run: Run, floor: Floor) -> list[str]:
    """What keeps `run` from being good enough: a line for a wrong booking, a lost call, too few
    completed."""
    found = []
    for result in run.results:
        if result.wrong_booking:
            found.append(f"wrong booking: {result.file}")
        if result.outcome is None:
            found.append(f"lost call: {result.file}")
    completion = run.passed / len(run.results) if run.results else 1.0
    if completion < floor.completion:
        found.append(f"completion {completion:.3f} is under the floor of {floor.completion}")
    return found

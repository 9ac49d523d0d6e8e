"""What the pages call things, loaded from data/labels.yaml and checked on load."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from datafiles import load_yaml
from dialogs.outcomes import Outcome, Reason

_SHIPPED = Path(__file__).parent / "data" / "labels.yaml"


class Labels(BaseModel):
    """Every outcome and every reason has a name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reasons: dict[Reason, str]
    outcomes: dict[Outcome, str]

    @model_validator(mode="after")
    def _complete(self) -> Labels:
        missing = [r.value for r in Reason if r not in self.reasons]
        missing += [o.value for o in Outcome if o not in self.outcomes]
        if missing:
            raise ValueError(f"no name for {', '.join(missing)}")
        return self


@cache
def labels() -> Labels:
    """The shipped labels, read once in a process. Raises DataFileError (file, line, field)."""
    return load_yaml(_SHIPPED, Labels)

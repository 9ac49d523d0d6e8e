"""What was fitted to test speech, not written by an editor: shapes and loading of the files that
`python -m bench.understanding fit` and `calibrate` make in `data/`.

Every loader raises datafiles.DataFileError naming file, line and field.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated

from pydantic import Field

from datafiles import load_yaml
from grammars.data_files import DATA
from grammars.data_models import Strict, Text
from grammars.meaning import Slot


class AgreementWeights(Strict):
    """How the sound's opinion joins the written one; the data file says what the fields mean."""

    written: Annotated[float, Field(ge=0)]
    sound: Annotated[float, Field(ge=0)]
    expected: float
    outstanding: Annotated[float, Field(ge=0)]
    furthest: Annotated[float, Field(gt=0)]
    clear: Annotated[float, Field(ge=0)]


class AgreementData(Strict):
    origin: Text
    weights: dict[Slot, AgreementWeights]


class CalibrationLine(Strict):
    """What a raw score is worth, see grammars.calibration."""

    slope: Annotated[float, Field(gt=0)]
    shift: float
    n: Annotated[int, Field(gt=0)]
    error: tuple[float, float]


class CalibrationData(Strict):
    origin: Text
    engines: dict[Text, dict[Slot, CalibrationLine]]


@cache
def agreement_data() -> AgreementData:
    return load_yaml(DATA / "agreement.yaml", AgreementData)


@cache
def calibration_data() -> CalibrationData:
    return load_yaml(DATA / "calibration.yaml", CalibrationData)

"""CSV text with a header row -> validated pydantic models, one a row."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from datafiles.errors import DataFileError

Model = TypeVar("Model", bound=BaseModel)


def load_csv(path: Path, model: type[Model]) -> list[Model]:
    """Read every row of `path` (UTF-8, comma, header first) as a `model`.

    Raises DataFileError (file, line, field) for a missing file, a row with too
    many or too few columns, or a value that `model` refuses.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle, strict=True)
            return [_row(path, reader.line_num, row, model) for row in reader]
    except OSError as error:
        reason = error.strerror or error
        raise DataFileError(path, 0, "", f"cannot be read: {reason}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataFileError(path, 0, "", f"cannot be read: {error}") from error


def _row(path: Path, line: int, row: dict[str | None, object], model: type[Model]) -> Model:
    if None in row:
        raise DataFileError(path, line, "", "more columns than the header has")
    missing = next((name for name, value in row.items() if value is None), None)
    if missing is not None:
        raise DataFileError(path, line, missing, "column is missing")
    try:
        return model.model_validate(row)
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(str(part) for part in fault["loc"])
        raise DataFileError(path, line, field, fault["msg"]) from error

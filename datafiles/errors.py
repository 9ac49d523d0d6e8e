"""The one error that every data file raises."""

from __future__ import annotations

from pathlib import Path


class DataFileError(ValueError):
    """A data file that an editor must mend.

    `file`, `line` (1-based; 0 where the file as a whole is meant) and `field`
    (dotted path, empty where none applies) say where; `problem` says what.
    """

    def __init__(self, file: Path, line: int, field: str, problem: str) -> None:
        self.file = file
        self.line = line
        self.field = field
        self.problem = problem
        where = str(file) if line == 0 else f"{file}:{line}"
        super().__init__(f"{where}: {field}: {problem}" if field else f"{where}: {problem}")

"""Recordings that are too old, deleted from their folder. Each day has a folder of its own."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FilesDeleted:
    """`held` were kept although they are old enough; `failed` could not be deleted."""

    files: int = 0
    bytes: int = 0
    held: int = 0
    failed: int = 0


def delete_recordings(folder: Path, kept_from: dt.date, held: Collection[str]) -> FilesDeleted:
    """Delete what lies in folders of days before `kept_from`, whatever belongs to a recording.

    `held`: paths relative to `folder` that stay. Only folders whose name is a date are looked into;
    no link is followed. Raises OSError when `folder` cannot be read.
    """
    files = size = kept = failed = 0
    for day in sorted(_days_before(folder, kept_from)):
        with os.scandir(day) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
        for entry in inside:
            if f"{day.name}/{entry.name}" in held:
                kept += 1
                continue
            try:
                length = entry.stat(follow_symlinks=False).st_size
                os.unlink(entry.path)
            except OSError:  # a folder, or not ours
                failed += 1
                continue
            files, size = files + 1, size + length
        if not any(day.iterdir()):
            day.rmdir()
    return FilesDeleted(files, size, kept, failed)


def _days_before(folder: Path, kept_from: dt.date) -> list[Path]:
    if not folder.exists():
        return []
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    return [folder / name for name in names if (day := _day(name)) is not None and day < kept_from]


def _day(name: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None

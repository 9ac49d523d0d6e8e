"""Old recordings are deleted, and nothing else in their folder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from ivr.retention.recordings import FilesDeleted, delete_recordings

KEPT_FROM = dt.date(2026, 8, 26)


def _file(folder: Path, name: str, length: int = 10) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(length))
    return path


def test_whole_days_before_the_first_that_is_kept_are_deleted(tmp_path: Path) -> None:
    old = [_file(tmp_path, "2026-08-25/a.wav", 30), _file(tmp_path, "2025-01-01/b.wav", 12)]
    kept = [_file(tmp_path, "2026-08-26/c.wav"), _file(tmp_path, "2026-11-24/d.wav")]
    assert delete_recordings(tmp_path, KEPT_FROM, ()) == FilesDeleted(files=2, bytes=42)
    assert not any(path.parent.exists() for path in old)
    assert all(path.exists() for path in kept)


def test_what_was_made_of_a_recording_goes_with_it(tmp_path: Path) -> None:
    _file(tmp_path, "2026-08-25/a.wav")
    peaks = _file(tmp_path, "2026-08-25/a.peaks")
    delete_recordings(tmp_path, KEPT_FROM, ())
    assert not peaks.exists()


def test_what_is_held_stays(tmp_path: Path) -> None:
    held = _file(tmp_path, "2026-08-25/a.wav")
    gone = _file(tmp_path, "2026-08-25/b.wav")
    done = delete_recordings(tmp_path, KEPT_FROM, {"2026-08-25/a.wav"})
    assert (done.files, done.held) == (1, 1)
    assert held.exists()
    assert not gone.exists()


def test_folders_that_are_no_days_and_links_are_left_alone(tmp_path: Path) -> None:
    elsewhere = _file(tmp_path / "elsewhere", "keep.wav")
    folder = tmp_path / "recordings"
    kept = [_file(folder, name) for name in ("samples/a.wav", "20250101/b.wav", "x.wav")]
    (folder / "2025-01-02").symlink_to(elsewhere.parent)
    assert delete_recordings(folder, KEPT_FROM, ()) == FilesDeleted()
    assert all(path.exists() for path in [*kept, elsewhere])


def test_a_link_in_a_day_is_deleted_not_what_it_leads_to(tmp_path: Path) -> None:
    elsewhere = _file(tmp_path, "elsewhere.wav")
    day = tmp_path / "recordings" / "2025-01-01"
    day.mkdir(parents=True)
    (day / "a.wav").symlink_to(elsewhere)
    assert delete_recordings(tmp_path / "recordings", KEPT_FROM, ()).files == 1
    assert elsewhere.exists()


def test_what_cannot_be_deleted_is_counted_and_the_rest_is_deleted(tmp_path: Path) -> None:
    _file(tmp_path, "2025-01-01/inner/a.wav")
    gone = _file(tmp_path, "2025-01-01/z.wav")
    done = delete_recordings(tmp_path, KEPT_FROM, ())
    assert (done.files, done.failed) == (1, 1)
    assert not gone.exists()


def test_where_nothing_was_recorded_yet_nothing_is_deleted(tmp_path: Path) -> None:
    assert delete_recordings(tmp_path / "none", KEPT_FROM, ()) == FilesDeleted()

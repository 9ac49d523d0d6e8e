"""Retention from the terminal, and the terms in config.yaml."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pydantic import ValidationError

import booking_client
from ivr.cli.main import main
from ivr.config import RetentionConfig


def test_what_was_deleted_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/booking.db"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_VAR_DIR", str(tmp_path))
    asyncio.run(booking_client.migrate(url))
    old = tmp_path / "recordings" / "2020-01-01" / "a.wav"
    old.parent.mkdir(parents=True)
    old.write_bytes(bytes(2_000_000))
    assert main(["retention", "show"]) == 0
    assert capsys.readouterr().out == "nothing was deleted yet\n"
    assert main(["retention", "run", "--as", "li"]) == 0
    assert "recordings" in capsys.readouterr().out
    assert not old.exists()
    assert main(["retention", "show"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("1 deleted, 2.0 MB" in line for line in lines)


def test_without_a_database_it_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    assert main(["retention", "run"]) == 2
    assert "no database" in capsys.readouterr().err


def test_a_recording_is_not_kept_longer_than_its_call() -> None:
    with pytest.raises(ValidationError, match="nobody finds"):
        RetentionConfig(recordings_days=90, logs_days=30)

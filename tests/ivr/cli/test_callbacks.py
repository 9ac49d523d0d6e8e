"""An operator lists the call-backs and notes that one was made."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import pytest

import booking_client
from booking_client.personal_data import PersonalDataKeys
from dialogs.outcomes import Reason
from ivr.cli.main import main
from ivr.hotline import Hotline
from ivr.hotline.callbacks import Callback

WANTED = Callback(
    call_id="3f2c9d1e-0000-4000-8000-000000000001",
    phone="02583600001",
    reason=Reason.CALLER_ASKED,
    requested_at=dt.datetime(2026, 11, 24, 9, 0),
    due=dt.datetime(2026, 11, 24, 11, 0),
)


@pytest.fixture
def wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One call-back in the database that the configuration names."""
    url, key = f"sqlite:///{tmp_path}/booking.db", PersonalDataKeys.generate()
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_DATA_KEY", key)

    async def keep() -> None:
        await booking_client.migrate(url)
        hotline = await Hotline.open(url, PersonalDataKeys.from_environment())
        try:
            await hotline.callbacks.keep(WANTED)
        finally:
            await hotline.close()

    asyncio.run(keep())


@pytest.mark.usefixtures("wanted")
def test_a_call_back_is_listed_with_number_and_time_and_done_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["callbacks", "list", "--as", "li"]) == 0
    out = capsys.readouterr().out
    assert "02583600001" in out
    assert "until 2026-11-24 11:00" in out
    assert WANTED.call_id in out
    assert main(["callbacks", "done", "3f2c", "--as", "li"]) == 0
    assert main(["callbacks", "list"]) == 0
    assert capsys.readouterr().out == "nobody is to be called back\n"
    assert main(["callbacks", "done", "3f2c"]) == 2


def test_without_a_database_it_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    assert main(["callbacks", "list"]) == 2
    assert "ivr prepare" in capsys.readouterr().err

"""A supervisor lists tickets, reads one, closes it."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import pytest

import booking_client
from booking_client.personal_data import PersonalDataKeys
from dialogs.outcomes import Category
from ivr.cli.main import main
from ivr.hotline import Hotline, Statement

STATEMENT = Statement(
    key="call:1",
    category=Category.COMPLAINT,
    call_id="3f2c9d1e-0000-4000-8000-000000000001",
    at=dt.datetime(2026, 11, 24, 9, 30),
    words="等了三个小时没有人管",
    caller="13900001234",
    recording="2026-11-24/call.wav",
    spans=((12.5, 31.0),),
)


@pytest.fixture
def ticket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The number of a ticket in the database that the configuration names."""
    url, key = f"sqlite:///{tmp_path}/booking.db", PersonalDataKeys.generate()
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_DATA_KEY", key)

    async def open_ticket() -> str:
        await booking_client.migrate(url)
        hotline = await Hotline.open(url, PersonalDataKeys.from_environment())
        try:
            return await hotline.tickets.open(STATEMENT)
        finally:
            await hotline.close()

    return asyncio.run(open_ticket())


def test_a_ticket_is_listed_without_a_word_of_the_caller(
    ticket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tickets", "list"]) == 0
    out = capsys.readouterr().out
    assert ticket in out
    assert "医疗服务投诉" in out
    assert "三个小时" not in out
    assert "13900001234" not in out


def test_a_ticket_is_read_and_closed(ticket: str, capsys: pytest.CaptureFixture[str]) -> None:
    spoken_in_groups = f"{ticket[:3]} {ticket[3:]}"
    assert main(["tickets", "show", spoken_in_groups, "--as", "li"]) == 0
    out = capsys.readouterr().out
    assert "等了三个小时没有人管" in out
    assert "2026-11-24/call.wav (12.5-31.0 s)" in out
    assert main(["tickets", "close", ticket, "已打电话解释", "--as", "li"]) == 0
    assert main(["tickets", "list", "--state", "open"]) == 0
    assert capsys.readouterr().out == "no tickets\n"
    assert main(["tickets", "show", ticket]) == 0
    assert "已打电话解释" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("show", "2345678"), "no ticket"),
        (("close", "2345678", "done"), "no open ticket"),
        (("close", "2345678", " "), "what was done"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    ticket: str, words: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tickets", *words]) == 2
    assert why in capsys.readouterr().err


def test_without_the_data_key_nothing_is_read(
    ticket: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("IVR_DATA_KEY")
    assert main(["tickets", "show", ticket]) == 2
    assert "IVR_DATA_KEY" in capsys.readouterr().err

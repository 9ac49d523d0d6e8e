"""The first administrator's password is printed once; accounts are kept from the terminal."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import booking_client
from ivr.cli.accounts import greet_administrator
from ivr.cli.main import main
from ivr.config import Config, WebConfig


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    url = f"sqlite:///{tmp_path}/booking.db"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    asyncio.run(booking_client.migrate(url))
    return Config(database_url=url)


def test_the_first_start_prints_a_password_and_no_later_one(config: Config) -> None:
    shown: list[str] = []
    for _ in range(2):
        asyncio.run(greet_administrator(config, shown.append))
    (line,) = shown
    assert "http://127.0.0.1:8330/" in line
    assert "sign in as admin" in line


def test_without_pages_there_is_nobody_to_greet(config: Config) -> None:
    shown: list[str] = []
    without = config.model_copy(update={"web": WebConfig(enabled=False)})
    asyncio.run(greet_administrator(without, shown.append))
    assert shown == []


@pytest.mark.usefixtures("config")
def test_an_account_is_added_changed_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["accounts", "list"]) == 0
    assert capsys.readouterr().out == "there is no account\n"
    assert main(["accounts", "add", "admin", "administrator"]) == 0
    assert main(["accounts", "add", "wang", "reviewer", "--as", "li"]) == 0
    first, second = capsys.readouterr().out.split()
    assert first != second
    assert main(["accounts", "role", "wang", "supervisor"]) == 0
    assert main(["accounts", "disable", "wang"]) == 0
    assert main(["accounts", "list"]) == 0
    head, admin, wang = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["NAME", "ROLE", "STATE"]
    assert admin.split()[:3] == ["admin", "administrator", "waiting"]
    assert wang.split() == ["wang", "supervisor", "disabled", "never"]


@pytest.mark.usefixtures("config")
def test_where_nobody_is_an_administrator_a_forgotten_password_is_still_replaced(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["accounts", "add", "wang", "reviewer"]) == 0
    assert main(["accounts", "password", "wang"]) == 0
    first, second = capsys.readouterr().out.split()
    assert first != second


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "Wang", "reviewer"], "begins with a letter"),
        (["add", "admin", "reviewer"], "already"),
        (["disable", "admin"], "administrator"),
        (["unlock", "nobody"], "no account nobody"),
    ],
)
def test_what_cannot_be_is_one_line(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accounts", "add", "admin", "administrator"]) == 0
    capsys.readouterr()
    assert main(["accounts", *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line


def test_without_a_database_it_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    assert main(["accounts", "list"]) == 2
    assert "no database" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()

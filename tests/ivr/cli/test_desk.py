"""`ivr desk`, as a hospital's desk types it."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import shutil
from pathlib import Path

import pytest

from booking_client.demo.seed import seed_demo
from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.opening import open_core
from booking_client.types import Booking, SessionQuery
from ivr.cli.main import main
from tests.booking_client.clinic import patient, rules

HOSPITAL, DEPARTMENT = "南京鼓楼医院", "心血管内科"
TODAY = dt.date.today()
YESTERDAY = dt.datetime.combine(TODAY - dt.timedelta(days=1), dt.time(9))


@pytest.fixture(scope="module")
def data_key() -> str:
    return PersonalDataKeys.generate()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's catalogue with sessions from today on."""
    path = tmp_path_factory.mktemp("desk") / "ivr.db"
    asyncio.run(seed_demo(f"sqlite:///{path}", YESTERDAY.date(), days=7))
    return path


@pytest.fixture
def url(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data_key: str) -> str:
    shutil.copy(seeded, tmp_path)
    url = f"sqlite:///{tmp_path}/ivr.db"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_DATA_KEY", data_key)
    return url


def book(url: str, data_key: str, *, today: bool = False) -> Booking:
    """A doctor's session of the coming days, or of today; booked yesterday."""

    async def book_one() -> Booking:
        keys = PersonalDataKeys.from_environment({"IVR_DATA_KEY": data_key})
        core = await open_core(url, keys=keys, rules=rules(next_day_cut_off=None))
        first = TODAY if today else TODAY + dt.timedelta(days=2)
        last = TODAY if today else TODAY + dt.timedelta(days=5)
        query = SessionQuery(HOSPITAL, DEPARTMENT, first, last, experts_only=not today)
        try:
            session = (await core.find_sessions(query, YESTERDAY))[0]
            hold = await core.hold(session.id, channel="phone", phone="", now=YESTERDAY)
            return await core.confirm(hold.id, patient(), "a key", YESTERDAY)
        finally:
            await core.close()

    return asyncio.run(book_one())


def said(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["desk", *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_cancelled_session_tells_who_is_booked_and_each_is_moved(
    url: str, data_key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    booking = book(url, data_key)
    session = str(booking.session.id)
    on = ("--on", str(booking.session.date))
    listed = said(capsys, "sessions", HOSPITAL, DEPARTMENT, *on)
    assert session in [line.split()[0] for line in listed]
    head, affected, *nearest = said(capsys, "cancel-session", session, "--reason", "医生外出")
    assert head == f"session {session} is cancelled; booked there: 1"
    assert affected.split()[0] == booking.code
    replacement = nearest[0].split(": ")[1].split()[0]
    (moved,) = said(capsys, "move", booking.code, replacement)
    assert moved.startswith(f"{booking.code} is now ")
    assert f" of {replacement} " in moved
    assert said(capsys, "cancel-session", session) == [
        f"session {session} is cancelled; booked there: 0"
    ]
    listed = said(capsys, "sessions", HOSPITAL, DEPARTMENT, *on)
    assert session not in [line.split()[0] for line in listed]


def test_who_came_is_recorded_once(
    url: str, data_key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    booking = book(url, data_key, today=True)
    assert said(capsys, "came", booking.code) == [f"{booking.code}: came"]
    assert main(["desk", "missed", booking.code]) == 2
    assert "closed" in capsys.readouterr().err


def test_a_patient_is_barred_and_no_longer(
    url: str,
    data_key: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book(url, data_key)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{patient().id_number}\n" * 2))
    until = str(TODAY + dt.timedelta(days=30))
    assert said(capsys, "bar", "--until", until) == [f"barred until {until} everywhere"]
    assert said(capsys, "lift-bars") == ["bars lifted: 1"]


@pytest.mark.parametrize(
    ("until", "problem"),
    [
        (TODAY + dt.timedelta(days=30), "ivr desk: no patient has this ID number"),
        (YESTERDAY.date(), f"ivr desk: --until {YESTERDAY.date()} is past"),
    ],
)
@pytest.mark.usefixtures("url")
def test_a_bar_that_cannot_be_is_one_line(
    until: dt.date,
    problem: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("nobody's number\n"))
    assert main(["desk", "bar", "--until", str(until)]) == 2
    assert capsys.readouterr().err.splitlines() == [problem]


def test_a_channel_gets_its_part_of_a_session(
    url: str, data_key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    session = str(book(url, data_key).session.id)
    (line,) = said(capsys, "quota", session, "third_party", "2")
    assert line == f"session {session}: third_party may take 2 places"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("cancel-session", "999999999"), "no session 999999999"),
        (("move", "20202028", "1"), "no booking has this code"),
        (("came", "20202028"), "no booking has this code"),
        (("sessions", HOSPITAL, "占卜科"), "占卜科"),
        (("quota", "1", "pigeon", "2"), "no channel pigeon"),
    ],
)
def test_what_is_not_there_is_one_line(
    url: str, words: tuple[str, ...], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["desk", *words]) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert error.count("\n") == 1

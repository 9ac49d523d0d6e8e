from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

import booking_client
from booking_client.http.core import KEY_VARIABLE
from booking_client.personal_data import PersonalDataKeys
from ivr.cli.main import main

SECONDS = 60.0


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A migrated, empty database that the configuration names."""
    url = f"sqlite:///{tmp_path}/booking.db"
    asyncio.run(booking_client.migrate(url))
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_DATA_KEY", PersonalDataKeys.generate())
    return url


def test_a_key_is_shown_once_listed_and_revoked(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["booking-key", "add", "third_party", "--scope", "read", "--burst", "5"]) == 0
    key = capsys.readouterr().out.strip()
    assert main(["booking-key", "list"]) == 0
    line = capsys.readouterr().out
    assert "third_party  read  600/min, 5 at once  live" in line
    assert key not in line
    assert main(["booking-key", "revoke", line.split()[0]]) == 0
    assert main(["booking-key", "list"]) == 0
    assert "revoked" in capsys.readouterr().out


def test_keys_are_made_where_the_service_is(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IVR_BOOKING_URL", "https://core.example:8320")
    assert main(["booking-key", "add", "third_party"]) == 2
    assert "give this command where that service runs" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("booking-key", "add", "pigeon"),
        ("booking-key", "add", "phone", "--scope", "everything"),
        ("booking-key", "add", "phone", "--burst", "0"),
        ("booking-key", "revoke", "00000000"),
        ("booking-service", "--port", "70000"),
        ("booking-service", "--host", "0.0.0.0"),
        ("booking-service", "--certificate", "/nowhere.pem"),
        ("booking-service", "--certificate", "/nowhere.pem", "--private-key", "/nowhere.pem"),
        ("booking-service", "--host", "192.0.2.1", "--behind-proxy"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(
    database: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(words)
    except SystemExit as exit_:  # argparse
        code = int(exit_.code or 0)
    assert code == 2
    assert len([line for line in capsys.readouterr().err.splitlines() if line[:3] == "ivr"]) == 1


def test_the_service_serves_until_it_is_told_to_stop(
    database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["booking-key", "add", "phone"]) == 0
    monkeypatch.setenv(KEY_VARIABLE, capsys.readouterr().out.strip())
    assert asyncio.run(serve_and_ask()) == 0


async def serve_and_ask() -> int | None:
    """The service's exit code, after the remote core has been asked something."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ivr", "booking-service", "--port", "0"),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(SECONDS):
            assert process.stderr is not None
            line = b""
            while b"serving on" not in line:
                line = await process.stderr.readline()
                assert line
            port = int(line.split(b"port ")[1].split(b",")[0])
            core = await booking_client.connect(f"http://127.0.0.1:{port}")
            assert await core.hospitals() == []
            await core.close()
            process.send_signal(signal.SIGTERM)
            await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode

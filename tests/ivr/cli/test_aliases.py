"""An alias is tried, added and taken back from the command line."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
from pathlib import Path

import pytest

from booking_client.types import SessionQuery
from dialogs.commands import FindSessions
from grammars.meaning import Hypothesis, Slot
from ivr.call_log import CallLog, Turn
from ivr.cli.main import main
from tests.dialogs.clinic import make_clinic
from tests.ivr.board.log_of_calls import write_call

GULOU = "南京鼓楼医院"
AT = dt.datetime(2026, 11, 24, 9)
DATA_KEY = base64.b64encode(bytes(range(32))).decode()  # of make_clinic


@pytest.fixture
def booked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One call in which 天文台 was said for 南京鼓楼医院, which was booked in the end."""
    url = f"sqlite:///{tmp_path}/booking.db"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("IVR_DATA_KEY", DATA_KEY)
    day = dt.date(2026, 11, 25)
    search = FindSessions("as_wished", SessionQuery(GULOU, "骨科", day, day))

    async def write() -> None:
        await make_clinic(tmp_path / "booking.db")
        log = await CallLog.open(url)
        heard = (Hypothesis("天文台", 0.8),)
        turn = Turn(1, AT, AT, expected=Slot.HOSPITAL, heard=heard, commands=(search,))
        await write_call(log, 1, AT, turns=[turn])
        await log.close()

    asyncio.run(write())


@pytest.mark.usefixtures("booked")
def test_an_alias_is_tried_added_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = ["hospital", GULOU, "天文台"]
    assert main(["aliases", "try", *wanted]) == 0
    out = capsys.readouterr().out
    assert "would now be right: 1, would now be wrong: 0" in out
    assert "天文台: - -> 南京鼓楼医院" in out
    assert main(["aliases", "list"]) == 0
    assert capsys.readouterr().out == "no alias was added\n"
    assert main(["aliases", "add", *wanted, "--as", "li"]) == 0
    assert main(["aliases", "add", *wanted]) == 2  # it is one already
    assert "said for this name already" in capsys.readouterr().err
    assert main(["aliases", "undo", "hospital", "天文台", "--as", "wang"]) == 0
    assert main(["aliases", "list"]) == 0
    assert "by li  (right 1, wrong 0, unknown 0)  taken back" in capsys.readouterr().out


@pytest.mark.usefixtures("booked")
@pytest.mark.parametrize("arguments", [["undo", "hospital", "天文台"], ["try", "date", "x", "y"]])
def test_bad_input_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main(["aliases", *arguments])
    except SystemExit as left:
        code = int(left.code or 0)
    assert code == 2
    assert capsys.readouterr().err.count("\n") == 1

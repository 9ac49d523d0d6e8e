"""`ivr calls export`, as it is typed."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import pytest

from dialogs.commands import Fragment, Listen, Say
from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Hypothesis, Slot
from ivr.call_log import CallLog, CallStart, Turn
from ivr.caller.case import load_case
from ivr.cli.main import main
from tests.ivr.replay.export.logged import CALL_ID, STARTED, prompts, record, spoken

RECORDING = "2026-03-02/call.wav"


def run(*words: object) -> int:
    try:
        return main([str(word) for word in words])
    except SystemExit as ended:  # argparse
        return int(ended.code or 0)


@pytest.fixture
def logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A call in the log of a var folder, with its recording; that folder."""
    monkeypatch.setenv("IVR_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path}/ivr.db")
    asyncio.run(_log(f"sqlite:///{tmp_path}/ivr.db"))
    record(tmp_path / "recordings" / RECORDING, spoken(), prompts(1))
    return tmp_path


async def _log(url: str) -> None:
    log = await CallLog.open(url)
    end = STARTED + dt.timedelta(seconds=10)
    asked = (Say("question.task.asked", (Fragment("请问您要办什么？"),)),)
    heard = (Hypothesis("我要挂好", 0.5),)
    await log.call_started(CallStart(CALL_ID, STARTED, "02583600001", RECORDING))
    await log.call_answered(CALL_ID, STARTED)
    commands = (Listen(Slot.HOSPITAL),)
    await log.turn(CALL_ID, Turn(1, STARTED, end, asked, Slot.TASK, heard, commands=commands))
    reason = Reason.TWO_STRIKES
    await log.call_ended(CALL_ID, end, Outcome.TRANSFERRED, Category.BOOKING, reason)
    await log.close()


def test_a_call_becomes_a_case_beside_its_sound(
    logged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = logged / "cases"
    assert (
        run("calls", "export", "last", folder, "--said", "1=我要挂号", "--outcome", "booked") == 0
    )
    (path,) = folder.glob("*.yaml")
    assert f"ivr replay {path}" in capsys.readouterr().out
    case = load_case(path)
    assert case.answers["task"][0].text == "我要挂号"
    assert case.expect.understood == ("我要挂号",)
    assert case.expect.outcome is Outcome.BOOKED
    assert len(list(folder.glob("*.wav"))) == 1


def test_the_last_call_is_the_one_that_is_over(
    logged: Path,
) -> None:
    asyncio.run(_pick_up(f"sqlite:///{logged}/ivr.db"))
    assert run("calls", "export", "last", logged / "cases") == 0
    (path,) = (logged / "cases").glob("*.yaml")
    assert CALL_ID[:8] in path.stem


async def _pick_up(url: str) -> None:
    """A call that is still going on."""
    log = await CallLog.open(url)
    now = STARTED + dt.timedelta(hours=1)
    await log.call_started(CallStart("in-progress", now, "02583600002", ""))
    await log.call_answered("in-progress", now)
    await log.close()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--said", "鼓楼医院"), "TURN=TEXT"),
        (("--said", "9=鼓楼医院"), "no turn 9"),
        (("--outcome", "won"), "invalid choice"),
    ],
)
def test_bad_input_is_told_and_writes_nothing(
    logged: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], fault: str
) -> None:
    assert run("calls", "export", CALL_ID, logged / "cases", *words) == 2
    assert fault in capsys.readouterr().err
    assert not (logged / "cases").exists()


def test_a_recording_that_cannot_be_read_is_named(
    logged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (logged / "recordings" / RECORDING).write_bytes(b"RIFF")
    assert run("calls", "export", CALL_ID, logged / "cases") == 2
    errors = capsys.readouterr().err
    assert "call.wav: cannot be read" in errors
    assert errors.count("\n") == 1


def test_a_case_is_not_written_over(logged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("calls", "export", CALL_ID, logged) == 0
    assert run("calls", "export", CALL_ID, logged) == 2
    assert "is there already" in capsys.readouterr().err

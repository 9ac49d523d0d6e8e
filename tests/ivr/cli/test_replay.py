import contextlib
import errno
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.cli import replay
from ivr.cli.main import main
from ivr.replay.result import Run
from ivr.replay.runs import write_run
from tests.ivr.replay.results import result, run_of

CASE = "name: t\nanswers: {task: 挂号}\n"


def run(*words: object) -> int:
    return main(["replay", *map(str, words)])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name: t\nanswers: {tusk: 挂号}\n", r"case\.yaml:2: answers: .*never asked"),
        ("name: t\nanswers: {task: {wav: gone.wav}}\n", r"gone\.wav: cannot be read"),
        ("name: t\n", "either answers or a timeline"),
        ("nonsense", r"case\.yaml"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, fault: str
) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(text, encoding="utf-8")
    assert run(case) == 2
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert_matches(errors, fault)


def assert_matches(text: str, pattern: str) -> None:
    with pytest.raises(ValueError, match=pattern):
        raise ValueError(text)


@pytest.mark.parametrize("words", [("nowhere.yaml",), (".", "--json", "/nowhere/x.json")])
def test_paths_that_are_not_there_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run(*words) == 2
    assert "nowhere" in capsys.readouterr().err


def test_the_number_of_jobs_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(".", "--jobs", "0")
    assert ended.value.code == 2
    assert "1 to 64" in capsys.readouterr().err


@pytest.fixture
def finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run with one failure comes of whatever is replayed; the folder of its case."""
    run = run_of(result("a"), result("b", "nothing was booked"))
    monkeypatch.setattr(replay, "prepared", lambda *given: contextlib.nullcontext([]))

    def replay_all(queue: object, config: object, jobs: int, done: Callable[..., None]) -> Run:
        for each in run.results:
            done(each)
        return run

    monkeypatch.setattr(replay, "replay_all", replay_all)
    monkeypatch.setenv("IVR_VAR_DIR", str(tmp_path / "var"))
    (tmp_path / "var" / "replay").mkdir(parents=True)
    for name in ("case", "other"):
        (tmp_path / f"{name}.yaml").write_text(CASE, encoding="utf-8")
    return tmp_path


def test_a_case_that_fails_is_exit_code_one_and_every_report_is_written(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = {name: finished / f"r.{name}" for name in ("json", "junit", "html")}
    options = [word for name, path in reports.items() for word in (f"--{name}", path)]
    assert run(finished / "case.yaml", *options) == 1
    assert len(json.loads(reports["json"].read_text(encoding="utf-8"))["results"]) == 2
    assert "<testsuite" in reports["junit"].read_text(encoding="utf-8")
    assert "<html" in reports["html"].read_text(encoding="utf-8")
    assert "1 of 2 passed" in capsys.readouterr().out
    assert run(finished / "case.yaml") == 1
    assert "against the last run: 2 same" in capsys.readouterr().out


def test_a_floor_lets_a_failed_case_pass_and_says_when_not(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    floor = finished / "floor.txt"
    floor.write_text("completion: 0.5\n", encoding="utf-8")
    assert run(finished / "case.yaml", "--floor", floor) == 0
    floor.write_text("completion: 0.9\n", encoding="utf-8")
    assert run(finished / "case.yaml", "--floor", floor) == 1
    assert "under the floor" in capsys.readouterr().out


def test_a_run_is_compared_with_one_that_was_kept(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, html = finished / "kept.json", finished / "r.html"
    write_run(kept, run_of(result("a", "nothing was booked"), result("b", "nothing was booked")))
    assert run(finished / "case.yaml", "--against", kept, "--html", html) == 1
    assert f"against {kept}: 1 same, 1 fixed" in capsys.readouterr().out
    assert f"against {kept}" in html.read_text(encoding="utf-8")


def test_what_was_never_kept_is_refused_before_any_call(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delattr(replay, "replay_all")
    assert run(finished / "case.yaml", "--against", finished / "case.yaml") == 2
    error = capsys.readouterr().err
    assert (error.count("\n"), "no run that `ivr replay --json` wrote" in error) == (1, True)


def test_a_run_that_could_not_be_written_is_shown_and_is_not_the_last_one(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, run: Run) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(replay, "write_run", full)
    assert run(finished / "case.yaml", "--json", finished / "r.json") == 2
    said = capsys.readouterr()
    assert "1 of 2 passed" in said.out
    assert "r.json: cannot be written: No space left on device" in said.err
    assert not (finished / "var" / "replay" / "engine-last.json").exists()


def test_it_is_said_how_many_cases_are_finished(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(finished)
    lines = capsys.readouterr().out.splitlines()
    assert [line[:16] for line in lines if " of 2)" in line] == [
        "pass  (1 of 2)  ",
        "FAIL  (2 of 2)  ",
    ]


def test_the_help_says_what_the_exit_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("--help")
    assert "Exit codes: 0 every case came out as it expects" in capsys.readouterr().out

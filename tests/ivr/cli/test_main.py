"""The command line as a person meets it: good input, bad input, one line and exit code 2."""

import json
from pathlib import Path

import pytest

from ivr.cli.main import COMMANDS, main


def lines_of(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    captured = capsys.readouterr()
    return captured.out.splitlines(), captured.err.splitlines()


def run(*words: str) -> int:
    try:
        return main(words)
    except SystemExit as exit_:  # argparse
        return int(exit_.code or 0)


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_parse_gives_one_json_object_a_line_in_input_order(
    capsys: pytest.CaptureFixture[str],
) -> None:
    today = ("--today", "2026-11-24")
    assert run("parse", "--expect", "date", *today, "后天上午", "今天天气不错啊") == 0
    out, _ = lines_of(capsys)
    first, second = (json.loads(line) for line in out)
    assert list(first) == ["input", "text", "value", "confidence", "alternatives", "ms"]
    assert first["value"] == {"date": "2026-11-26", "session": "上午"}
    assert second["input"] == "今天天气不错啊"


def test_parse_takes_another_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    choices = write(tmp_path, "c.tsv", "语音\t说话\n背景\n")
    assert run("parse", "--expect", "choice", "--choices", choices, "背景", "北京") == 0
    out, _ = lines_of(capsys)
    assert json.loads(out[0])["value"] == "背景"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command, "--help") == 0
    out, _ = lines_of(capsys)
    assert f"ivr {command}" in out[0]
    assert any("--config" in line for line in out)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("bogus",),
        ("parse", "明天"),
        ("parse", "--expect", "name", "x"),
        ("parse", "--expect", "date", "--today", "2026-13-01", "x"),
        ("parse", "--expect", "choice", "x"),
        ("parse", "--expect", "date", "--choices", "/nowhere.tsv", "x"),
        ("recognise", "--expect", "date", "/nowhere.wav"),
        ("calls", "list", "--limit", "0"),
        ("call", ""),
        ("call", "--record", "/nowhere/x.wav", "我要挂号"),
        ("call", "/nowhere.yaml"),
        ("models", "fetch", "no-such-model"),
        ("--config", "/nowhere.yaml", "calls", "list"),
        ("calls", "list", "--config", "/nowhere.yaml"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    out, err = lines_of(capsys)
    assert out == []
    assert len(err) == 1
    assert err[0].startswith("ivr")


def test_an_option_that_a_command_has_not_is_told_with_that_commands_help(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("replay", "tests/calls", "--seed", "3") == 2
    _, err = lines_of(capsys)
    assert err == ["ivr replay: unrecognized arguments: --seed 3 (`ivr replay --help`)"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("agent: {agi_port: many}\n", "config.yaml:1: agent.agi_port"),
        ("nonsense: 1\n", "config.yaml:1: nonsense"),
        ("- a\n", "config.yaml:1"),
        ("agent: {\n", "not YAML"),
    ],
)
def test_a_bad_configuration_names_file_line_and_field(
    text: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--config", write(tmp_path, "config.yaml", text), "calls", "list") == 2
    _, err = lines_of(capsys)
    assert complaint in err[0]


def test_calls_without_a_database_makes_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IVR_DATABASE_URL", raising=False)
    config = write(tmp_path, "config.yaml", "database_url: sqlite:///none.db\n")
    assert run("--config", config, "calls", "list") == 2
    _, err = lines_of(capsys)
    assert "ivr prepare" in err[0]
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("command", [("calls", "list"), ("prepare", "--database-only"), ("serve",)])
@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://ivr:geheim@db.example/hotline",
        "postgresql://ivr:geheim@/hotline?host=/no/such/folder",
    ],
)
def test_a_database_that_is_not_there_is_one_line(
    command: tuple[str, ...],
    url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    config = write(tmp_path, "config.yaml", "var_dir: var\n")
    without_watchdog = ("--without-watchdog",) if command == ("serve",) else ()
    assert run("--config", config, *command, *without_watchdog) == 2
    _, err = lines_of(capsys)
    assert err[-1].startswith(f"ivr {command[0]}: ")
    assert "geheim" not in err[-1]
    assert not any("Traceback" in line for line in err)

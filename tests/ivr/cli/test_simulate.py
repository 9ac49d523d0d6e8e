from dataclasses import replace
from pathlib import Path

import pytest

from ivr.cli.main import main
from ivr.simulate.record import Heading, Record, write
from tests.ivr.replay.results import result


@pytest.mark.parametrize(
    "words",
    [
        ("--calls", "0"),
        ("--shard", "3/2"),
        ("--shard", "x"),
        ("--profile", "nobody"),
        ("--concurrency", "-1"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_code_two(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", *words])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_records_are_merged_into_one_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / f"{number}.jsonl" for number in (1, 2)]
    for number, file in enumerate(files, 1):
        write(file, Record(Heading(1, "clear"), {number: result(f"call {number}")}))
    assert main(["simulate", "--merge", *map(str, files)]) == 0
    out = capsys.readouterr().out
    assert "2 calls, profile clear, seed 1" in out
    assert "2 of 2" in out


def test_a_record_of_other_callers_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "run.jsonl"
    write(file, Record(Heading(1, "hard"), {}))
    assert main(["simulate", "--calls", "1", "--json", str(file)]) == 2
    assert "another run" in capsys.readouterr().err


def test_figures_are_given_apart_for_what_is_held_out_and_on_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, html = tmp_path / "run.jsonl", tmp_path / "run.html"
    failed = replace(result("call 2", "nothing was booked"), tags=("held_out",))
    write(file, Record(Heading(1, "clear"), {1: result("call 1"), 2: failed}))
    assert main(["simulate", "--merge", str(file), "--html", str(html)]) == 0
    out = capsys.readouterr().out
    held_out = out[out.index("hospitals held out of tuning (1)") :]
    assert "0 of 1" in held_out.splitlines()[1]
    assert "the other hospitals (1)" in out
    page = html.read_text(encoding="utf-8")
    assert "clear-1/01-call 2/call.wav".replace(" ", "%20") in page
    assert "nothing was booked" in page

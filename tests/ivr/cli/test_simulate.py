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

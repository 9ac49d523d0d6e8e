import contextlib
import errno
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.cli import simulate
from ivr.cli.main import build_parser, main
from ivr.simulate.record import Call, Heading, Origin, Record, write
from tests.ivr.replay.results import result

TODAY = Origin("2026-11-30", "0.1.0 at 35fa1cd", "whisper-base")


def call(number: int, *failures: str, tags: tuple[str, ...] = ()) -> Call:
    return Call(TODAY, replace(result(f"call {number}", *failures), tags=tags))


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
        write(file, Record(Heading(1, "clear"), {number: call(number)}))
    assert main(["simulate", "--merge", *map(str, files)]) == 0
    out = capsys.readouterr().out
    title = "2 calls, profile clear, seed 1, via engine"
    assert f"{title}\n2026-11-30, version 0.1.0 at 35fa1cd, whisper-base\n" in out
    assert "2 of 2" in out


def test_a_record_of_other_callers_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "run.jsonl"
    write(file, Record(Heading(1, "hard"), {}))
    assert main(["simulate", "--calls", "1", "--json", str(file)]) == 2
    assert "another run: profile hard, seed 1, via engine" in capsys.readouterr().err


def test_calls_that_are_there_already_are_said_not_to_be_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "run.jsonl"
    write(file, Record(Heading(1, "clear"), {1: call(1), 2: call(2)}))
    assert main(["simulate", "--calls", "2", "--json", str(file)]) == 0
    said = "2 of 2 calls already there, 0 to run (delete it to run anew)"
    assert f"{file}: {said}" in capsys.readouterr().out


def test_a_shard_without_a_call_is_said_to_have_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--calls", "1", "--shard", "2/2"]) == 0
    assert "of 1 call none falls into shard 2/2" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["# Read me\n", None])
def test_what_is_no_record_is_one_line_that_names_it_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None
) -> None:
    file = tmp_path / "README.md"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    assert main(["simulate", "--merge", str(file)]) == 2
    said = capsys.readouterr().err
    assert (said.count("\n"), said.count("README.md")) == (1, 1)


def test_the_page_is_written_though_the_reader_of_the_lines_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def left(*words: object, **how: object) -> None:
        raise BrokenPipeError

    file, html = tmp_path / "run.jsonl", tmp_path / "run.html"
    write(file, Record(Heading(1, "clear"), {1: call(1)}))
    monkeypatch.setattr("builtins.print", left)
    arguments = build_parser("simulate").parse_args(
        ["simulate", "--merge", str(file), "--html", str(html)]
    )
    with pytest.raises(BrokenPipeError):
        simulate.run(arguments)
    assert "No call failed" in html.read_text(encoding="utf-8")


def test_figures_are_given_apart_for_what_is_held_out_and_on_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, html = tmp_path / "run.jsonl", tmp_path / "run.html"
    failed = call(2, "nothing was booked", tags=("held_out",))
    write(file, Record(Heading(1, "clear"), {1: call(1), 2: failed}))
    assert main(["simulate", "--merge", str(file), "--html", str(html)]) == 0
    out = capsys.readouterr().out
    held_out = out[out.index("hospitals held out of tuning (1)") :]
    assert "0 of 1" in held_out.splitlines()[1]
    assert "the other hospitals (1)" in out
    page = html.read_text(encoding="utf-8")
    assert "clear-1/01-call 2/call.wav".replace(" ", "%20") in page
    assert "nothing was booked" in page
    assert "2026-11-30, version 0.1.0 at 35fa1cd, whisper-base" in page


def test_a_lost_call_and_a_wrong_booking_fail_the_run_and_no_other_failure_does(
    tmp_path: Path,
) -> None:
    failed = call(2, "nothing was booked")
    lost = Call(TODAY, replace(failed.result, outcome=None))
    wrong = Call(TODAY, replace(failed.result, wrong_booking=True))
    for second, code in ((failed, 0), (lost, 1), (wrong, 1)):
        file = tmp_path / "run.jsonl"
        write(file, Record(Heading(1, "clear"), {1: call(1), 2: second}))
        assert main(["simulate", "--merge", str(file)]) == code


def test_what_merge_would_ignore_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ignored = ("--calls", "9", "--seed", "2", "--profile", "hard", "--shard", "1/2")
    assert main(["simulate", "--merge", str(tmp_path / "a.jsonl"), *ignored]) == 2
    said = capsys.readouterr().err
    assert said.endswith("leave out --calls, --seed, --profile, --shard\n")
    assert said.count("\n") == 1


def test_merge_says_which_calls_are_missing_and_refuses_two_results_of_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(tmp_path / f"{number}.jsonl") for number in (1, 2)]
    write(Path(files[0]), Record(Heading(1, "clear"), {1: call(1), 2: call(2)}))
    write(Path(files[1]), Record(Heading(1, "clear"), {6: call(6)}))
    assert main(["simulate", "--merge", *files]) == 0
    assert "missing of calls 1 to 6: 3-5\n" in capsys.readouterr().out
    write(Path(files[1]), Record(Heading(1, "clear"), {2: call(2, "nothing was booked")}))
    assert main(["simulate", "--merge", *files]) == 2
    said = capsys.readouterr().err
    assert "call 2 is in both, with different results" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("way", ["--merge", "--json"])
def test_a_run_is_compared_with_an_earlier_one_of_the_same_callers(
    way: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, now = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    write(before, Record(Heading(1, "clear"), {1: call(1), 2: call(2, "nothing was booked")}))
    write(now, Record(Heading(1, "clear"), {1: call(1), 2: call(2)}))
    count = ("--calls", "2") if way == "--json" else ()
    assert main(["simulate", way, str(now), *count, "--against", str(before)]) == 0
    out = capsys.readouterr().out
    assert f"against {before}: 2 calls in both\n" in out
    assert "(2 of 2), was " in out
    assert out.endswith("fixed 1: 2\nbroken 0\n")


@pytest.mark.parametrize("way", ["--merge", "--json"])
def test_other_callers_are_nothing_to_compare_with(
    way: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, now = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    write(before, Record(Heading(2, "clear"), {1: call(1)}))
    write(now, Record(Heading(1, "clear"), {1: call(1)}))
    assert main(["simulate", way, str(now), "--against", str(before)]) == 2
    assert "not the same callers" in capsys.readouterr().err


def test_a_page_that_cannot_be_written_is_said_before_any_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "--html", str(tmp_path / ("x" * 300))]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "cannot be written" in said.err


def test_the_figures_are_shown_though_the_page_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*words: object, **how: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file, html = tmp_path / "run.jsonl", tmp_path / "run.html"
    write(file, Record(Heading(1, "clear"), {1: call(1)}))
    monkeypatch.setattr(Path, "write_text", full)
    assert main(["simulate", "--merge", str(file), "--html", str(html)]) == 2
    said = capsys.readouterr()
    assert "1 of 1" in said.out
    assert "run.html: cannot be written: No space left on device" in said.err


def test_it_is_said_how_many_calls_are_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def replay_all(queue: object, config: object, jobs: int, done: Callable[..., None]) -> None:
        done(replace(result("the third", "nothing was booked"), file="clear-3.yaml"))

    monkeypatch.setattr(simulate, "prepared", lambda *given, **how: contextlib.nullcontext([]))
    monkeypatch.setattr(simulate, "replay_all", replay_all)
    monkeypatch.setenv("IVR_VAR_DIR", str(tmp_path / "var"))
    file = tmp_path / "run.jsonl"
    write(file, Record(Heading(1, "clear"), {1: call(1), 2: call(2), 9: call(9)}))
    assert main(["simulate", "--calls", "3", "--json", str(file)]) == 0
    assert "(3 of 3)  the third: FAIL (nothing was booked)\n" in capsys.readouterr().out

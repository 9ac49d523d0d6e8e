from dataclasses import replace
from pathlib import Path

import pytest

from ivr.simulate.record import (
    Call,
    Heading,
    Origin,
    Record,
    RecordError,
    append,
    begin,
    merged,
    ranges,
    read_record,
    shard,
    write,
)
from tests.ivr.replay.results import result

HEADING = Heading(7, "clear")
TODAY = Origin("2026-11-30", "0.1.0 at 35fa1cd", "whisper-base")
YESTERDAY = Origin("2026-11-29", "0.1.0 at 6eeb7b2", "whisper-base")


def call(name: str, *failures: str, made: Origin = TODAY) -> Call:
    return Call(made, result(name, *failures))


def test_a_run_that_was_interrupted_goes_on_with_what_it_has(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    assert begin(file, HEADING) == {}
    append(file, 1, call("a"))
    append(file, 2, call("b", "nothing was booked"))
    with file.open("a", encoding="utf-8") as out:
        out.write('[3, {"name": "cut')  # killed in the middle of a line
    assert begin(file, HEADING) == {1: call("a"), 2: call("b", "nothing was booked")}
    append(file, 3, call("c"))
    assert sorted(read_record(file).calls) == [1, 2, 3]


def test_another_runs_record_is_not_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    begin(file, HEADING)
    with pytest.raises(RecordError, match=r"another run: profile clear, seed 7, via engine$"):
        begin(file, Heading(8, "clear"))
    with pytest.raises(RecordError, match="another run"):
        begin(file, Heading(7, "clear", "sip"))


def test_shards_take_every_number_once() -> None:
    parts = [shard(range(1, 11), part, 3) for part in (1, 2, 3)]
    assert sorted(number for part in parts for number in part) == list(range(1, 11))


def test_shards_are_merged_and_other_runs_are_not(tmp_path: Path) -> None:
    one, other = Record(HEADING, {1: call("a")}), Record(HEADING, {2: call("b")})
    write(tmp_path / "all.jsonl", merged({Path("a"): one, Path("b"): other}))
    assert sorted(read_record(tmp_path / "all.jsonl").calls) == [1, 2]
    with pytest.raises(RecordError, match=r"not shards of one run: .*seed 7.*; .*seed 8"):
        merged({Path("a"): one, Path("b"): Record(Heading(8, "clear"), {})})


def test_a_call_that_two_shards_hold_is_one_call_if_the_same_came_of_it() -> None:
    one = Record(HEADING, {1: call("a", made=YESTERDAY)})
    elsewhere = Call(TODAY, replace(call("a").result, audio="04-a/call.wav"))
    assert merged({Path("a"): one, Path("b"): Record(HEADING, {1: elsewhere})}) == one
    otherwise = Record(HEADING, {1: call("a", "nothing was booked")})
    fault = r"^a\.jsonl and b\.jsonl: call 1 is in both, with different results"
    with pytest.raises(RecordError, match=fault):
        merged({Path("a.jsonl"): one, Path("b.jsonl"): otherwise})


def test_it_is_known_which_calls_are_missing() -> None:
    calls = dict.fromkeys((2, 3, 7), call("a"))
    assert Record(HEADING, calls).missing == [1, 4, 5, 6]
    assert ranges(Record(HEADING, calls).missing) == "1, 4-6"
    assert Record(HEADING, {}).missing == []


def test_it_is_said_which_calls_were_made_with_what() -> None:
    calls = {1: call("a", made=YESTERDAY), 2: call("b"), 3: call("c")}
    assert Record(HEADING, {2: calls[2]}).origins() == [
        "2026-11-30, version 0.1.0 at 35fa1cd, whisper-base"
    ]
    assert Record(HEADING, calls).origins() == [
        "2026-11-29, version 0.1.0 at 6eeb7b2, whisper-base (1 of 3)",
        "2026-11-30, version 0.1.0 at 35fa1cd, whisper-base (2 of 3)",
    ]
    assert Record(HEADING, {}).origins() == []


@pytest.mark.parametrize("text", ["", "{}\n", '{"seed": 7, "profile": "clear"}\nnonsense\n[]\n'])
def test_a_file_that_is_no_record_is_one_clear_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "run.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=r"run\.jsonl.*: no ") as caught:
        read_record(file)
    assert "\n" not in str(caught.value)
    assert "http" not in str(caught.value)


def test_a_record_that_is_not_there_is_named_once(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"none\.jsonl: cannot be read: No such file") as caught:
        read_record(tmp_path / "none.jsonl")
    assert str(caught.value).count("none.jsonl") == 1

from pathlib import Path

import pytest

from datafiles import DataFileError
from ivr.caller.case import Script, case_of_lines, load_case

GOOD = """
name: wants 鼓楼医院, corrects the date
today: 2021-03-05T09:10
caller: "02586543210"
catalogue: demo
answers:
  task: greeting.wav
  hospital: [鼓楼医院, {wav: again.wav, after: 1.0}]
  id_number: {press: "32010619450101001*", after: 1.0}
  confirm: [{say: 不对，是后天}, {say: 对}]
expect:
  outcome: booked
  booking: {hospital: 南京鼓楼医院, date: 2021-03-08, session: 上午}
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_answers_come_by_what_is_asked_and_how_often(tmp_path: Path) -> None:
    script = Script(load_case(write(tmp_path, GOOD)))
    spoken = [script.answer("confirm") for _ in range(3)]
    assert [answer.say for answer in spoken if answer] == ["不对，是后天", "对", "对"]
    first, second = script.answer("hospital"), script.answer("hospital")
    assert first is not None
    assert first.say == "鼓楼医院"
    assert second is not None
    assert (second.wav, second.after) == ("again.wav", 1.0)
    assert script.answer("doctor") is None


def test_lines_are_spoken_once_each_whatever_is_asked() -> None:
    script = Script(case_of_lines(["我要挂号", "鼓楼医院"], "1"))
    said = [script.answer(asked) for asked in ("task", "hospital", "department")]
    assert [answer.say if answer else None for answer in said] == ["我要挂号", "鼓楼医院", None]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("  task: greeting.wav", "  tusk: greeting.wav", "answers"),
        ('{press: "32010619450101001*", after: 1.0}', "{press: abc}", "press"),
        ("{say: 对}", "{say: 对, wav: yes.wav}", "confirm"),
        ("  outcome: booked", "  outcom: booked", "outcom"),
    ],
)
def test_a_fault_in_a_case_names_file_line_and_field(
    tmp_path: Path, old: str, new: str, field: str
) -> None:
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(DataFileError) as caught:
        load_case(path)
    assert caught.value.line > 0
    assert field in caught.value.field

from pathlib import Path

import pytest

from datafiles import DataFileError
from ivr.caller.case import ASKED, Act, Aside, TimedAct, load_case

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


def test_what_the_caller_does_reads_as_a_person_would_write_it() -> None:
    acts = [
        Act(say="我要挂号"),
        Act(wav="date.wav"),
        Act(wav="date.wav", text="后天"),
        Act(press="1"),
        Act(press="32010619450101001*"),
        Act(say="不约了", hang_up=1.0),
        Act(hang_up=0.0),
    ]
    assert [act.line for act in acts] == [
        "我要挂号",
        "(plays date.wav)",
        "后天",
        "(keys) 1",
        "(18 keys)",
        "不约了 (hangs up)",
        "(hangs up)",
    ]


def test_a_timeline_is_a_recorded_leg_or_acts_by_the_clock(tmp_path: Path) -> None:
    recorded = load_case(write(tmp_path, "name: t\ntimeline: call.wav\n"))
    assert recorded.timed == (TimedAct(at=0.0, wav="call.wav"),)
    assert recorded.hangs_up_at_end
    text = "name: t\ntimeline: [{at: 3, say: 我要挂号}, {at: 9.5, press: '1'}]\n"
    described = load_case(write(tmp_path, text))
    assert [act.at for act in described.timed] == [3.0, 9.5]
    assert not described.hangs_up_at_end


@pytest.mark.parametrize(
    ("timeline", "fault"),
    [
        ("\n- say: 我要挂号\n", r"case\.yaml:3: timeline\.0\.at: this field is missing"),
        ("\n- {at: 1, say: 对, press: '1'}\n", r"case\.yaml:3: timeline\.0: .*an answer is one of"),
        (" {at: 1, say: 对}\n", r"case\.yaml:2: timeline: the name of a sound file, or a list"),
    ],
)
def test_a_fault_in_a_timeline_is_told_of_the_act_that_has_it(
    tmp_path: Path, timeline: str, fault: str
) -> None:
    with pytest.raises(DataFileError, match=fault):
        load_case(write(tmp_path, f"name: t\ntimeline:{timeline}"))


def test_who_may_deny_must_know_what_was_wanted(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"expect\.booking"):
        load_case(write(tmp_path, "name: t\nanswers: {task: 挂号}\ndeny: 不对\n"))


@pytest.mark.parametrize("script", ["", "answers: {task: 挂号}\ntimeline: call.wav\n"])
def test_a_case_has_one_script(tmp_path: Path, script: str) -> None:
    with pytest.raises(DataFileError, match="either answers or a timeline"):
        load_case(write(tmp_path, f"name: t\n{script}"))


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("  task: greeting.wav", "  tusk: greeting.wav", "answers"),
        ('{press: "32010619450101001*", after: 1.0}', "{press: abc}", "press"),
        ("{say: 对}", "{say: 对, wav: yes.wav}", "confirm"),
        ("  outcome: booked", "  outcom: booked", "outcom"),
        ("  outcome: booked", "  outcome: boked", "outcome"),
        ("session: 上午}", "session: 早上}", "session"),
        ("after: 1.0}\n  confirm", "noise: street}\n  confirm", "id_number"),
        ("after: 1.0}]", "after: -1}]", "after"),
        ("after: 1.0}]", "noise: party}]", "noise"),
        ("today: 2021-03-05T09:10", "today: 2021-03-05T09:10Z", "today"),
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


def test_every_name_that_is_asked_is_documented() -> None:
    documented = (Path(__file__).parents[3] / "docs" / "replay.md").read_text(encoding="utf-8")
    assert [name for name in ASKED if f"`{name}`" not in documented] == []


def test_a_pause_stands_in_for_every_comma() -> None:
    assert Act(say="三二零，一零六", pause=1.0).pieces == ("三二零", "一零六")
    assert Act(say="三二零，一零六").pieces == ("三二零，一零六",)
    with pytest.raises(ValueError, match="pause needs"):
        Act(say="三二零", pause=1.0)


def test_an_aside_is_said_into_a_question_that_there_is() -> None:
    with pytest.raises(ValueError, match="weather is never asked"):
        Aside(kind="television", say="下雨了", during="weather")
    with pytest.raises(ValueError, match="something to say"):
        Aside(kind="television", press="1", during="date")


GIVEN = """
name: cancels
given:
  bookings:
    - patient: "32010619450101001X"
      hospital: 南京鼓楼医院
      department: 皮肤科
      date: 2026-03-04
      session: 上午
answers:
  task: 我要退号
  proof: [{press: "{code}"}, "确认码是{code}"]
expect: {outcome: cancelled, given: cancelled}
"""


def test_the_code_of_a_given_booking_is_keyed_or_spoken(tmp_path: Path) -> None:
    case = load_case(write(tmp_path, GIVEN)).with_code("12345678")
    keyed, said = case.answers["proof"]
    assert (keyed.press, said.say) == ("12345678", "确认码是幺二三四，五六七八")
    assert case.answers["task"][0].say == "我要退号"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("      hospital: 南京鼓楼医院\n", "", "given.bookings.0.hospital"),
        ("session: 上午", "session: 早上", "given.bookings.0.session"),
        ("32010619450101001X", "3201", "given.bookings.0.patient"),
        ("given: cancelled", "given: gone", "expect.given"),
    ],
)
def test_a_fault_in_what_is_given_names_its_field(
    tmp_path: Path, old: str, new: str, field: str
) -> None:
    with pytest.raises(DataFileError) as caught:
        load_case(write(tmp_path, GIVEN.replace(old, new)))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: t\nanswers: {proof: '确认码{code}'}\n", "there is none"),
        ("name: t\nanswers: {task: 退号}\nexpect: {given: kept}\n", "given booking"),
    ],
)
def test_what_needs_a_given_booking_says_so(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DataFileError, match=problem):
        load_case(write(tmp_path, text))


def test_on_another_day_a_caller_objects_to_a_hospital_but_to_no_day() -> None:
    case = load_case(Path(__file__).parents[2] / "calls" / "booked.yaml")
    wanted, placed = case.expect.booking, case.on_any_day().expect.booking
    assert wanted is not None
    assert placed is not None
    assert (placed.date, placed.session) == (None, None)
    assert placed.hospital == wanted.hospital
    assert case.on_any_day().deny == case.deny


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("answer: {task: 我要挂号}", "answer: there is no such field"),
        ("answers: {date: 2026-03-04}", "put it in quotes"),
        ("answers: {id_number: {press: 32010619450101001X}}", "press: keys are 0 to 9"),
        ("answers: {hopsital: 鼓楼医院}", "answers: hopsital is never asked"),
        (
            "answers: {task: 挂号}\nexpect: {never: booked}",
            "expect.never: has to be a list: [...]",
        ),
        ("answers: {confirm: yes}", "put it in quotes: yes and no"),
        ("answers: {confirm: [对, No]}", "put it in quotes: yes and no"),
        ("answers: {task: GREETING.WAV}", ""),
    ],
)
def test_a_slip_in_a_case_is_told_in_plain_words(tmp_path: Path, line: str, fault: str) -> None:
    path = write(tmp_path, f"name: t\n{line}\n")
    if not fault:
        assert load_case(path).answers["task"][0].wav == "GREETING.WAV"
        return
    with pytest.raises(DataFileError) as caught:
        load_case(path)
    assert fault in str(caught.value)


@pytest.mark.parametrize("name", ["nothere.m4a", "问候.opus", "sounds/greeting.WMA", "hello.waw"])
@pytest.mark.parametrize(
    "line", ["answers: {{task: {}}}", "answers: {{task: [挂号, {}]}}", "deny: {}"]
)
def test_a_file_of_a_kind_that_is_not_played_is_not_spoken_either(
    tmp_path: Path, line: str, name: str
) -> None:
    expected = "expect: {booking: {hospital: 南京鼓楼医院}}"
    script = "" if line.startswith("answers") else "answers: {task: 挂号}\n"
    path = write(tmp_path, f"name: t\n{script}{line.format(name)}\n{expected}\n")
    with pytest.raises(DataFileError) as caught:
        load_case(path)
    fault = f"{name} is no sound file (.wav, .flac, .mp3, .ogg); text is written {{say: {name}}}"
    assert fault in str(caught.value)


@pytest.mark.parametrize("text", ["我要挂号.", "三点五.二", "3.5", "请问 www.example.cn", "对。ok"])
def test_what_only_has_a_dot_in_it_is_spoken(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, f"name: t\nanswers: {{task: [{text!r}, {{say: a.m4a}}]}}\n")
    said = load_case(path).answers["task"]
    assert [each.say for each in said] == [text, "a.m4a"]


def test_a_list_for_a_case_is_told_which_fields_there_are(tmp_path: Path) -> None:
    fault = r"case\.yaml:1: has to be fields .*; there are name, today, .*, tags$"
    with pytest.raises(DataFileError, match=fault):
        load_case(write(tmp_path, "- name: t\n"))

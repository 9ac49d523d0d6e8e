from pathlib import Path

import pytest

from datafiles import DataFileError
from ivr.audio_file import write_speech
from ivr.config import Config, RecogniserConfig
from ivr.replay.batch import ReplayFault, find_cases, prepared, replay_all
from ivr.replay.engine import Job

SECOND = b"\x10\x27" * 8000


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def case(wav: str = "yes.wav") -> str:
    return f"name: t\nanswers: {{task: {wav}}}\n"


def test_a_folder_is_its_cases_in_the_order_of_their_names(tmp_path: Path) -> None:
    write_speech(tmp_path / "yes.wav", SECOND)
    second, first = write(tmp_path, "b.yaml", case()), write(tmp_path, "a.yaml", case())
    assert [each.path for each in find_cases([tmp_path, second])] == [first, second]


def test_a_case_is_known_by_its_path_from_here_however_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "name: t\nanswers: {task: 挂号}\n"
    for name in ("mine", "copy"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, "a.yaml", text)
    monkeypatch.chdir(tmp_path / "copy")
    outside = tmp_path / "mine" / "a.yaml"
    assert [each.path for each in find_cases([outside, Path()])] == [outside, Path("a.yaml")]
    monkeypatch.chdir(tmp_path)
    given = [Path("mine"), tmp_path / "copy", Path("copy/../copy"), Path("copy/a.yaml")]
    assert [str(each.path) for each in find_cases(given)] == ["mine/a.yaml", "copy/a.yaml"]


@pytest.mark.parametrize(
    ("wav", "fault"),
    [
        (b"", "is empty"),
        (b"ID3\x04 an MP3 by its looks", "damaged or truncated"),
        (b"RIFF\x00\x00\x00\x00WAVE", "truncated"),
        (None, "cannot be read"),
    ],
)
def test_a_bad_wav_is_named_with_its_case_before_any_call(
    tmp_path: Path, wav: bytes | None, fault: str
) -> None:
    if wav is not None:
        (tmp_path / "yes.wav").write_bytes(wav)
    write(tmp_path, "a.yaml", case())
    with pytest.raises(ReplayFault, match=rf"a\.yaml: .*yes\.wav: {fault}"):
        find_cases([tmp_path])


def test_a_wav_of_forty_minutes_is_refused(tmp_path: Path) -> None:
    write_speech(tmp_path / "yes.wav", bytes(2 * 8000 * 60 * 40))
    write(tmp_path, "a.yaml", case())
    with pytest.raises(ReplayFault, match="40 minutes"):
        find_cases([tmp_path])


def test_what_is_no_case_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ReplayFault, match="no such file or folder"):
        find_cases([tmp_path / "nothing.yaml"])
    with pytest.raises(ReplayFault, match="no case"):
        find_cases([tmp_path])
    with pytest.raises(DataFileError, match=r"a\.yaml:2"):
        find_cases([write(tmp_path, "a.yaml", "name: t\nanswers: {tusk: 挂号}\n")])
    text = "name: t\ncatalogue: nowhere\nanswers: {task: 挂号}\n"
    with pytest.raises(ReplayFault, match="neither demo nor a folder"):
        find_cases([write(tmp_path, "a.yaml", text)])


def test_a_short_name_that_could_never_be_booked_is_named_with_its_case(tmp_path: Path) -> None:
    text = f"{case()}expect: {{booking: {{hospital: 鼓楼}}}}\n"
    with pytest.raises(ReplayFault, match=r"a\.yaml: expect\.booking\.hospital: 鼓楼 is no hosp"):
        find_cases([write(tmp_path, "a.yaml", text)])


def test_a_voice_that_there_is_not_is_named_with_its_case(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "name: t\nanswers: {task: 挂号}\n")
    write(tmp_path, "b.yaml", "name: u\nvoice: nobody\nanswers: {task: 挂号}\n")
    config = Config(root=tmp_path)
    with (
        pytest.raises(ReplayFault, match=r"b\.yaml: kokoro: no style is called 'nobody'"),
        prepared(find_cases([tmp_path]), config, tmp_path / "replay", print),
    ):
        pass


def test_a_server_with_a_clock_of_its_own_cannot_be_replayed() -> None:
    config = Config(recogniser=RecogniserConfig(engine="vosk-server", server_url="ws://here:2700"))
    with pytest.raises(ReplayFault, match="virtual clock"):
        replay_all([], config, 1, lambda result: None)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_in_a_worker_is_one_line_in_any_number_of_processes(
    tmp_path: Path, jobs: int
) -> None:
    write(tmp_path, "a.yaml", "name: t\nanswers: {task: 挂号}\n")
    (each,) = find_cases([tmp_path])
    config = Config(recogniser=RecogniserConfig(model="no-such-model"), root=tmp_path)
    job = Job(each.case, each.path, tmp_path / "template.db", tmp_path / "01-a")
    with pytest.raises(ReplayFault, match="no-such-model"):
        replay_all([job, job], config, jobs, lambda result: None)


def test_the_projects_own_cases_can_be_replayed() -> None:
    cases = find_cases([Path(__file__).parents[2] / "calls"])
    assert len(cases) >= 20
    names = [each.case.name for each in cases]
    assert len(names) == len(set(names))
    assert any(act.wav for each in cases for act in each.case.acts)  # the format is YAML and sound

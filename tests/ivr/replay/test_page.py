from dataclasses import replace
from pathlib import Path

from ivr.replay.page import page
from ivr.replay.runs import changes
from tests.ivr.replay.results import result, run_of


def test_the_page_shows_every_turn_and_plays_the_wrong_one(tmp_path: Path) -> None:
    run = run_of(result(), result("fails", "nothing was booked"))
    sound = tmp_path / "01-fails" / "turn-2.wav"
    sound.parent.mkdir()
    sound.write_bytes(b"RIFF")
    html = page(run, changes(None, run), tmp_path)
    assert "1 of 2 passed" in html
    assert html.count("&lt;鼓楼医院&gt;") == 4
    assert html.count("class='wrong'") == 1
    assert "data:audio/wav;base64,UklGRg==" in html
    assert "http" not in html


def test_a_sound_that_is_gone_is_only_named(tmp_path: Path) -> None:
    run = run_of(result("fails", "nothing was booked"))
    html = page(run, changes(run, run), tmp_path)
    assert "<code>01-fails/turn-2.wav</code>" in html
    assert ">same<" in html


def test_what_a_call_does_otherwise_stands_beside_it(tmp_path: Path) -> None:
    now = run_of(result(turns=3))
    html = page(now, changes(run_of(result()), now), tmp_path)
    assert "otherwise (+1 turns, +0.0 s)<br>turn 3 is new, about hospital" in html


def test_every_case_is_shown_with_its_path(tmp_path: Path) -> None:
    run = run_of(*(replace(result("a"), file=f"{folder}/a.yaml") for folder in ("mine", "copy")))
    html = page(run, changes(None, run), tmp_path)
    assert (html.count("mine/a.yaml"), html.count("copy/a.yaml")) == (2, 2)

"""`ivr chat` as it is typed: lines in, the agent's sentences out."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ivr.cli.main import main

WORDING = Path(__file__).parents[3] / "dialogs" / "data" / "wording.yaml"


def chat(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    *options: str,
) -> tuple[int, str, str]:
    """Exit code, what was printed, and what was complained of."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    code = main(("chat", "--today", "2026-11-24", *options))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_booking_by_words_and_keys_with_explanations(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = "我要挂鼓楼医院心内科\n随便\n后天上午\n#32010619450101001*\n/keys 1\n再见\n"
    code, out, _ = chat(monkeypatch, capsys, typed, "--demo", "--explain")
    assert code == 0
    assert "> 我要挂鼓楼医院心内科" in out
    assert "= task=book" in out
    assert "hospital=南京鼓楼医院 (1.00)" in out
    assert "[question.read_back.asked]" in out
    assert "+ ConfirmBooking" in out
    assert "[booked, 电话预约, completed]" in out
    assert "32010619450101001" not in out.replace("#32010619450101001*", "")


def test_an_empty_line_is_silence_and_the_end_of_input_hangs_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tried = tmp_path / "wording.yaml"
    shipped = WORDING.read_text(encoding="utf-8")
    tried.write_text(
        shipped.replace("您想挂哪家医院、哪个科？", "您要挂什么号？"), encoding="utf-8"
    )
    code, out, _ = chat(monkeypatch, capsys, "\n", "--demo", "--wording", str(tried))
    assert code == 0
    assert "12320: 您要挂什么号？" in out
    assert "12320: 没听到您的声音。" in out
    assert "hung_up" in out
    assert "question." not in out


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--demo", "--wording", "no/such.yaml"), "no/such.yaml"),
        (("--config", "{folder}/config.yaml"), "there is no database"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    options: tuple[str, ...],
    complaint: str,
) -> None:
    monkeypatch.delenv("IVR_DATABASE_URL", raising=False)
    (tmp_path / "config.yaml").write_text("database_url: sqlite:///none.db\n", encoding="utf-8")
    given = tuple(option.format(folder=tmp_path) for option in options)
    code, _, err = chat(monkeypatch, capsys, "", *given)
    assert code == 2
    assert complaint in err
    assert len(err.splitlines()) == 1

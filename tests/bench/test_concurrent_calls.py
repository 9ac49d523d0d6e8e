import pytest

from bench.concurrent_calls import main


def test_the_help_says_what_is_done_where_nothing_is_given(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["concurrent_calls.py", "--help"])
    with pytest.raises(SystemExit):
        main()
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("usage: python -m bench.concurrent_calls ")
    assert "calls at once; default 1 2 3 4 6" in said
    assert "of each step; default 120" in said

"""The worker's protocol over real pipes."""

from __future__ import annotations

import base64
import json
import subprocess
from ctypes.util import find_library

import pytest

from ivr.voices.pyttsx3_voice import WORKER
from ivr.voices.pyttsx3_worker import Speech

pytestmark = pytest.mark.skipif(
    find_library("espeak-ng") is None,
    reason="espeak-ng is absent: install the packages espeak-ng and libespeak-ng1",
)


def converse(*lines: str) -> list[dict[str, object]]:
    """What the worker answers to `lines`; it must end by itself when they end."""
    done = subprocess.run(
        WORKER, input="".join(f"{line}\n" for line in lines), capture_output=True,
        text=True, timeout=60, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_it_says_ready_answers_and_ends_with_its_input() -> None:
    ready, answer = converse(json.dumps({"id": 7, "text": "三", "pinyin": "san1"}))
    assert ready == {"ready": True}
    assert (answer["id"], answer["rate"]) == (7, 22050)
    assert len(base64.b64decode(str(answer["pcm"]))) > 4000


def test_nothing_but_the_protocol_is_on_its_output() -> None:
    """pyttsx3 prints on every save."""
    assert converse() == [{"ready": True}]


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"id": 3}', '{"id": 3, "text": 1}'])
def test_a_bad_request_gets_an_error_and_the_next_is_answered(line: str) -> None:
    _, bad, good = converse(line, json.dumps({"id": 8, "text": "三", "pinyin": "san1"}))
    assert "error" in bad
    assert good["id"] == 8
    assert "pcm" in good


@pytest.mark.parametrize("silent", [0, 1, 2])
def test_a_silent_answer_is_asked_for_again(monkeypatch: pytest.MonkeyPatch, silent: int) -> None:
    speech = object.__new__(Speech)
    answers = iter([(22050, bytes(100))] * silent + [(22050, b"\1\0" * 50)])
    monkeypatch.setattr(speech, "_speak_once", lambda text, pinyin: next(answers))
    assert speech.speak("三", "san1") == (22050, b"\1\0" * 50)


def test_what_stays_silent_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    speech = object.__new__(Speech)
    monkeypatch.setattr(speech, "_speak_once", lambda text, pinyin: (22050, bytes(100)))
    with pytest.raises(ValueError, match="silence"):
        speech.speak("三", "san1")


def test_an_error_does_not_repeat_the_text() -> None:
    _, bad = converse(json.dumps({"id": 1, "text": "二七三幺", "pinyin": ""}))
    assert "error" in bad
    assert "二七三幺" not in json.dumps(bad, ensure_ascii=False)

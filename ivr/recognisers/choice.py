"""Which recogniser a configuration means, and making it."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from ivr.ports import Recogniser, RecogniserError
from ivr.recognisers.vosk_engine import VoskRecogniser
from ivr.recognisers.vosk_server import VoskServerRecogniser
from ivr.recognisers.whisper import WhisperRecogniser
from speech_models import Manifest, ModelEntry, ModelError, ModelMissing, load_manifest, model_path

_log = logging.getLogger(__name__)

LANGUAGE = "zh"
RECOGNISER_ENGINES = ("vosk", "whisper")


def build_recogniser(
    engine: str = "auto",
    *,
    model: str = "",
    server_url: str = "",
    threads: int = 1,
    workers: int = 2,
    time_limit: float = 6.0,
    manifest: Manifest | None = None,
) -> Recogniser:
    """Make the recogniser of a configuration; loads its model, which takes up to seconds.

    `engine` is auto, whisper, vosk or vosk-server; `model` a name of the manifest or
    empty for the best one; `server_url` is for vosk-server only. Raises
    RecogniserError: one line that says what is wrong and names the command to mend it.
    """
    if engine == "vosk-server":
        if not server_url:
            raise RecogniserError("recogniser.server_url is empty; vosk-server needs one")
        return VoskServerRecogniser(server_url, time_limit=time_limit)
    entry = choose_model(engine, model, manifest)
    try:
        folder = model_path(entry.name, manifest)
    except ModelError as error:
        raise RecogniserError(str(error)) from error
    if entry.engine == "vosk":
        return VoskRecogniser(folder, entry.name, workers=workers, time_limit=time_limit)
    return WhisperRecogniser(
        folder, entry.name, threads=threads, workers=workers, time_limit=time_limit
    )


def recogniser_name(engine: str = "auto", model: str = "") -> str:
    """What `build_recogniser` would make, as its `name` says it, without loading it. Raises
    RecogniserError."""
    return engine if engine == "vosk-server" else choose_model(engine, model).name


def choose_model(
    engine: str = "auto", model: str = "", manifest: Manifest | None = None
) -> ModelEntry:
    """The model that `build_recogniser` takes.

    Without a name: the first Mandarin model of the manifest's order, of `engine`
    where it is not auto, that is installed; a damaged one is an error and never
    passed over, nor is a model of another language ever taken. By name any model of
    the engine goes. Raises RecogniserError.
    """
    manifest = manifest or load_manifest()
    engines = RECOGNISER_ENGINES if engine == "auto" else (engine,)
    if not set(engines) <= set(RECOGNISER_ENGINES):
        raise RecogniserError(
            f"no recogniser is called {engine!r}; there are auto, "
            f"{', '.join(RECOGNISER_ENGINES)} and vosk-server"
        )
    try:
        if model:
            return _named(manifest, model, engines)
        fitting = [m for m in manifest.models if m.engine in engines and m.language == LANGUAGE]
        return _first_installed(fitting, manifest)
    except ModelError as error:
        raise RecogniserError(str(error)) from error


def _named(manifest: Manifest, model: str, engines: Iterable[str]) -> ModelEntry:
    entry = manifest.entry(model)
    if entry.engine not in engines:
        raise RecogniserError(
            f"model {model} is for {entry.engine}, not a recogniser that was "
            f"asked for ({', '.join(engines)})"
        )
    if entry.language != LANGUAGE:
        _log.warning("model %s is for language %s, not Mandarin", model, entry.language)
    return entry


def _first_installed(fitting: list[ModelEntry], manifest: Manifest) -> ModelEntry:
    for entry in fitting:
        try:
            model_path(entry.name, manifest)
        except ModelMissing:
            continue
        return entry
    if not fitting:
        raise RecogniserError("the manifest names no Mandarin model for this engine")
    # The last one is the easiest to get: the manifest goes from best to embedded.
    raise ModelMissing(fitting[-1].name)

"""The shipped manifest, and what the manifest's format refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from datafiles import DataFileError
from speech_models import UnknownModel, load_manifest
from speech_models.manifest import ModelEntry

VALID = """
models:
  - name: tiny
    engine: vosk
    language: zh
    purpose: testing
    licence: Apache-2.0
    size: 3
    sources:
      - {kind: pypi, package: tiny, version: "1.0", size: 9, sha256: "ZEROS"}
    files:
      - {path: model.bin, size: 3, sha256: "ONES", parts: [{source: 0, member: tiny/part}]}
""".replace("ZEROS", "0" * 64).replace("ONES", "1" * 64)


def refused(tmp_path: Path, text: str) -> DataFileError:
    file = tmp_path / "manifest.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        load_manifest(file)
    return caught.value


def test_mandarin_recognisers_go_from_best_to_embedded() -> None:
    names = [m.name for m in load_manifest().models if m.language == "zh" and m.engine != "kokoro"]
    assert names == ["vosk-model-cn-0.22", "vosk-model-small-cn-0.22", "whisper-base"]


def test_every_model_names_a_licence_that_lets_it_be_shipped() -> None:
    assert {m.licence for m in load_manifest().models} <= {"Apache-2.0", "MIT"}


def test_files_of_every_model_add_up_to_its_size() -> None:
    for model in load_manifest().models:
        if model.files:
            assert sum(file.size for file in model.files) == model.size, model.name


def test_everything_from_a_registry_has_a_checksum() -> None:
    sources = [s for m in load_manifest().models for s in m.sources if s.kind != "url"]
    assert sources
    assert all(s.sha256 for s in sources)


def test_only_the_large_chinese_model_is_trusted_on_first_use() -> None:
    trusting = [m.name for m in load_manifest().models if any(not s.sha256 for s in m.sources)]
    assert trusting == ["vosk-model-cn-0.22"]


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UnknownModel, match="whisper-base"):
        load_manifest().entry("whisper-large")


def test_the_valid_example_is_valid(tmp_path: Path) -> None:
    file = tmp_path / "manifest.yaml"
    file.write_text(VALID, encoding="utf-8")
    assert load_manifest(file).names() == ["tiny"]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("path: model.bin", "path: ../../etc/passwd", "files.0.path"),
        ("path: model.bin", "path: /etc/passwd", "files.0.path"),
        ("source: 0", "source: 1", "models.0"),
        ('sha256: "' + "0" * 64 + '"', 'sha256: "abc"', "sources.0.sha256"),
        (', sha256: "' + "0" * 64 + '"', "", "sources.0"),
        ("kind: pypi, package: tiny", "kind: url, url: 'http://models.example/a.zip'", "sources.0"),
        ("engine: vosk", "engine: kaldi", "engine"),
        ("purpose: testing", "purpose: testing\n    colour: red", "colour"),
    ],
)
def test_a_bad_entry_is_refused_where_it_stands(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    assert old in VALID
    error = refused(tmp_path, VALID.replace(old, new))
    assert where in error.field
    assert error.line > 0


def test_two_models_of_one_name_are_refused(tmp_path: Path) -> None:
    twice = VALID + VALID.removeprefix("\nmodels:\n")
    assert "two models" in refused(tmp_path, twice).problem


def test_the_digest_follows_what_is_installed_not_what_is_said_about_it() -> None:
    entry = load_manifest().entry("whisper-base")

    def changed(**fields: object) -> ModelEntry:
        return entry.model_copy(update=fields)

    assert changed(purpose="else").digest() == entry.digest()
    assert changed(files=entry.files[1:]).digest() != entry.digest()

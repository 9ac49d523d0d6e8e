"""Finding a model and telling a whole one from a damaged one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from speech_models import (
    ModelCorrupt,
    ModelMissing,
    is_present,
    list_models,
    model_path,
    verify,
    verify_models,
)
from speech_models.manifest import Manifest
from speech_models.store import STAMP, read_stamp
from tests.speech_models.tiny_models import (
    PART_A,
    PART_B,
    WHOLE,
    archive_model,
    joined_model,
    manifest_of,
    wheel,
)


@pytest.fixture(name="store")
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    store = tmp_path / "store"
    store.mkdir()
    monkeypatch.setenv("IVR_MODELS_DIR", str(store))
    return store


@pytest.fixture(name="manifest")
def _manifest(tmp_path: Path) -> Manifest:
    wheels = [
        wheel(tmp_path, "tiny_a", {"tiny_a/part": PART_A}),
        wheel(tmp_path, "tiny_b", {"tiny_b/part": PART_B}),
    ]
    return manifest_of(joined_model(wheels), archive_model("https://models.example/zipped.zip"))


def install(store: Path) -> Path:
    file = store / "tiny" / "sub" / "model.bin"
    file.parent.mkdir(parents=True)
    file.write_bytes(WHOLE)
    return file


def keep_times(file: Path, data: bytes) -> None:
    """Change the content behind the quick check's back."""
    stat = file.stat()
    file.write_bytes(data)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_a_missing_model_names_the_command_that_fetches_it(store: Path, manifest: Manifest) -> None:
    with pytest.raises(ModelMissing, match=r"`ivr models fetch tiny`"):
        model_path("tiny", manifest)
    assert not is_present("tiny", manifest)


def test_a_whole_model_is_found_and_stamped(store: Path, manifest: Manifest) -> None:
    install(store)
    assert model_path("tiny", manifest) == store / "tiny"
    assert read_stamp(store / "tiny") is not None


@pytest.mark.parametrize("data", [WHOLE[:-1], WHOLE + b"!", b"X" + WHOLE[1:], b""])
def test_a_damaged_model_names_the_command_that_mends_it(
    store: Path, manifest: Manifest, data: bytes
) -> None:
    file = install(store)
    model_path("tiny", manifest)
    file.write_bytes(data)
    with pytest.raises(ModelCorrupt, match=r"sub/model.bin.*`ivr models fetch tiny`"):
        model_path("tiny", manifest)
    assert not is_present("tiny", manifest)


def test_a_lost_file_is_damage(store: Path, manifest: Manifest) -> None:
    install(store).unlink()
    with pytest.raises(ModelCorrupt, match="missing"):
        model_path("tiny", manifest)


def test_the_quick_check_trusts_the_stamp_and_the_full_check_does_not(
    store: Path, manifest: Manifest
) -> None:
    file = install(store)
    verify("tiny", manifest)
    keep_times(file, b"X" + WHOLE[1:])
    assert is_present("tiny", manifest)
    with pytest.raises(ModelCorrupt):
        verify("tiny", manifest)


def test_a_stamp_of_another_manifest_is_not_trusted(store: Path, manifest: Manifest) -> None:
    file = install(store)
    verify("tiny", manifest)
    keep_times(file, b"X" + WHOLE[1:])
    other = manifest.models[0].model_copy(update={"files": [*manifest.models[0].files] * 2})
    with pytest.raises(ModelCorrupt):
        model_path("tiny", manifest_of(other))


def test_a_spoilt_stamp_only_costs_a_full_check(store: Path, manifest: Manifest) -> None:
    install(store)
    verify("tiny", manifest)
    (store / "tiny" / STAMP).write_text("{", encoding="utf-8")
    assert is_present("tiny", manifest)


def test_a_model_trusted_on_first_use_is_recorded_then_compared(
    store: Path, manifest: Manifest
) -> None:
    file = store / "zipped" / "am" / "final.mdl"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"acoustic model")
    assert is_present("zipped", manifest)
    file.write_bytes(b"other bytes...")
    with pytest.raises(ModelCorrupt, match=r"am/final\.mdl"):
        model_path("zipped", manifest)


def test_a_model_trusted_on_first_use_needs_its_structure(store: Path, manifest: Manifest) -> None:
    (store / "zipped").mkdir()
    (store / "zipped" / "README").write_text("not a model", encoding="utf-8")
    with pytest.raises(ModelCorrupt, match=r"am/final\.mdl is missing"):
        verify("zipped", manifest)


def test_the_list_says_what_is_installed_absent_and_damaged(
    store: Path, manifest: Manifest
) -> None:
    assert [m.state for m in list_models(manifest)] == ["absent", "absent"]
    file = install(store)
    assert [m.state for m in list_models(manifest)] == ["installed", "absent"]
    file.write_bytes(b"")
    damaged = list_models(manifest)[0]
    assert damaged.state == "damaged"
    assert "ivr models fetch tiny" in damaged.problem


def test_verifying_without_names_means_every_installed_model(
    store: Path, manifest: Manifest
) -> None:
    assert verify_models((), manifest) == []
    file = install(store)
    assert verify_models((), manifest) == [("tiny", "")]
    file.write_bytes(b"")
    [(name, problem)] = verify_models((), manifest)
    assert (name, "damaged" in problem) == ("tiny", True)


def test_verifying_by_name_reports_a_missing_model(store: Path, manifest: Manifest) -> None:
    [(_, problem)] = verify_models(["zipped"], manifest)
    assert "ivr models fetch zipped" in problem

"""The store of installed models: where each lies and whether it is what the manifest names.

A full check reads every byte (`verify`). It leaves a stamp beside the files with
their sizes, modification times and hashes, so that the check at start
(`model_path`) only stats the files; a file whose size or time has changed since
is hashed again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from speech_models.errors import ModelCorrupt, ModelMissing
from speech_models.manifest import Manifest, ModelEntry, load_manifest

STAMP = ".verified.json"


class StampedFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    size: int
    mtime_ns: int
    sha256: str


class Stamp(BaseModel):
    """What the last full check saw; for a model trusted on first use also its only record."""

    model_config = ConfigDict(extra="forbid")

    manifest: str
    archive_sha256: str | None = None
    files: dict[str, StampedFile]


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One line of `ivr models list`; `problem` is set when `state` is damaged."""

    name: str
    engine: str
    language: str
    purpose: str
    licence: str
    download_bytes: int
    size: int
    state: Literal["installed", "absent", "damaged"]
    path: Path
    problem: str = ""


def store_dir() -> Path:
    """`IVR_MODELS_DIR`, else `store/` beside this file."""
    configured = os.environ.get("IVR_MODELS_DIR")
    return Path(configured) if configured else Path(__file__).parent / "store"


def model_path(name: str, manifest: Manifest | None = None) -> Path:
    """The folder of an installed model, after the quick check.

    Raises UnknownModel, ModelMissing, ModelCorrupt.
    """
    entry = (manifest or load_manifest()).entry(name)
    folder = store_dir() / name
    if not folder.is_dir():
        raise ModelMissing(name)
    stamp = read_stamp(folder)
    if stamp is None or stamp.manifest != entry.digest() or not _unchanged(folder, stamp):
        verify(name, manifest)
    return folder


def is_present(name: str, manifest: Manifest | None = None) -> bool:
    """Whether the model is installed and passes the quick check. Raises UnknownModel."""
    try:
        model_path(name, manifest)
    except (ModelMissing, ModelCorrupt):
        return False
    return True


def verify(name: str, manifest: Manifest | None = None) -> None:
    """Read every byte of an installed model and compare it with the manifest.

    A model whose files the manifest does not list one by one is compared with the
    record made when it was fetched; without a record its structure is checked and
    the record is made now. Raises UnknownModel, ModelMissing, ModelCorrupt.
    """
    entry = (manifest or load_manifest()).entry(name)
    folder = store_dir() / name
    if not folder.is_dir():
        raise ModelMissing(name)
    verify_folder(entry, folder)


def verify_folder(entry: ModelEntry, folder: Path, archive_sha256: str | None = None) -> None:
    """Full check of `folder` as `entry`; writes the stamp. Raises ModelCorrupt."""
    old = read_stamp(folder)
    expected = {file.path: file.sha256 for file in entry.files}
    if entry.archive is not None:
        for required in entry.archive.required:
            if not (folder / required).is_file():
                raise ModelCorrupt(entry.name, f"{required} is missing")
        if old is not None:
            expected = {path: file.sha256 for path, file in old.files.items()}
            archive_sha256 = archive_sha256 or old.archive_sha256
        published = entry.sources[0].sha256
        if published and archive_sha256 and published != archive_sha256:
            raise ModelCorrupt(entry.name, "it was unpacked from another archive")
    paths = sorted(expected) or sorted(_files_below(folder))
    seen: dict[str, StampedFile] = {}
    for path in paths:
        file = folder / path
        if not file.is_file():
            raise ModelCorrupt(entry.name, f"{path} is missing")
        stat = file.stat()
        digest = sha256_of(file)
        if digest != expected.get(path, digest):
            raise ModelCorrupt(entry.name, f"{path} has another sha256 than it should")
        seen[path] = StampedFile(size=stat.st_size, mtime_ns=stat.st_mtime_ns, sha256=digest)
    stamp = Stamp(manifest=entry.digest(), archive_sha256=archive_sha256, files=seen)
    _write_stamp(folder, stamp)


def verify_models(
    names: Iterable[str] = (), manifest: Manifest | None = None
) -> list[tuple[str, str]]:
    """Full check of `names` (empty: every installed model): (name, problem or "") for each.

    Raises UnknownModel before anything is read.
    """
    manifest = manifest or load_manifest()
    wanted = list(names) or [n for n in manifest.names() if (store_dir() / n).is_dir()]
    for name in wanted:
        manifest.entry(name)
    results: list[tuple[str, str]] = []
    for name in wanted:
        try:
            verify(name, manifest)
        except (ModelMissing, ModelCorrupt) as error:
            results.append((name, str(error)))
        else:
            results.append((name, ""))
    return results


def list_models(manifest: Manifest | None = None) -> list[ModelStatus]:
    """Every model of the manifest, in its order, with the result of the quick check."""
    manifest = manifest or load_manifest()
    return [_status(entry, manifest) for entry in manifest.models]


def _status(entry: ModelEntry, manifest: Manifest) -> ModelStatus:
    state: Literal["installed", "absent", "damaged"] = "installed"
    problem = ""
    try:
        model_path(entry.name, manifest)
    except ModelMissing:
        state = "absent"
    except ModelCorrupt as error:
        state, problem = "damaged", str(error)
    return ModelStatus(
        name=entry.name,
        engine=entry.engine,
        language=entry.language,
        purpose=entry.purpose,
        licence=entry.licence,
        download_bytes=entry.download_bytes,
        size=entry.size,
        state=state,
        path=store_dir() / entry.name,
        problem=problem,
    )


def read_stamp(folder: Path) -> Stamp | None:
    """The stamp of `folder`; None where there is none or it cannot be read."""
    try:
        return Stamp.model_validate_json((folder / STAMP).read_bytes())
    except (OSError, ValidationError):
        return None


def sha256_of(file: Path) -> str:
    """Hex sha256 of a file's bytes."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _write_stamp(folder: Path, stamp: Stamp) -> None:
    """A store on a read-only disk is still usable; every start then reads all of it."""
    temporary = folder / f"{STAMP}.{os.getpid()}"
    try:
        temporary.write_text(stamp.model_dump_json(indent=1), encoding="utf-8")
        temporary.replace(folder / STAMP)
    except OSError:
        temporary.unlink(missing_ok=True)


def _unchanged(folder: Path, stamp: Stamp) -> bool:
    for path, file in stamp.files.items():
        try:
            stat = (folder / path).stat()
        except OSError:
            return False
        if (stat.st_size, stat.st_mtime_ns) != (file.size, file.mtime_ns):
            return False
    return bool(stamp.files)


def _files_below(folder: Path) -> Iterable[str]:
    for file in folder.rglob("*"):
        if file.is_file() and not file.name.startswith(STAMP):
            yield file.relative_to(folder).as_posix()

"""Fetch models into the store: download, check, put together, move into place.

What is already downloaded and right is not downloaded again; a model appears in
the store whole or not at all.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from speech_models.download import Report, download
from speech_models.errors import ModelCorrupt, ModelFetchError
from speech_models.manifest import Archive, Manifest, ModelEntry, ModelFile, Source, load_manifest
from speech_models.store import is_present, sha256_of, store_dir, verify_folder

CHUNK = 1 << 20


def fetch_models(names: Iterable[str], report: Report, manifest: Manifest | None = None) -> None:
    """Install every model of `names`; those already installed are left alone.

    `report` gets progress, a line at a time. Raises UnknownModel (before anything
    is done) and ModelFetchError.
    """
    manifest = manifest or load_manifest()
    entries = [manifest.entry(name) for name in names]
    absent = [entry for entry in entries if not is_present(entry.name, manifest)]
    for entry in entries:
        if entry not in absent:
            report(f"{entry.name}: installed")
    if not absent:
        return
    try:
        with _alone(store_dir(), report):
            for entry in absent:
                if is_present(entry.name, manifest):  # another process has just installed it
                    report(f"{entry.name}: installed")
                else:
                    _fetch(entry, report)
    except OSError as error:
        raise ModelFetchError(
            f"the model store {store_dir()} cannot be written: {error}"
        ) from error


def _fetch(entry: ModelEntry, report: Report) -> None:
    report(f"{entry.name}: {entry.download_bytes / 1e6:.0f} MB, licence {entry.licence}")
    downloads = store_dir() / ".downloads" / entry.name
    incoming = store_dir() / ".incoming" / entry.name
    started = time.monotonic()
    artefacts: list[Path] = []
    for number, source in enumerate(entry.sources):
        report(f"  {number + 1}/{len(entry.sources)} {source.title}, {source.size / 1e6:.0f} MB")
        artefacts.append(_artefact(source, downloads / str(number), report))
    shutil.rmtree(incoming, ignore_errors=True)
    incoming.mkdir(parents=True)
    archive_sha256 = None
    try:
        if entry.archive is not None:
            archive_sha256 = sha256_of(artefacts[0])
            _unpack(artefacts[0], entry.archive, incoming)
        else:
            for file in entry.files:
                _join(file, artefacts, incoming)
        verify_folder(entry, incoming, archive_sha256)
    except (zipfile.BadZipFile, tarfile.TarError, KeyError, ModelCorrupt, ValueError) as error:
        shutil.rmtree(downloads, ignore_errors=True)
        raise ModelFetchError(
            f"{entry.name}: what was downloaded is not this model ({error}); "
            f"run `ivr models fetch {entry.name}` again"
        ) from error
    _into_place(incoming, store_dir() / entry.name)
    shutil.rmtree(downloads, ignore_errors=True)
    report(f"{entry.name}: installed in {time.monotonic() - started:.0f} s")


def _artefact(source: Source, folder: Path, report: Report) -> Path:
    """The artefact, from an earlier run that broke off or from the network; its sha256 checked."""
    for file in folder.glob("*") if folder.is_dir() else ():
        if source.sha256 is not None and not file.name.endswith(".part"):
            if sha256_of(file) == source.sha256:
                return file
            file.unlink()
    artefact = download(source, folder, report)
    found = sha256_of(artefact)
    if source.sha256 is None:
        report(f"  sha256 {found} (none is published: recorded, trusted on first use)")
    elif found != source.sha256:
        artefact.unlink()
        raise ModelFetchError(
            f"{source.title}: sha256 is {found}, the manifest says {source.sha256}; not used"
        )
    return artefact


def _join(file: ModelFile, artefacts: list[Path], folder: Path) -> None:
    """Write `file` from its parts. Raises KeyError for a missing member, ModelCorrupt."""
    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for part in file.parts:
            with _member(artefacts[part.source], part.member) as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    out.write(chunk)
    if digest.hexdigest() != file.sha256:
        raise ModelCorrupt(folder.name, f"{file.path} has another sha256 than it should")


@contextmanager
def _member(artefact: Path, member: str) -> Iterator[IO[bytes]]:
    if artefact.suffix == ".tgz":
        with tarfile.open(artefact) as tar:
            extracted = tar.extractfile(member)
            if extracted is None:
                raise KeyError(member)
            with extracted:
                yield extracted
    else:
        with zipfile.ZipFile(artefact) as wheel, wheel.open(member) as stream:
            yield stream


def _unpack(artefact: Path, archive: Archive, folder: Path) -> None:
    """Unpack a zip without its top folder. Raises ValueError for a path that leads out."""
    with zipfile.ZipFile(artefact) as opened:
        for info in opened.infolist():
            parts = PurePosixPath(info.filename).parts
            if parts[:1] != (archive.top,) or ".." in parts:
                raise ValueError(f"unexpected path {info.filename!r}")
            if info.is_dir():
                continue
            target = folder.joinpath(*parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            with opened.open(info) as stream, target.open("wb") as out:
                shutil.copyfileobj(stream, out, CHUNK)


def _into_place(incoming: Path, target: Path) -> None:
    """Swap in the new folder; a damaged older one is put aside first, then deleted."""
    aside = incoming.with_name(f"{incoming.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if target.exists():
        target.rename(aside)
    incoming.rename(target)
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _alone(store: Path, report: Callable[[str], None]) -> Iterator[None]:
    """One fetch at a time in a store; the kernel drops the lock when its holder dies."""
    store.mkdir(parents=True, exist_ok=True)
    with (store / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("waiting for another fetch into the same store")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield

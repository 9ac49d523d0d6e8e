"""What is served of other people's scripts, and what is not."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from ivr.web.serving import serving
from ivr.web.vendored import FILES, FOLDER, routes

ROOT = Path(__file__).parents[3]
LOCK = json.loads((ROOT / "deploy/npm/package-lock.json").read_text(encoding="utf-8"))


@asynccontextmanager
async def vendor_site(folder: Path) -> AsyncIterator[aiohttp.ClientSession]:
    app = web.Application()
    app.add_routes(routes(folder))
    async with (
        serving(app, "127.0.0.1", 0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        yield client


async def test_every_file_is_served_as_a_browser_takes_it() -> None:
    async with vendor_site(ROOT / FOLDER) as client:
        for name in FILES:
            async with client.get(f"/vendor/{name}") as answer:
                assert answer.status == 200, name
                kind = "text/css" if name.endswith(".css") else "javascript"
                assert kind in answer.headers["Content-Type"]  # else `nosniff` refuses it


@pytest.mark.parametrize("name", ["package.json", "..%2Fuplot%2Fpackage.json", "axe.js", "%00"])
async def test_nothing_else_of_the_folder_is_served(name: str) -> None:
    async with vendor_site(ROOT / FOLDER) as client, client.get(f"/vendor/{name}") as answer:
        assert answer.status == 404


async def test_files_that_are_not_installed_are_named_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        async with vendor_site(tmp_path) as client, client.get("/vendor/uplot.js") as answer:
            assert answer.status == 404
    assert "uplot.js" in caplog.text
    assert "make setup" in caplog.text


def test_the_lock_pins_every_package_by_checksum_and_names_no_registry() -> None:
    packages = {name: each for name, each in LOCK["packages"].items() if name}
    assert {path.split("/")[0] for path in FILES.values()} <= {
        name.removeprefix("node_modules/") for name in packages
    }
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name


def test_no_file_fetches_anything_from_elsewhere() -> None:
    for path in FILES.values():
        text = (ROOT / FOLDER / path).read_text(encoding="utf-8")
        assert "@import" not in text
        assert "importScripts" not in text

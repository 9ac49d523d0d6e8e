"""Requests that somebody else makes up from the OpenAPI document, sent to the real service."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from booking_client.http.operations import KEY_HEADER, Scope
from tests.booking_client.clinic import BONES, HEART, HOSPITAL, patient
from tests.booking_client.truth import falsehoods
from tests.booking_service.service import Service

SECONDS = 120.0
EXAMPLES = "8"
SEED = "12320"
# What is made up seldom meets a hospital that exists: mostly it is given one.
CONFIGURATION = f"""
[dictionaries]
hospitals = {{ values = ["{HOSPITAL}"] }}
departments = {{ values = ["{HEART}", "{BONES}"] }}
sessions = {{ values = [1, 2] }}
channels = {{ values = ["phone", "third_party"] }}
patients = {{ values = ["{patient().id_number}"] }}

[parameters]
"query.hospital" = {{ dictionary = "hospitals", probability = 0.7 }}
"query.department" = {{ dictionary = "departments", probability = 0.7 }}
"query.channel" = {{ dictionary = "channels", probability = 0.7 }}
"path.session_id" = {{ dictionary = "sessions", probability = 0.7 }}
"body.hospital" = {{ dictionary = "hospitals", probability = 0.7 }}
"body.department" = {{ dictionary = "departments", probability = 0.7 }}
"body.channel" = {{ dictionary = "channels", probability = 0.7 }}
"body.session_id" = {{ dictionary = "sessions", probability = 0.7 }}
"body.id_number" = {{ dictionary = "patients", probability = 0.7 }}
"body.patient.id_number" = {{ dictionary = "patients", probability = 0.7 }}
"""


async def findings(service: Service, folder: Path) -> tuple[int | None, str]:
    """Exit code and report of schemathesis."""
    (folder / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{service.url}/openapi.json",
        ),
        *("--header", f"{KEY_HEADER}: {service.headers[KEY_HEADER]}"),
        *("--max-examples", EXAMPLES, "--seed", SEED, "--generation-database", "none"),
        *("--checks", "all", "--no-shrink", "--no-color", "--request-timeout", "20"),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(SECONDS):
            report, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode, report.decode()


async def test_schemathesis_finds_nothing(service: Service, tmp_path: Path) -> None:
    await service.use_key(scopes=Scope, burst=100_000)
    code, report = await findings(service, tmp_path)
    assert code == 0, report
    async with service.core.database.reading() as connection:
        assert await falsehoods(connection) == []

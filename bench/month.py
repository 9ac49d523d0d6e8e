"""How long the bulletin's month takes to write and to report, and how much memory.

    .venv/bin/python -m bench.month [--scales 1 10] [--database sqlite|postgresql]

Runs `ivr demo-month` and `ivr report monthly` as processes on an empty database
(a PostgreSQL server of its own, or a file), compares the tables of the first
scale with the bulletin's files, and prints seconds and the most memory of each.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from booking_client.personal_data import PersonalDataKeys
from booking_client.rules_file import DATA
from ivr.reports import demo_calls
from tests.booking_client.postgresql_server import running_server

MONTH = "2021-02"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.month", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--scales", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    chosen = parser.parse_args(arguments)
    exact = True
    for scale in chosen.scales:
        with tempfile.TemporaryDirectory() as folder, _database(chosen.database, folder) as url:
            exact &= _measure(url, scale, Path(folder))
    return 0 if exact else 1


@contextlib.contextmanager
def _database(kind: str, folder: str) -> Iterator[str]:
    if kind == "postgresql":
        with running_server() as url:
            yield url
    else:
        yield f"sqlite:///{folder}/month.db"


def _measure(url: str, scale: int, folder: Path) -> bool:
    tables = folder / "tables"
    report = ("report", "monthly", "--month", MONTH, "--format", "csv", "--out", str(tables))
    environment = {
        **os.environ,
        "IVR_DATABASE_URL": url,
        "IVR_DATA_KEY": PersonalDataKeys.generate(),
    }
    print(
        f"{url.partition(':')[0]} {scale}x ({280_750 * scale:,} bookings, {63_229 * scale:,} calls)"
    )
    for words in (("demo-month", "--scale", str(scale)), report):
        seconds, megabytes = _run([sys.executable, "-m", "ivr", *words], environment)
        print(f"  ivr {' '.join(words[:2]):20} {seconds:8.1f} s {megabytes:6.0f} MB", flush=True)
    path = folder / "month.db"
    if path.exists():
        print(f"  database file {path.stat().st_size / 2**20:,.0f} MB")
    if scale != 1:
        return True
    same = all(
        path.read_bytes() == (place / path.name).read_bytes()
        for path in tables.iterdir()
        for place in [demo_calls.DATA if path.name.startswith("hotline") else DATA]
    )
    print(f"  tables {'are the bulletin, byte for byte' if same else 'DIFFER from the bulletin'}")
    return same


def _run(command: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds and the most memory (MB) of one process."""
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.monotonic() - started, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())

"""A real PostgreSQL server for the tests: Debian's binaries, a cluster of its own, gone afterwards.

PostgreSQL refuses to run as root, so root starts it as the user `postgres` (or `nobody`).
It listens on a Unix socket in its own folder only.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SUPERUSER = "booking"
_SECONDS = 60.0
# A server of a few minutes need not survive a power cut.
_OPTIONS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200")
_DURABLE = ("synchronous_commit=on", "max_connections=200", "max_wal_size=4GB")


def binaries() -> Path | None:
    """The folder of the newest installed server; None without one."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    newest = max(folders, key=lambda folder: int(folder.parent.name), default=None)
    if newest is None and (found := shutil.which("postgres")) is not None:
        newest = Path(found).resolve().parent
    return newest


@contextmanager
def running_server(*, durable: bool = False, options: Sequence[str] = ()) -> Iterator[str]:
    """Start a server on an empty cluster; gives the URL of its database `postgres`.

    `durable`: write to disk as a server in use does (for kills and measurements).
    Raises RuntimeError when the server does not come up.
    """
    where = binaries()
    if where is None:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    user = _server_user()
    memory = Path("/dev/shm")  # a server that need not be durable need not touch a disk either
    where_to = memory if not durable and os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="booking-pg-", dir=where_to) as name:
        folder = Path(name)
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = str(folder / "data")
        _run(
            [
                *(str(where / "initdb"), "-D", data, "-U", SUPERUSER, "-A", "trust"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            user,
        )
        settings = [*(_DURABLE if durable else _OPTIONS), *options]
        with (folder / "server.log").open("wb") as log:
            server: subprocess.Popen[bytes] = subprocess.Popen(
                [str(where / "postgres"), "-D", data, "-k", name, "-c", "listen_addresses="]
                + [part for setting in settings for part in ("-c", setting)],
                stdout=subprocess.DEVNULL,
                stderr=log,
                preexec_fn=_end_with_parent,
                **_as_user(user),
            )
        try:
            _until_ready(server, where, folder)
            yield f"postgresql://{SUPERUSER}@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # fast shutdown: connections are closed
            try:
                server.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait(_SECONDS)


def _server_user() -> pwd.struct_passwd | None:
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _end_with_parent() -> None:
    """Tests that are killed leave no server behind (Linux: PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _run(command: Sequence[str], user: pwd.struct_passwd | None) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=_SECONDS, cwd="/", **_as_user(user)
    )
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


def _until_ready(server: subprocess.Popen[bytes], where: Path, folder: Path) -> None:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended: {(folder / 'server.log').read_text()[-500:]}")
        ask = [str(where / "pg_isready"), "-q", "-h", str(folder), "-U", SUPERUSER]
        if subprocess.run(ask, timeout=_SECONDS).returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not come up in time")

"""One Asterisk as a child process: written, started, awaited, stopped by its process id.

It is put in a session of its own: Ctrl-C at the terminal, or the death of the
agent, must not take the callers' line away.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from pathlib import Path
from types import TracebackType

from ivr.pbx.config_files import read_templates, render
from ivr.pbx.safety_sounds import check_sounds
from ivr.pbx.settings import LONGEST_RUN_DIR, PbxError, PbxSettings

START_LIMIT = 20.0  # seconds until it must be up; measured: 0.5 s
STOP_LIMIT = 5.0  # seconds from SIGTERM to SIGKILL
CLI_LIMIT = 5.0  # seconds for one console command
_POLL = 0.05


class AsteriskProcess:
    """`async with AsteriskProcess(settings) as pbx:` — up inside the block, ended after it.

    start() ends an Asterisk that an earlier run left behind in the same run_dir.
    Raises PbxError when a port is taken, a sound is missing or it does not come up.
    """

    def __init__(self, settings: PbxSettings) -> None:
        self.settings = settings
        self._child: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child and self._child.returncode is None else None

    @property
    def log(self) -> Path:
        return self.settings.run_dir / "log" / "messages"

    async def __aenter__(self) -> AsteriskProcess:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Write the configuration, start Asterisk, return once it takes calls."""
        settings = self.settings
        if len(os.fsencode(settings.run_dir)) > LONGEST_RUN_DIR:
            raise PbxError(f"run_dir: over {LONGEST_RUN_DIR} bytes, too long for Asterisk's socket")
        check_sounds(settings.sounds)
        files = render(settings, read_templates())
        await self._free_ports(after=await self._end_previous())
        self._write(files)
        console = settings.run_dir / "log" / "console"
        with console.open("wb") as output:
            self._child = await asyncio.create_subprocess_exec(
                str(settings.installation.program),
                *("-C", str(self._conf), "-f"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(START_LIMIT):
                await self._ready()
        except TimeoutError:
            await self.stop()
            raise PbxError(f"Asterisk was not up after {START_LIMIT:g} s; see {self.log}") from None
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """SIGTERM (ends the calls), then SIGKILL. Safe to call more than once."""
        child = self._child
        if child is None or child.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        try:
            async with asyncio.timeout(STOP_LIMIT):
                await child.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()

    async def wait(self) -> int:
        """Until Asterisk ends, by itself or by stop(): its return code."""
        if self._child is None:
            raise PbxError("Asterisk has not been started")
        return await self._child.wait()

    async def cli(self, command: str) -> str:
        """What Asterisk's console answers to `command`. Raises PbxError."""
        if "\n" in command or "\r" in command:
            raise PbxError("a console command is one line")
        child = await asyncio.create_subprocess_exec(
            str(self.settings.installation.program),
            *("-C", str(self._conf), "-rx", command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(CLI_LIMIT):
                output, _ = await child.communicate()
        except TimeoutError:
            raise PbxError(f"Asterisk's console did not answer within {CLI_LIMIT:g} s") from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        text = output.decode("utf-8", "replace")
        if child.returncode != 0:
            raise PbxError(f"Asterisk's console: {text.strip()}")
        return text

    @property
    def _conf(self) -> Path:
        return self.settings.run_dir / "etc" / "asterisk.conf"

    def _write(self, files: dict[str, str]) -> None:
        run_dir = self.settings.run_dir
        for name in ("etc", "run", "log", "spool/tmp", "spool/outgoing", "var/keys", "var/agi-bin"):
            (run_dir / name).mkdir(parents=True, exist_ok=True)
        (run_dir / "etc").chmod(0o700)  # secrets are in there
        self.log.unlink(missing_ok=True)  # each start has its own log
        for name, text in files.items():
            path = run_dir / "etc" / name
            path.write_text(text, encoding="utf-8")
            path.chmod(0o600)

    async def _ready(self) -> None:
        """Booted, SIP bound, manager answering: each checked at the thing itself."""
        child = self._child
        assert child is not None
        while True:
            if child.returncode is not None:
                raise PbxError(f"Asterisk ended at once ({child.returncode}): {self._faults()}")
            with contextlib.suppress(PbxError):
                if "fully booted" in await self.cli("core waitfullybooted"):
                    break
            await asyncio.sleep(_POLL)
        port = self.settings.sip_port
        if f":{port}" not in await self.cli("pjsip show transports"):
            raise PbxError(f"Asterisk could not bind UDP port {port}: {self._faults()}")
        host, port = self.settings.ami_host, self.settings.ami_port
        try:
            reader, writer = await asyncio.open_connection(host, port)
        except OSError as error:
            raise PbxError(f"Asterisk's manager does not answer at {host}:{port}") from error
        try:
            if not (await reader.readline()).startswith(b"Asterisk Call Manager"):
                raise PbxError(f"what answers at {host}:{port} is no Asterisk manager")
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _faults(self) -> str:
        for path in (self.log, self.settings.run_dir / "log" / "console"):
            with contextlib.suppress(OSError):
                lines = path.read_text("utf-8", "replace").splitlines()
                faults = [line for line in lines if "ERROR" in line] or lines
                if faults:
                    return " | ".join(faults[:3])
        return f"nothing in {self.log.parent}"

    async def _end_previous(self) -> bool:
        """An Asterisk of this very run_dir still runs when its parent was killed: end it.

        True when there was one.
        """
        try:
            pid = int((self.settings.run_dir / "run" / "asterisk.pid").read_text("ascii"))
        except (OSError, ValueError):
            return False
        if not _runs_with(pid, self._conf):
            return False
        for number, patience in ((signal.SIGTERM, STOP_LIMIT), (signal.SIGKILL, STOP_LIMIT)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            for _ in range(int(patience / _POLL)):
                if not _runs_with(pid, self._conf):
                    return True
                await asyncio.sleep(_POLL)
        return True

    async def _free_ports(self, *, after: bool) -> None:
        """Raises PbxError unless the ports are free.

        `after` an end they are given a moment: the kernel takes a dying process's
        memory (and with it its command line) away before it closes its sockets.
        """
        for _ in range(int(STOP_LIMIT / _POLL) if after else 0):
            with contextlib.suppress(PbxError):
                return _require_free(self.settings)
            await asyncio.sleep(_POLL)
        _require_free(self.settings)


def _runs_with(pid: int, conf: Path) -> bool:
    """`pid` lives and is an Asterisk with `conf`: process ids are reused."""
    try:
        return os.fsencode(conf) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _require_free(settings: PbxSettings) -> None:
    for kind, name, host, port in (
        (socket.SOCK_DGRAM, "UDP", settings.sip_bind, settings.sip_port),
        (socket.SOCK_STREAM, "TCP", settings.ami_host, settings.ami_port),
    ):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise PbxError(
                    f"{name} port {port} on {host} cannot be had ({error.strerror}): "
                    "is another PBX running? Set another port under `pbx` in config.yaml"
                ) from error

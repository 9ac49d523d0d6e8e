"""Starting and ending a real Asterisk."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import socket
from pathlib import Path

import pytest

from ivr.pbx.asterisk_process import AsteriskProcess
from ivr.pbx.safety_sounds import CRISIS_CALL, OPERATORS_BUSY, SAFETY_NET
from ivr.pbx.settings import LONGEST_RUN_DIR, PbxError, PbxSettings, find_installation
from tests.pbx.lab import free_port, write_tone

pytestmark = pytest.mark.sip


@pytest.fixture
def settings(tmp_path: Path) -> PbxSettings:
    write_tone(tmp_path / SAFETY_NET, "safety net", 1.0)
    write_tone(tmp_path / OPERATORS_BUSY, "busy", 1.0)
    write_tone(tmp_path / CRISIS_CALL, "crisis call", 0.3)
    return PbxSettings(
        installation=find_installation(),
        run_dir=tmp_path / "pbx",
        sounds=tmp_path,
        ami_secret="manager-secret",
        sip_secret="phone-secret",
        sip_port=free_port(socket.SOCK_DGRAM),
        ami_port=free_port(),
    )


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_it_is_up_inside_the_block_and_gone_after_it(settings: PbxSettings) -> None:
    async with AsteriskProcess(settings) as pbx:
        pid = pbx.pid
        assert pid is not None
        assert "Asterisk" in await pbx.cli("core show version")
        assert "ivr-safety-net" in await pbx.cli("dialplan show safety-net")
        assert "PJSIP/operator" in await pbx.cli("queue show operators")
    assert not alive(pid)
    assert pbx.pid is None


async def test_it_starts_without_a_warning(settings: PbxSettings) -> None:
    async with AsteriskProcess(settings) as pbx:
        log = pbx.log.read_text("utf-8")
    assert [line for line in log.splitlines() if "WARNING" in line or "ERROR" in line] == []


async def test_two_run_side_by_side(settings: PbxSettings) -> None:
    other = dataclasses.replace(
        settings,
        run_dir=settings.run_dir.with_name("pbx2"),
        sip_port=free_port(socket.SOCK_DGRAM),
        ami_port=free_port(),
    )
    async with AsteriskProcess(settings) as one, AsteriskProcess(other) as two:
        assert f":{settings.sip_port}" in await one.cli("pjsip show transports")
        assert f":{other.sip_port}" in await two.cli("pjsip show transports")


async def test_secrets_are_readable_by_the_owner_only(settings: PbxSettings) -> None:
    async with AsteriskProcess(settings):
        modes = {path.stat().st_mode & 0o077 for path in (settings.run_dir / "etc").iterdir()}
    assert modes == {0}


@pytest.mark.parametrize(
    ("kind", "port"), [(socket.SOCK_DGRAM, "sip_port"), (socket.SOCK_STREAM, "ami_port")]
)
async def test_a_taken_port_is_named(
    settings: PbxSettings, kind: socket.SocketKind, port: str
) -> None:
    number: int = getattr(settings, port)
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", number))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        with pytest.raises(PbxError, match=f"port {number} "):
            await AsteriskProcess(settings).start()


async def test_an_asterisk_left_behind_in_the_same_folder_is_ended(settings: PbxSettings) -> None:
    """Its parent was killed: the ports would be taken for ever."""
    left_behind = AsteriskProcess(settings)
    await left_behind.start()
    old = left_behind.pid
    assert old is not None
    async with AsteriskProcess(settings) as pbx:
        assert pbx.pid not in (None, old)
        async with asyncio.timeout(5):
            assert await left_behind.wait() is not None


async def test_it_is_ended_even_when_it_no_longer_obeys(
    settings: PbxSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.pbx.asterisk_process.STOP_LIMIT", 0.2)
    async with AsteriskProcess(settings) as pbx:
        pid = pbx.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
    assert not alive(pid)


async def test_a_missing_module_is_a_clear_error(settings: PbxSettings, tmp_path: Path) -> None:
    bare = tmp_path / "modules"
    bare.mkdir()
    installation = dataclasses.replace(settings.installation, modules=bare)
    with pytest.raises(PbxError, match=r"Required.*\.so|\.so.*Required"):
        await AsteriskProcess(dataclasses.replace(settings, installation=installation)).start()


async def test_a_run_dir_too_long_for_its_socket_is_refused(settings: PbxSettings) -> None:
    long = dataclasses.replace(settings, run_dir=Path("/tmp") / ("x" * LONGEST_RUN_DIR))
    with pytest.raises(PbxError, match="too long"):
        await AsteriskProcess(long).start()


async def test_a_console_command_with_a_line_break_is_refused(settings: PbxSettings) -> None:
    with pytest.raises(PbxError, match="one line"):
        await AsteriskProcess(settings).cli("core show version\ncore stop now")

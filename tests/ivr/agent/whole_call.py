"""Everything real for a test of whole calls: Asterisk, the operator's phone, the agent's process
under its watchdog, its models and its database; the caller is a SIP phone with a voice."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from booking_client import connect_database
from booking_client.demo.seed import seed_demo
from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.core import SqlBookingCore
from ivr.agent.watchdog import Watchdog
from ivr.call_log import CallLog, StoredCall
from ivr.caller.case import Case, load_case
from ivr.caller.sip_caller import CallReport, Dialled, SyntheticCaller
from ivr.caller.speech import CallerStudio
from ivr.clock import SystemClock
from ivr.config import Config, load_config
from tests.pbx.lab import PbxLab, free_port, pbx_lab

REPOSITORY = Path(__file__).parents[3]
CASES = REPOSITORY / "tests" / "calls"
READY_LIMIT = 90.0
WEB_SECRET = "the-operators-of-this-test"


@dataclass
class Exchange:
    """One PBX with one agent; `pids` are the agent processes so far, the newest last."""

    lab: PbxLab
    config: Config
    config_file: Path
    studio: CallerStudio
    core: SqlBookingCore
    pids: list[int] = field(default_factory=list)

    async def call(self, case: str | Case, record: Path | None = None) -> CallReport:
        """Place one call and follow it to its end."""
        loaded = load_case(CASES / case) if isinstance(case, str) else case
        uri = f"sip:12320@127.0.0.1:{self.lab.settings.sip_port}"
        caller = SyntheticCaller(
            self.studio, Dialled(uri, self.lab.settings.sip_secret), self.config.feed_socket
        )
        return await caller.place(loaded, CASES, record)

    async def logged(self) -> StoredCall:
        """The newest call of the log with its turns, once the agent has ended it."""
        log = await CallLog.open(self.config.database_url)
        try:
            async with asyncio.timeout(20):
                while True:
                    newest = await log.list(1)
                    if newest and newest[0].ended_at is not None:
                        shown = await log.show(newest[0].call_id)
                        assert shown is not None
                        return shown
                    await asyncio.sleep(0.1)
        finally:
            await log.close()


def story(report: CallReport) -> str:
    """What was said and understood, a line each: why a call did not end as it should."""
    told = ("said", "heard", "understood", "key", "latency")
    lines = [
        str({key: value for key, value in notice.items() if key != "call_id"})
        for notice in report.notices
        if notice["kind"] in told
    ]
    return "\n".join(lines)


@contextlib.asynccontextmanager
async def exchange(
    folder: Path, *, supervisors: Sequence[str] = (), **agent: object
) -> AsyncIterator[Exchange]:
    """Up inside the block; `supervisors` may listen in; `agent` overrides entries of config.yaml's
    section of that name."""
    os.environ.setdefault("IVR_DATA_KEY", PersonalDataKeys.generate())
    async with pbx_lab(folder, operator_stays=4.0) as lab:
        config_file = _write_config(folder, lab, supervisors, agent)
        config = load_config(config_file)
        os.environ["IVR_AMI_SECRET"] = lab.settings.ami_secret
        os.environ["IVR_WEB_SECRET"] = WEB_SECRET
        await seed_demo(config.database_url, SystemClock().now().date())
        core = await connect_database(config.database_url)
        pids: list[int] = []
        log = (folder / "agent.log").open("wb")
        watchdog = Watchdog(
            [sys.executable, "-m", "ivr", "--config", str(config_file), "serve"],
            config.agent.heartbeat_limit,
            on_start=pids.append,
            output=log,
        )
        running = asyncio.create_task(watchdog.run())
        try:
            async with CallerStudio(config) as studio:
                await until_serving(lab.agent_port, running, folder / "agent.log")
                yield Exchange(lab, config, config_file, studio, core, pids)
        finally:
            watchdog.stop()
            await running
            await core.close()
            log.close()


def _write_config(
    folder: Path, lab: PbxLab, supervisors: Sequence[str], agent: dict[str, object]
) -> Path:
    """A configuration of its own, but speech that was rendered before is not rendered again."""
    var = folder / "var"
    var.mkdir()
    shared = REPOSITORY / "var" / "rendered"
    shared.mkdir(parents=True, exist_ok=True)
    (var / "rendered").symlink_to(shared)
    config = {
        "database_url": f"sqlite:///{folder}/calls.db",
        "var_dir": str(var),
        "web": {"port": free_port()},
        "pbx": {"supervisors": list(supervisors)},
        "agent": {
            "agi_port": lab.agent_port,
            "audiosocket_port": free_port(),
            "ami_port": lab.settings.ami_port,
            **agent,
        },
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    return path


async def until_serving(port: int, running: asyncio.Task[int], log: Path) -> None:
    async with asyncio.timeout(READY_LIMIT):
        while True:
            assert not running.done(), log.read_text(encoding="utf-8")[-2000:]
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.1)

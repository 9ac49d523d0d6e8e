"""`make run`: everything up on one machine, one real call printed live, then serving."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path

from booking_client import connect
from booking_client.demo.people import load_people
from ivr.agent.managed_pbx import managed_pbx
from ivr.agent.watchdog import Watchdog
from ivr.caller.case import Case
from ivr.caller.sip_caller import CallReport, Dialled, SyntheticCaller
from ivr.caller.speech import CallerStudio
from ivr.caller.transcript import notice_lines, spoken_line
from ivr.clock import SystemClock
from ivr.config import Config, as_environment, secret

READY_LIMIT = 60.0  # seconds until the agent takes calls
_POLL = 0.1

Print = Callable[[str], None]


class NotReady(RuntimeError):
    """The agent did not come up; the message says where to look."""


@contextlib.asynccontextmanager
async def running_agent(
    config: Config,
    config_file: Path | None,
    on_start: Callable[[int], None] | None = None,
    arguments: Sequence[str] = (),
) -> AsyncIterator[Watchdog]:
    """The agent under its watchdog, taking calls; `on_start` hears its process id, `arguments` are
    for `ivr serve`. Its log goes to var/log/agent.log.

    Raises NotReady.
    """
    log = config.var / "log" / "agent.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "ivr"]
    if config_file is not None:
        command += ["--config", str(config_file)]
    with log.open("ab") as output:
        watchdog = Watchdog(
            [*command, "serve", *arguments],
            config.agent.heartbeat_limit,
            on_start,
            output=output,
            environment=as_environment(config),
        )
        config.feed_socket.unlink(missing_ok=True)
        running = asyncio.create_task(watchdog.run())
        try:
            await _until_ready(config, running, log)
            yield watchdog
        finally:
            watchdog.stop()
            await running


async def _until_ready(config: Config, running: asyncio.Task[int], log: Path) -> None:
    """The agent's FastAGI listens: it is the last thing that the agent opens."""
    until = time.monotonic() + READY_LIMIT
    while time.monotonic() < until:
        if running.done():
            raise NotReady(f"the agent refused to start: {_last_line(log)}")
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(config.agent.agi_host, config.agent.agi_port)
            writer.close()
            return
        await asyncio.sleep(_POLL)
    raise NotReady(f"the agent was not ready within {READY_LIMIT:.0f} s; see {log}")


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else f"see {log}"


async def demonstrate(
    config: Config, config_file: Path | None, case: Case, folder: Path, *, once: bool, show: Print
) -> int:
    """0 when the call ended as its case expects, 1 when not. Serves until Ctrl-C unless `once`.

    Raises NotReady, CallFault, PbxError, PhoneError, VoiceError, MissingSecret.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    started = time.monotonic()
    async with (
        CallerStudio(config) as studio,
        managed_pbx(config, studio.store()) as pbx,
        running_agent(config, config_file),
    ):
        version = pbx.settings.installation.version
        show(f"Asterisk {version} and the agent are up after {time.monotonic() - started:.1f} s.")
        show(f"A synthetic caller now dials {config.pbx.hotline} over SIP:\n")
        calling = asyncio.create_task(
            _call(config, studio, await another_person(config, case), folder, show)
        )
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({calling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not calling.done():
            calling.cancel()
            await asyncio.gather(calling, return_exceptions=True)
            return 1
        report = calling.result()
        good = case.expect.outcome in (None, report.outcome)
        if not good:
            show(f"\nThe call ended as {report.outcome}, not {case.expect.outcome}.")
        if once or stop.is_set():
            return 0 if good else 1
        for line in how_to_dial(config):
            show(line)
        await stop.wait()
        show("\nstopping")
    return 0 if good else 1


async def _call(
    config: Config, studio: CallerStudio, case: Case, folder: Path, show: Print
) -> CallReport:
    def told(notice: Mapping[str, object]) -> None:
        for line in notice_lines(notice):
            show(line)

    caller = SyntheticCaller(
        studio,
        dialled(config),
        config.feed_socket,
        told=told,
        acted=lambda act: show(spoken_line(act.line)),
    )
    return await caller.place(case, folder)


async def another_person(config: Config, case: Case) -> Case:
    """The case with the ID number of the first of the demonstration's people who has no booking
    to come; a person may book a department once a day. Raises CoreUnavailable."""
    people = [person.id_number for person in load_people()]
    core = await connect(config.core_url)
    try:
        now = SystemClock().now()
        for id_number in people:
            if not await core.coming_bookings(id_number, now):
                break
        else:
            id_number = people[0]
    finally:
        await core.close()
    keys = id_number.replace("X", "*")
    answers = dict(case.answers)
    answers["id_number"] = tuple(
        answer.model_copy(update={"press": keys}) if answer.press else answer
        for answer in answers.get("id_number", ())
    )
    return case.model_copy(update={"answers": answers})


def dialled(config: Config) -> Dialled:
    """The hotline on the managed PBX of this machine."""
    uri = f"sip:{config.pbx.hotline}@127.0.0.1:{config.pbx.sip_port}"
    return Dialled(uri, secret("IVR_SIP_SECRET"))


def how_to_dial(config: Config) -> list[str]:
    pbx, web = config.pbx, config.web
    pages = [
        f"The pages:                 http://{web.host}:{web.port}/ (`ivr accounts list`: for whom)"
    ]
    return [
        "",
        "Still serving. Dial in yourself with any softphone:",
        f"    server    this machine ({pbx.sip_bind}), port {pbx.sip_port}, UDP",
        f"    user      caller        password  {secret('IVR_SIP_SECRET')}",
        f"    dial      {pbx.hotline}         (600 is an echo, to test your line)",
        "Or from another terminal:  set -a; . var/secrets.env; set +a; "
        '.venv/bin/ivr call "我要挂鼓楼医院心内科"',
        "What happened:             .venv/bin/ivr calls list",
        *(pages if web.enabled else []),
        "Stop:                      Ctrl-C",
    ]

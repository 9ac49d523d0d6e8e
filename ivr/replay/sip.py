"""Cases as real calls: an Asterisk and an agent of their own, dialled by the synthetic caller.

Ports, run-time files and database are this run's; the agent is started anew for every case, on a
fresh database and with its calendar at the case's day. So nothing that serves is touched. Calls at
once have an Asterisk and an agent each.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from booking_client.personal_data import DataKeyError
from booking_client.sql.opening import open_core
from ivr.agent.demonstration import NotReady, dialled, running_agent
from ivr.agent.managed_pbx import managed_pbx
from ivr.audio_file import read_speech
from ivr.caller.case import Act
from ivr.caller.sip_caller import CallFault, SyntheticCaller
from ivr.caller.speech import CallerStudio
from ivr.config import Config
from ivr.pbx.settings import PbxError
from ivr.pbx.sip_phone import PhoneError
from ivr.ports import RecogniserError
from ivr.recognisers.choice import recogniser_name
from ivr.replay import judge
from ivr.replay.batch import ReplayFault
from ivr.replay.engine import DEFAULT_TODAY, Job
from ivr.replay.overlap import talking, utterances
from ivr.replay.own_exchange import exchange_file, own_exchange
from ivr.replay.result import CaseResult, Run
from ivr.replay.trace import Trace
from ivr.replay.world import bookings_of

_FAULTS = (CallFault, NotReady, PbxError, PhoneError, DataKeyError, OSError)


def place_all(
    jobs: Sequence[Job], config: Config, at_once: int, done: Callable[[CaseResult], None]
) -> Run:
    """Place every case, `at_once` of them at a time. `done` hears of each as it ends.

    Raises ReplayFault, MissingSecret.
    """
    try:
        name = recogniser_name(config.recogniser.engine, config.recogniser.model)
        return Run("sip", name, asyncio.run(_place_all(jobs, config, at_once, done)))
    except RecogniserError as error:
        raise ReplayFault(str(error)) from error
    except ExceptionGroup as faults:
        fault = _first(faults)
        if isinstance(fault, _FAULTS):
            raise ReplayFault(str(fault)) from fault
        raise fault from None


def _first(faults: ExceptionGroup[Exception]) -> Exception:
    """What went wrong first: the other exchanges were ended for it."""
    inner = faults.exceptions[0]
    return _first(inner) if isinstance(inner, ExceptionGroup) else inner


async def _place_all(
    jobs: Sequence[Job], config: Config, at_once: int, done: Callable[[CaseResult], None]
) -> tuple[CaseResult, ...]:
    results: dict[int, CaseResult] = {}
    waiting = iter(enumerate(jobs))  # what no exchange has taken yet; in the order of `jobs`

    async def exchange() -> None:
        with tempfile.TemporaryDirectory(prefix="replay-") as name:
            own = own_exchange(config, Path(name))
            async with CallerStudio(config) as studio, managed_pbx(own, studio.store()):
                for number, job in waiting:
                    results[number] = await _place(job, own, studio)
                    done(results[number])

    async with asyncio.TaskGroup() as exchanges:
        for _ in range(min(at_once, len(jobs))):
            exchanges.create_task(exchange())
    return tuple(results[number] for number in sorted(results))


async def _place(job: Job, own: Config, studio: CallerStudio) -> CaseResult:
    case = job.case
    today = case.today or DEFAULT_TODAY
    job.folder.mkdir(parents=True, exist_ok=True)
    heard = job.folder / "heard.wav"
    heard.unlink(missing_ok=True)
    database = Path(own.database_url.removeprefix("sqlite:///"))
    with _fresh(job.template, database):
        async with running_agent(own, exchange_file(own), arguments=("--today", today.isoformat())):
            began = time.monotonic()
            trace = Trace(lambda: time.monotonic() - began)
            keys: list[str] = []

            def acted(act: Act) -> None:
                keys.extend(act.press or "")
                trace.acted(act)

            caller = SyntheticCaller(
                studio, dialled(own), own.feed_socket, told=trace.notice, acted=acted
            )
            report = await caller.place(case, job.file.parent, heard, pinned=True)
            seconds = time.monotonic() - began
            spans = await studio.spans(case, job.file.parent)
            core = await open_core(own.database_url, keys=None, rules=None)
            try:
                bookings = await bookings_of(core, today + dt.timedelta(seconds=seconds))
            finally:
                await core.close()
    result = judge.judged(
        case, job.file, report.notices, keys, bookings, trace.turns(), seconds, job.given
    )
    agent = None
    if report.heard_since is not None and heard.exists():
        agent = talking(read_speech(heard), report.heard_since - began)
    return replace(
        result,
        audio=f"{job.folder.name}/{heard.name}",
        utterances=utterances(trace.spoke(), spans, agent),
        asides=trace.asides(),
    )


@contextlib.contextmanager
def _fresh(template: Path, database: Path) -> Iterator[None]:
    """A copy of `template` at `database`, gone with all that SQLite puts beside it."""
    shutil.copyfile(template, database)
    try:
        yield
    finally:
        for path in database.parent.glob(f"{database.name}*"):
            path.unlink()

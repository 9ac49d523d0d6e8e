"""Trials that were asked for on the pages: each in a worker process, one at a time, then kept for
whoever decides."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from pydantic import ValidationError

from ivr.aliases.overlay import AliasEntry, NamedSlot, add_alias
from ivr.aliases.worker import Report, Task
from ivr.ports import Clock

log = logging.getLogger(__name__)

KEPT = 30  # trials, the newest
LONGEST_SECONDS = 3600.0
LONGEST_LINE = 1 << 20  # bytes
_WORKER = ("nice", "-n", "10", sys.executable, "-m", "ivr.aliases.worker")


class TrialRunning(Exception):
    """Another trial goes on: they take a processor each."""


class NotLive(Exception):
    """The trial is not over, or it would spoil calls, or its alias is live already."""


@dataclass(slots=True)
class RunningTrial:
    """`report` is the worker's newest line. `live`: its alias was added."""

    number: str
    slot: NamedSlot
    name: str
    alias: str
    by: str
    report: Report = field(default_factory=Report)
    live: bool = False

    @property
    def over(self) -> bool:
        report = self.report
        return report.result is not None or report.unfit is not None or bool(report.fault)


class Trials:
    """`aliases` is the file that agents follow. Call `close` at the end."""

    def __init__(self, core_url: str, database_url: str, aliases: Path, clock: Clock) -> None:
        self.aliases = aliases
        self._core_url = core_url
        self._database_url = database_url
        self._clock = clock
        self._trials: OrderedDict[str, RunningTrial] = OrderedDict()
        self._running: asyncio.Task[None] | None = None

    async def close(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    @property
    def newest(self) -> tuple[RunningTrial, ...]:
        return tuple(reversed(self._trials.values()))

    def find(self, number: str) -> RunningTrial | None:
        return self._trials.get(number)

    def start(self, slot: NamedSlot, name: str, alias: str, by: str) -> RunningTrial:
        """Raises TrialRunning."""
        if self._running is not None and not self._running.done():
            raise TrialRunning
        trial = RunningTrial(uuid4().hex, slot, name, alias, by)
        self._trials[trial.number] = trial
        while len(self._trials) > KEPT:
            self._trials.popitem(last=False)
        self._running = asyncio.create_task(self._run(trial))
        return trial

    def put_live(self, trial: RunningTrial, by: str) -> AliasEntry:
        """Raises NotLive, DataFileError, OSError."""
        result = trial.report.result
        if result is None or not result.may_go_live or trial.live:
            raise NotLive
        entry = AliasEntry(
            slot=trial.slot,
            name=trial.name,
            alias=trial.alias,
            added_at=self._clock.now().replace(microsecond=0),
            by=by,
            tried=result.tried,
        )
        add_alias(self.aliases, entry)
        trial.live = True
        return entry

    async def _run(self, trial: RunningTrial) -> None:
        task = Task(
            core_url=self._core_url,
            database_url=self._database_url,
            aliases=self.aliases,
            slot=trial.slot,
            name=trial.name,
            alias=trial.alias,
        )
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await _work(trial, task)
        except (OSError, ValidationError, ValueError) as error:  # TimeoutError is an OSError
            log.error("a trial of an alias broke: %s", type(error).__name__)
        if not trial.over:
            trial.report = Report(fault="the trial broke off")


async def _work(trial: RunningTrial, task: Task) -> None:
    """The worker ends with us, whatever ends us."""
    process = await asyncio.create_subprocess_exec(
        *_WORKER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        limit=LONGEST_LINE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(task.model_dump_json().encode())
        await process.stdin.drain()
        process.stdin.close()
        async for line in process.stdout:
            trial.report = Report.model_validate_json(line)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

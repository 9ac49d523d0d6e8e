"""Many cases through the engine: what they share is made once, then `jobs` processes share them."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from booking_client.errors import CoreUnavailable
from booking_client.personal_data import PersonalDataKeys
from datafiles import DataFileError
from ivr.audio_file import AudioFileError, read_speech
from ivr.caller.case import Case, load_case
from ivr.caller.speech import CallerStudio, render_wanted, wanted_speech
from ivr.config import Config
from ivr.ports import RecogniserError, VoiceError
from ivr.recognisers.choice import build_recogniser
from ivr.replay.engine import DEFAULT_TODAY, Engines, Job, replay
from ivr.replay.full_names import demonstration_names, names_of, unknown_name
from ivr.replay.given import NotGiven, make_given
from ivr.replay.result import CaseResult, Run
from ivr.replay.world import DEMO, ENGINE_KEYS, Templates
from ivr.voices.choice import build_voice

_FAULTS = (RecogniserError, VoiceError, AudioFileError, CoreUnavailable, DataFileError)

CASE_SUFFIXES = (".yaml", ".yml")


class ReplayFault(Exception):
    """Something that keeps cases from being replayed at all; one line."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """`path`, from the working directory where it lies in it, is what the case is known by."""

    path: Path
    case: Case


def find_cases(paths: Sequence[Path]) -> list[CaseFile]:
    """The cases of files and folders (not of folders inside them), every WAV of them readable.

    Raises ReplayFault, DataFileError.
    """
    files: list[Path] = []
    for path in paths:
        inside = sorted(p for p in path.glob("*") if p.suffix in CASE_SUFFIXES)
        if not path.exists():
            raise ReplayFault(f"{path}: no such file or folder")
        if path.is_dir() and not inside:
            raise ReplayFault(f"{path}: no case (*.yaml) is in it")
        files.extend(inside if path.is_dir() else [path])
    named = dict.fromkeys(_from_here(path) for path in files)
    cases = [CaseFile(path, load_case(path)) for path in named]
    for each in cases:
        _check(each)
    return cases


def _from_here(path: Path) -> Path:
    """One name for one file, however it was given. A link keeps its name."""
    here, full = Path.cwd(), Path(os.path.abspath(path))
    return full.relative_to(here) if full.is_relative_to(here) else path


def _check(each: CaseFile) -> None:
    """A bad WAV, catalogue or name is said before minutes of work on the good cases."""
    catalogue = each.case.catalogue
    if catalogue != DEMO and not _catalogue_of(each).is_dir():
        raise ReplayFault(f"{each.path}: catalogue {catalogue} is neither demo nor a folder")
    names = demonstration_names() if catalogue == DEMO else names_of(_catalogue_of(each))
    unknown = unknown_name(each.case, names)
    if unknown is not None:
        raise ReplayFault(f"{each.path}: {unknown}")
    for act in each.case.acts:
        if act.wav is not None:
            try:
                read_speech(each.path.parent / act.wav)
            except AudioFileError as error:
                raise ReplayFault(f"{each.path}: {error}") from error


def _catalogue_of(each: CaseFile) -> Path:
    return each.path.parent / each.case.catalogue


@contextlib.contextmanager
def prepared(
    cases: Sequence[CaseFile],
    config: Config,
    folder: Path,
    report: Callable[[str], None],
    keys: PersonalDataKeys | None = ENGINE_KEYS,
    *,
    speech: bool = True,
) -> Iterator[list[Job]]:
    """The cases with their databases seeded, which are gone after, and with all that their callers
    may ever say rendered (not so without `speech`: the engine then renders what comes to be said).
    Each case's audio will be in a folder of its own in `folder`. `keys` are those that the calls
    read personal data with (None: those of the environment).

    Raises ReplayFault.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".seeded-") as seeded:
        try:
            making = _Making(Templates(Path(seeded)), Path(seeded), folder, keys)
            queue = asyncio.run(_prepare(cases, making))
            if speech:
                asyncio.run(_check_voices(queue, config))
                wanted = wanted_speech([job.case for job in queue], config)
                asyncio.run(render_wanted(wanted, config, report))
        except _FAULTS as error:
            raise ReplayFault(str(error)) from error
        yield queue


async def _check_voices(queue: Sequence[Job], config: Config) -> None:
    """A voice that there is not is said with its case; rendering knows the texts only.

    Raises ReplayFault.
    """
    async with CallerStudio(config) as studio:
        for job in queue:
            try:
                for style in wanted_speech([job.case], config):
                    studio.store(style)
            except VoiceError as error:
                raise ReplayFault(f"{job.file}: {error}") from error


@dataclass(frozen=True, slots=True)
class _Making:
    templates: Templates
    seeded: Path
    folder: Path
    keys: PersonalDataKeys | None

    async def job(self, number: int, each: CaseFile) -> Job:
        """The case with its database, given bookings among it."""
        case = each.case
        catalogue = DEMO if case.catalogue == DEMO else str(_catalogue_of(each).resolve())
        now = case.today or DEFAULT_TODAY
        await self.templates.make(catalogue, now.date())
        template = self.templates.path(catalogue, now.date())
        own = self.folder / f"{number:02d}-{each.path.stem}"
        if case.given is None:
            return Job(case, each.path, template, own)
        path = self.seeded / f"given-{number}.db"
        seed = crc32(f"given {case.name}".encode())
        try:
            made = await make_given(
                template, path, case.given, caller=case.caller, now=now, keys=self.keys, seed=seed
            )
        except NotGiven as fault:
            raise ReplayFault(f"{each.path}: {fault}") from fault
        return Job(case.with_code(made[0].code), each.path, path, own, made)


async def _prepare(cases: Sequence[CaseFile], making: _Making) -> list[Job]:
    return [await making.job(number, each) for number, each in enumerate(cases, 1)]


def replay_all(
    queue: Sequence[Job], config: Config, jobs: int, done: Callable[[CaseResult], None]
) -> Run:
    """Every case in its order through the engine, in `jobs` processes. `done` hears of each as it
    is finished.

    Raises ReplayFault.
    """
    if config.recogniser.engine == "vosk-server":
        raise ReplayFault(
            "a vosk-server works by its own clock, so no replay on a virtual clock is possible:"
            " choose another recogniser.engine, or --via sip"
        )
    results: list[CaseResult] = []
    name = ""
    for recogniser, result in _results(queue, config, jobs):
        name = recogniser
        results.append(result)
        done(result)
    return Run("engine", name, tuple(results))


def _results(queue: Sequence[Job], config: Config, jobs: int) -> Iterator[tuple[str, CaseResult]]:
    """The recogniser's name with each result, in the order of `queue`."""
    jobs = min(jobs, len(queue))
    if jobs <= 1:
        worker = _Worker(config)
        yield from (worker.replay(job) for job in queue)
        return
    # Not forked: the engines' threads would not come along.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _start_worker, (config,)) as pool:
        yield from pool.map(_replay_in_worker, queue)


class _Worker:
    """One process with its engines in memory, made with its first case."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._engines: Engines | None = None

    def replay(self, job: Job) -> tuple[str, CaseResult]:
        """The recogniser's name and what came of the case. Raises ReplayFault, which, other than
        the faults it stands for, finds its way from one process to another."""
        try:
            self._engines = self._engines or _engines(self._config)
            return self._engines.recogniser.name, replay(job, self._engines, self._config)
        except _FAULTS as error:
            raise ReplayFault(str(error)) from None


def _engines(config: Config) -> Engines:
    chosen, voice = config.recogniser, config.voice
    return Engines(
        build_recogniser(
            chosen.engine,
            model=chosen.model,
            threads=chosen.threads,
            workers=1,
            time_limit=chosen.time_limit,
        ),
        build_voice(voice.engine, style=voice.style, speed=voice.speed, workers=1),
    )


_worker: _Worker | None = None  # of this process of the pool


def _start_worker(config: Config) -> None:
    global _worker
    _worker = _Worker(config)


def _replay_in_worker(job: Job) -> tuple[str, CaseResult]:
    assert _worker is not None
    return _worker.replay(job)

"""Utterances through the product's own ear, in several processes of one thread each.

Per utterance: line -> voice activity -> recogniser -> scored list -> meaning, as in a live
call but for the waiting; seconds are the process's own CPU seconds, since the machine has
other things to do while thousands of utterances are measured.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from bench.corpus.line import CONDITIONS
from bench.corpus.non_speech import Clip
from bench.corpus.speech import speech
from bench.corpus.utterances import Utterance
from bench.understanding.asking import DOCTOR_LISTS, choosing, hint, question_for, question_of
from grammars.meaning import Slot, Understanding
from grammars.parse_result import parse_result
from grammars.question import Question
from ivr.audio_file import read_speech
from ivr.ports import Recogniser, Recognition
from ivr.recognisers.choice import build_recogniser
from ivr.session.meaning import meaning_of
from ivr.session.recorded_utterance import spoken_part

# One thread for every library that would take more: a process each is faster on few cores,
# and threads that wait for each other on a busy machine cost twenty times the work.
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


Result = TypeVar("Result")

_PATIENT = 60.0  # seconds; accuracy is not to depend on what else the machine does


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one utterance. `values` best first with their confidences; `recognising`
    and `meaning` in seconds of CPU."""

    id: str
    slot: Slot
    condition: str
    doctors: int  # length of the list of doctors
    expected: object  # None: nothing should be understood
    said: str
    text: str
    values: tuple[tuple[object, float], ...]
    recognising: float
    meaning: float

    @property
    def right(self) -> bool:
        """The first value, where there is to be one; no value at all where not."""
        if self.expected is None:
            return not self.values
        return bool(self.values) and self.values[0][0] == self.expected

    @property
    def in_top_three(self) -> bool:
        return any(value == self.expected for value, _ in self.values[:3])


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to hear: an utterance, a recorded file with its word, or a clip of no speech."""

    slot: Slot
    condition: str
    utterance: Utterance | None = None
    recording: tuple[Path, str, tuple[str, ...]] | None = None  # file, word, closed set
    clip: Clip | None = None
    doctors: int = DOCTOR_LISTS[0]
    seed: int = 0

    @property
    def question(self) -> Question:
        if self.utterance is not None and self.utterance.slot is self.slot:
            return question_of(self.utterance, self.doctors)
        if self.recording is not None:
            return choosing(self.recording[2])
        return question_for(self.slot)

    @property
    def truth(self) -> object:
        """What should be understood; None for nothing."""
        if self.recording is not None:
            return self.recording[1]
        if self.utterance is not None and self.utterance.slot is self.slot:
            return self.utterance.value
        return None

    @property
    def pcm(self) -> bytes:
        if self.utterance is not None:
            return CONDITIONS[self.condition](speech(self.utterance), self.seed)
        if self.recording is not None:
            return read_speech(self.recording[0])
        assert self.clip is not None
        return self.clip.pcm


_ear: Recogniser | None = None
_loop: asyncio.Runner | None = None


def hear_all(
    jobs: Sequence[Job],
    engine: str,
    workers: int,
    work: Callable[[Job, Recogniser], Any] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Any]:
    """The outcome of every job, in order; `work` instead of `hear` where other things are asked."""
    for name in _ONE_THREAD:
        os.environ[name] = "1"  # before the children load their libraries
    with ProcessPoolExecutor(workers, get_context("spawn"), _start, (engine,)) as pool:
        results = pool.map(_Work(work or hear), jobs, chunksize=4)
        for done, result in enumerate(results, 1):
            progress(done, len(jobs))
            yield result


@dataclass(frozen=True, slots=True)
class _Work:
    work: Callable[[Job, Recogniser], Any]

    def __call__(self, job: Job) -> Any:
        assert _ear is not None
        return self.work(job, _ear)


def _start(engine: str) -> None:
    global _ear, _loop
    os.nice(5)
    _ear = build_recogniser(engine, threads=1, workers=1, time_limit=120.0)
    _loop = asyncio.Runner()


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """In the process's own loop."""
    assert _loop is not None
    return _loop.run(coroutine)


def hear(job: Job, recogniser: Recogniser) -> Heard:
    return run(_hear(job, recogniser))


async def recognised(job: Job, recogniser: Recogniser) -> Recognition:
    """Through voice activity and the engine; nothing where nobody is heard to speak."""
    pcm = spoken_part(job.pcm)
    if not pcm:
        return Recognition((), recogniser.name, 0.0)
    stream = recogniser.open(hint(job.question))
    try:
        stream.accept(pcm)
        return await stream.finish()
    finally:
        stream.close()


async def _hear(job: Job, recogniser: Recogniser) -> Heard:
    question = job.question
    started = time.process_time()
    recognition = await recognised(job, recogniser)
    between = time.process_time()
    understanding = await meaning_of(question, recognition, _PATIENT)
    ended = time.process_time()
    return Heard(
        id=_name(job),
        slot=job.slot,
        condition=job.condition,
        doctors=job.doctors if job.slot is Slot.DOCTOR else 0,
        expected=job.truth,
        said=job.utterance.text if job.utterance else "",
        text=recognition.hypotheses[0].text if recognition.hypotheses else "",
        values=_values(question, understanding),
        recognising=between - started,
        meaning=ended - between,
    )


def _name(job: Job) -> str:
    if job.utterance is not None:
        return job.utterance.id
    if job.recording is not None:
        return job.recording[0].name
    assert job.clip is not None
    return job.clip.id


def _values(question: Question, understanding: Understanding) -> tuple[tuple[object, float], ...]:
    result = parse_result(question, understanding)
    best = [] if result["value"] is None else [(result["value"], result["confidence"])]
    others = [(other["value"], other["confidence"]) for other in result["alternatives"]]
    return tuple(best + others) if best else ()


def jobs_for(
    utterances: Iterable[Utterance], condition: str, doctors: int = DOCTOR_LISTS[0]
) -> list[Job]:
    return [
        Job(each.slot, condition, utterance=each, doctors=doctors, seed=number)
        for number, each in enumerate(utterances)
    ]

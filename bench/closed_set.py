"""What scoring a closed list against the sound costs, and how often it is right.

    python -m bench.closed_set [--each 40] [--real DIR] [--only-real]

Speech: the `dev` part of bench.corpus over the telephone line (what is not synthesised
yet is left out), and with --real human words: DIR holds dsp12.csv (file, text, speaker)
and the folder dsp12. Every list is of whole utterances: of "我要挂王森的号" the
candidates are that sentence with each name of the list in its place.

Times are of one call with one thread, without recognition: wall, and the processor's
own time, which is the honest one where others use the machine too. "kept" is how often
the right entry has a score; the other columns are how often it is the best by the
evidence, the mean and the total, with Wilson's 95% interval of the first.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.corpus.doctors import doctor_list
from bench.corpus.line import tel
from bench.corpus.rendering import SpeechMissing
from bench.corpus.speech import speech
from bench.corpus.utterances import utterances
from grammars.knowledge import department_candidates, hospital_candidates
from grammars.meaning import Candidate, Slot
from ivr.audio_file import read_speech
from ivr.ports import Fit, Hint
from ivr.recognisers.whisper import WhisperRecogniser
from ivr.recognisers.whisper_scorer import UtteranceScorer
from ivr.replay.figures import percentile, share
from speech_models import model_path

DEV_SPEAKERS = 17
"""Of the human words: those of so many speakers may be tuned on."""
TICK = 0.005

RANKINGS: dict[str, Callable[[Fit], float]] = {
    "evidence": lambda fit: fit.evidence,
    "mean": lambda fit: fit.mean,
    "total": lambda fit: fit.total,
}


@dataclass(frozen=True, slots=True)
class Trial:
    """Something said, the texts it may have been, and the meaning of each text."""

    pcm: bytes
    texts: Sequence[str]
    names: Sequence[str]
    right: str


@dataclass(slots=True)
class Outcomes:
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    kept: list[bool] = field(default_factory=list)
    best: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in RANKINGS})
    sizes: list[int] = field(default_factory=list)

    def row(self, label: str) -> str:
        ranked = "  ".join(f"{name} {share(hits)}" for name, hits in self.best.items())
        return (
            f"{label:28} n {len(self.kept):3}  texts {percentile(self.sizes, 50):4.0f}  "
            f"wall {_spread(self.wall)}  processor {_spread(self.processor)} ms  "
            f"kept {share(self.kept)}  {ranked}"
        )


def _spread(seconds: Sequence[float]) -> str:
    return f"{1000 * percentile(seconds, 50):.0f}/{1000 * percentile(seconds, 95):.0f}"


def measure(whisper: WhisperRecogniser, trials: Iterator[Trial]) -> Outcomes:
    outcomes = Outcomes()
    for trial in trials:
        scorer = heard(whisper, trial.pcm)
        fits: list[Fit | None] = [None] * len(trial.texts)
        if scorer is not None:
            wall, processor = time.perf_counter(), time.thread_time()
            fits = scorer.scorer.score(scorer.listened, trial.texts)
            outcomes.wall.append(time.perf_counter() - wall)
            outcomes.processor.append(time.thread_time() - processor)
        scored = [(fit, name) for fit, name in zip(fits, trial.names, strict=True) if fit]
        outcomes.sizes.append(len(trial.texts))
        outcomes.kept.append(any(name == trial.right for _, name in scored))
        for ranking, value in RANKINGS.items():
            best = max(scored, key=lambda pair: value(pair[0]), default=(None, ""))[1]
            outcomes.best[ranking].append(best == trial.right)
    return outcomes


def heard(whisper: WhisperRecogniser, pcm: bytes) -> UtteranceScorer | None:
    scorer = whisper.recognise(pcm, Hint(Slot.TASK)).scorer
    return scorer if isinstance(scorer, UtteranceScorer) else None


def said(
    slot: Slot, each: int, listed: Callable[[str], Sequence[Candidate]], in_sentence: bool
) -> Iterator[Trial]:
    """`each` utterances of a slot that are, or are not, more than the name itself."""
    found = 0
    for utterance in utterances("dev", slot, accent=False):
        right = str(utterance.value)
        candidates = listed(right)
        own = next(candidate for candidate in candidates if candidate.name == right)
        phrases = [phrase for phrase in (own.name, *own.aliases) if phrase in utterance.text]
        spoken = max(phrases, key=len, default="")
        if not spoken or (spoken != utterance.text) is not in_sentence:
            continue
        try:
            pcm = tel(speech(utterance), found)
        except SpeechMissing:
            continue
        texts = {
            utterance.text.replace(spoken, phrase): candidate.name
            for candidate in (*candidates, own)
            for phrase in (candidate.name, *candidate.aliases)
        }
        yield Trial(pcm, tuple(texts), tuple(texts.values()), right)
        found += 1
        if found == each:
            return


def doctors(size: int) -> Callable[[str], Sequence[Candidate]]:
    return lambda right: [Candidate(name) for name in doctor_list(right, size)]


def human_words(folder: Path, wanted: Callable[[int], bool]) -> Iterator[Trial]:
    with (folder / "dsp12.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    words = tuple(dict.fromkeys(row["text"] for row in rows))
    speakers = sorted({row["speaker"] for row in rows})
    for row in rows:
        if wanted(speakers.index(row["speaker"])):
            yield Trial(read_speech(folder / "dsp12" / row["file"]), words, words, row["text"])


async def lateness(whisper: WhisperRecogniser, trial: Trial, busy: bool) -> list[float]:
    """By how many seconds a 5 ms ticker of the event loop is late, with or without scoring."""
    scorer = heard(whisper, trial.pcm)
    late: list[float] = []
    done = False

    async def tick() -> None:
        while not done:
            due = time.perf_counter() + TICK
            await asyncio.sleep(TICK)
            late.append(time.perf_counter() - due)

    ticker = asyncio.create_task(tick())
    for _ in range(20):
        if busy and scorer is not None:
            await scorer.score(trial.texts)
        else:
            await asyncio.sleep(0.1)
    done = True
    await ticker
    return late


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.closed_set", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--each", type=int, default=40, help="utterances of each list")
    parser.add_argument("--real", type=Path, help="folder of dsp12.csv and dsp12/")
    parser.add_argument("--only-real", action="store_true")
    chosen = parser.parse_args()
    print(f"load average before: {Path('/proc/loadavg').read_text(encoding='ascii').strip()}")
    model = model_path("whisper-base")
    plain = WhisperRecogniser(model, workers=1, scoring=False)
    without = peak_mb()
    asyncio.run(plain.aclose())
    whisper = WhisperRecogniser(model, workers=1, time_limit=60.0)
    print(f"peak memory: recogniser {without:.0f} MB, with scoring {peak_mb():.0f} MB")
    each: int = chosen.each
    if chosen.real:
        for label, wanted in (
            ("human words, dev speakers", lambda speaker: speaker < DEV_SPEAKERS),
            ("human words, other speakers", lambda speaker: speaker >= DEV_SPEAKERS),
            ("human words, all", lambda speaker: True),
        ):
            print(measure(whisper, human_words(chosen.real, wanted)).row(label), flush=True)
    if not chosen.only_real:
        lists = {
            "hospitals": (Slot.HOSPITAL, lambda _: hospital_candidates(), False),
            "departments": (Slot.DEPARTMENT, lambda _: department_candidates(), False),
            "30 doctors": (Slot.DOCTOR, doctors(30), False),
            "200 doctors": (Slot.DOCTOR, doctors(200), False),
            "200 doctors in sentences": (Slot.DOCTOR, doctors(200), True),
            "departments in sentences": (Slot.DEPARTMENT, lambda _: department_candidates(), True),
            "hospitals in sentences": (Slot.HOSPITAL, lambda _: hospital_candidates(), True),
        }
        for label, (slot, listed, in_sentence) in lists.items():
            trials = said(slot, each, listed, in_sentence)
            print(measure(whisper, trials).row(label), flush=True)
        trial = next(said(Slot.DOCTOR, 1, doctors(200), True))
        for label, busy in (("idle", False), ("while scoring", True)):
            late = asyncio.run(lateness(whisper, trial, busy))
            print(
                f"5 ms ticker of the event loop, {label}: late by "
                f"p50 {1000 * percentile(late, 50):.1f}, p95 {1000 * percentile(late, 95):.1f}, "
                f"most {1000 * max(late):.1f} ms"
            )
    asyncio.run(whisper.aclose())
    print(f"load average after: {Path('/proc/loadavg').read_text(encoding='ascii').strip()}")


if __name__ == "__main__":
    main()

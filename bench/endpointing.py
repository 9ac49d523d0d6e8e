"""Does the agent cut slow speakers off, and how long does it wait after the last word?

    python -m bench.endpointing [--split drawn] [--seed 1] [--line tel] [--short] [--list]

Synthetic speech with pauses inside a phrase (bench/data/paused_phrases.yaml, or drawn by
chance from the data files) goes through the ear, voice activity, recogniser and grammars of a
call, on a virtual clock: frames take 20 ms each, a recognition on trial as long as its processor
time, which is the wall's when the machine is free. OPENBLAS_NUM_THREADS=1 keeps it on one thread.

A cut-off is a turn that ends before the last word is begun. `dev` is for choosing rules and
patience; `test` and `drawn` are measured with other voices; another seed draws anew.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bench.corpus.line import CONDITIONS, MARGIN_SECONDS
from bench.drawn_pauses import dictated, drawn
from bench.paused_speech import Text, joined, load, synthesise
from datafiles import load_yaml
from dialogs.commands import Patience
from dialogs.policy import shipped_policy
from grammars.closed_list import ClosedList
from grammars.completeness import Completeness, completeness
from grammars.knowledge import department_candidates, hospital_candidates
from grammars.meaning import Candidate, Slot
from grammars.question import Question
from grammars.understand import warm_up
from ivr.caller.sound_level import Signal
from ivr.listening.ear import Ear
from ivr.listening.endpointing import PauseStarted, SpeechResumed, SpeechStarted, UtteranceEnded
from ivr.listening.voice_activity import WebRtcVoiceActivity
from ivr.ports import FRAME_BYTES, FRAME_SECONDS, SAMPLE_RATE, Recogniser
from ivr.recognisers.choice import build_recogniser
from ivr.replay.figures import percentile, share
from ivr.session.closed_lists import hint_of
from ivr.session.meaning import meaning_of

PHRASES = Path(__file__).parent / "data" / "paused_phrases.yaml"
FOLDER = Path("var/bench/endpointing")
_OTHERS = ("zm_yunyang", "zf_xiaoyi")
VOICES = {"dev": ("zm_yunxi", "zf_xiaoxiao"), "test": _OTHERS, "drawn": _OTHERS}
SPEED = 0.85
PAUSES = (0.3, 0.6, 0.9, 1.2, 1.5)
FLUENT = 0.06  # seconds between the other pieces
HEARD_OUT = (FLUENT, 0.9)  # pauses with which the end of the turn is waited for as well
LEAD = 4.0  # seconds for which the line is heard before: a prompt was played
TAIL = 3.2
BEGUN = 0.3  # seconds into the last piece it must be heard that speech goes on
ID_NUMBERS = 6
DRAWN = 12  # utterances a slot
TODAY = dt.date(2021, 3, 1)
DOCTORS = ("王建国", "张丽华", "陈秀英", "赵文博", "曾国强", "单雪梅", "周一鸣", "吴桂兰", "徐志远")
OFFERED = ("心血管内科", "呼吸内科", "消化内科")


class _Phrases(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dev: dict[Slot, tuple[str, ...]]
    test: dict[Slot, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance and who says it."""

    slot: Slot
    text: Text
    voice: str


@dataclass(frozen=True, slots=True)
class Case:
    """`said` up to piece `upto` (excluded), with a pause of `pause` seconds before piece `at`
    (before every piece of an ID number). `whole`: nothing is left out."""

    said: Said
    at: int
    pause: float
    upto: int

    @property
    def whole(self) -> bool:
        return self.upto == len(self.said.text)


@dataclass(slots=True)
class Heard:
    """What came of a case. `delay`: seconds from the end of speech to the end of the turn;
    `silence`: the same from the last voiced frame. `trials` are their seconds."""

    case: Case
    cut_off: bool = False
    delay: float = math.nan
    silence: float = math.nan
    judged: Completeness | None = None
    text: str = ""
    trials: list[float] = field(default_factory=list)


class Listener:
    """The ear of one line with a real recogniser, on a virtual clock."""

    def __init__(self, recogniser: Recogniser, line: str) -> None:
        self._recogniser = recogniser
        self._line = CONDITIONS[line]
        second, margins = bytes(2 * SAMPLE_RATE), round(4 * MARGIN_SECONDS * SAMPLE_RATE)
        self._slower = (len(self._line(second, 1)) - margins) / len(second)  # a line may stretch
        self._known: dict[tuple[Slot, bytes], tuple[Completeness, str, float]] = {}
        hospitals = ClosedList(hospital_candidates())
        departments = ClosedList(department_candidates())
        doctors = ClosedList(Candidate(name, (f"{name[0]}医生",)) for name in DOCTORS)
        choices = ClosedList(Candidate(name) for name in OFFERED)
        self._questions = {
            slot: Question(
                slot,
                TODAY,
                hospitals=hospitals,
                departments=departments,
                doctors=doctors if slot is Slot.DOCTOR else None,
                choices=choices if slot is Slot.CHOICE else None,
            )
            for slot in Slot
        }

    async def hear(self, case: Case, spoken: Sequence[Signal]) -> Heard:
        """`spoken` are the pieces of the utterance as sound."""
        pieces = spoken[: case.upto]
        every = case.said.slot is Slot.ID_NUMBER
        pauses = [case.pause if every or n == case.at else FLUENT for n in range(1, case.upto)]
        slower = self._slower
        pcm, end = joined(pieces, [pause / slower for pause in pauses], TAIL / slower)
        pcm = bytes(2 * round(LEAD / slower * SAMPLE_RATE)) + pcm
        end += LEAD / slower
        last_piece = end - len(pieces[-1]) / SAMPLE_RATE
        heard_pcm = self._line(pcm, 1)
        end, last_piece = (MARGIN_SECONDS + at * slower for at in (end, last_piece))
        until = math.inf if case.pause in HEARD_OUT else last_piece + BEGUN
        return await self._listen(case, heard_pcm, end, last_piece, until)

    async def _listen(
        self, case: Case, pcm: bytes, end: float, last_piece: float, until: float
    ) -> Heard:
        ear, heard = Ear(WebRtcVoiceActivity()), Heard(case)
        so_far: bytes | None = None
        due: tuple[float, Completeness] | None = None
        for number in range(len(pcm) // FRAME_BYTES):
            now = (number + 1) * FRAME_SECONDS
            if due is not None and due[0] <= now:
                ear.set_completeness(due[1])
                heard.judged, due = due[1], None
            frame = pcm[number * FRAME_BYTES : (number + 1) * FRAME_BYTES]
            if number == round(LEAD / FRAME_SECONDS):
                ear.open_turn(patience_of(case.said.slot))
            events = ear.heard(frame)
            if so_far is not None:
                so_far += frame
            for event in events:
                match event:
                    case SpeechStarted(look_back):
                        so_far = ear.recent(look_back)
                    case PauseStarted():
                        assert so_far is not None
                        judged, heard.text, seconds = await self._try(case.said.slot, so_far)
                        heard.trials.append(seconds)
                        due = (now + seconds, judged)
                    case SpeechResumed():
                        heard.judged = due = None
                    case UtteranceEnded(_, _, silent):
                        heard.cut_off = case.whole and now < last_piece + BEGUN
                        heard.delay, heard.silence = now - end, silent * FRAME_SECONDS
                        return heard
                    case _:
                        return heard  # nobody was heard
            if now >= until:
                return heard
        return heard

    async def _try(self, slot: Slot, pcm: bytes) -> tuple[Completeness, str, float]:
        """(how whole it is, what was heard, seconds it took); the same sound is heard once."""
        key = (slot, pcm)
        if key not in self._known:
            question = self._questions[slot]
            started = time.process_time()
            stream = self._recogniser.open(hint_of(question))
            stream.accept(pcm)
            recognition = await stream.finish()
            meaning = await meaning_of(question, recognition)
            judged = completeness(question, meaning, meaning.text)
            self._known[key] = (judged, meaning.text, time.process_time() - started)
            stream.close()
        return self._known[key]


def patience_of(slot: Slot) -> Patience:
    """What the dialogue gives a question of this kind (dialogs/questions.py)."""
    table = shipped_policy().patience
    match slot:
        case Slot.CONFIRM:
            values = table.yes_no
        case Slot.CHOICE:
            values = table.choice
        case Slot.ID_NUMBER:
            values = table.id_number
        case _:
            values = table.open
    return values.to_command()


def utterances(split: str, seed: int = 1) -> list[Said]:
    """Everything that is said in a split, the two voices taking turns."""
    if split == "drawn":
        texts = list(drawn(random.Random(seed), TODAY, DOCTORS, DRAWN))
    else:
        phrases: dict[Slot, tuple[str, ...]] = getattr(load_yaml(PHRASES, _Phrases), split)
        texts = [(slot, tuple(line.split("|"))) for slot, some in phrases.items() for line in some]
        rng = random.Random(split)
        texts += [(Slot.ID_NUMBER, dictated(rng, TODAY)) for _ in range(ID_NUMBERS)]
    voices = VOICES[split]
    return [Said(slot, text, voices[n % 2]) for n, (slot, text) in enumerate(texts)]


def cases(said: Said) -> Iterator[Case]:
    """Every pause at every place, and every place as the end of what is said."""
    length = len(said.text)
    for at in range(1, length):
        if said.slot is not Slot.ID_NUMBER or at == 1:
            for pause in PAUSES:
                yield Case(said, at, pause, length)
        yield Case(said, at, FLUENT, at)
    yield Case(said, 0, FLUENT, length)


async def measure(split: str, seed: int, line: str, short: bool) -> list[Heard]:
    everything = utterances(split, seed)[:: 8 if short else 1]
    for voice in VOICES[split]:
        texts = [said.text for said in everything if said.voice == voice]
        made = await synthesise(texts, voice, SPEED, FOLDER)
        print(f"{voice}: {len(texts)} utterances, {made} synthesised", flush=True)
    warm_up()
    recogniser = build_recogniser(time_limit=60.0)  # however busy the machine is
    listener = Listener(recogniser, line)
    heard = []
    for number, said in enumerate(everything):
        spoken = load(said.text, said.voice, SPEED, FOLDER)
        heard += [await listener.hear(case, spoken) for case in cases(said)]
        if number % 10 == 9:
            print(f"{number + 1} of {len(everything)} utterances", flush=True)
    await recogniser.aclose()
    return heard


def report(heard: Sequence[Heard]) -> None:
    paused = [h for h in heard if h.case.whole and h.case.pause in PAUSES]
    print(f"\ncut off, % [95%] of {len(paused)} utterances with pauses inside a phrase")
    print(f"{'slot':12}{'n':>5}  {'all pauses':20}" + "".join(f"{p:>7} s" for p in PAUSES))
    slots = dict.fromkeys(h.case.said.slot for h in paused)
    for slot in (*slots, None):
        rows = [h for h in paused if slot in (None, h.case.said.slot)]
        each = [share([h.cut_off for h in rows if h.case.pause == p]) for p in PAUSES]
        name = slot.value if slot is not None else "all"
        total = share([h.cut_off for h in rows])
        print(f"{name:12}{len(rows):5}  {total!s:20}" + "".join(f"{e.percent:9.1f}" for e in each))
    ended = [h for h in heard if not math.isnan(h.delay) and not h.cut_off]
    for title, rows in (
        ("whole utterances", [h for h in ended if h.case.whole]),
        ("left off in mid-phrase", [h for h in ended if not h.case.whole]),
    ):
        print(f"\ndecision after the end of speech (after the last voiced frame), s: {title}")
        print(f"{'judged':12}{'n':>5}{'share':>7}{'p50':>7}{'p95':>7}      (p50    p95)")
        for judged in (*Completeness, None):
            some = [h for h in rows if h.judged is judged]
            if some:
                delays, silences = [h.delay for h in some], [h.silence for h in some]
                print(
                    f"{judged.value if judged else 'in time':12}{len(some):5}"
                    f"{100 * len(some) / len(rows):6.0f}%"
                    f"{percentile(delays, 50):7.2f}{percentile(delays, 95):7.2f}"
                    f"   {percentile(silences, 50):7.2f}{percentile(silences, 95):7.2f}"
                )
    fluent = [h for h in ended if h.case.whole and h.case.pause == FLUENT]
    trials = [seconds for h in heard for seconds in h.trials]
    print(
        f"\ntrials an utterance without pauses: "
        f"{sum(len(h.trials) for h in fluent) / len(fluent):.2f}; "
        f"a trial takes p50 {percentile(trials, 50):.2f} s, p95 {percentile(trials, 95):.2f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.endpointing", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--split", choices=list(VOICES), default="drawn")
    parser.add_argument("--seed", type=int, default=1, help="of the split `drawn`")
    parser.add_argument("--line", choices=list(CONDITIONS), default="tel")
    parser.add_argument("--short", action="store_true", help="one utterance in eight")
    parser.add_argument("--list", action="store_true", help="print every cut-off")
    chosen = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    heard = asyncio.run(measure(chosen.split, chosen.seed, chosen.line, chosen.short))
    report(heard)
    for each in heard if chosen.list else ():
        if each.cut_off:
            case = each.case
            judged = each.judged.value if each.judged else "in time"
            print(case.said.slot.value, "|".join(case.said.text), case.pause, judged, each.text)


if __name__ == "__main__":
    main()

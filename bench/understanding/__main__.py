"""How well callers are understood.

    python -m bench.understanding measure [--slot SLOT …] [--line LINE …] [--count N]
                                          [--accent] [--split dev|test]   slots by line condition
    python -m bench.understanding nothing [--split dev|test]   clips that must mean nothing
    python -m bench.understanding recorded DIR                 recorded words, DIR.csv beside it
    python -m bench.understanding fit                          weights of sound and spelling (dev)
    python -m bench.understanding calibrate                    confidences (dev)

Speech comes from `python -m bench.corpus make`. Two processes of one thread each by default;
`--show N` prints the first N mistakes of each row.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.corpus.line import CONDITIONS
from bench.corpus.non_speech import clips
from bench.corpus.rendering import SpeechMissing
from bench.corpus.utterances import ACCENTED_SLOTS, SHORT_SLOTS, Utterance, utterances
from bench.understanding import fitting, tables
from bench.understanding.asking import DOCTOR_LISTS
from bench.understanding.hearing import Heard, Job, hear_all, jobs_for
from dialogs.policy import Threshold, load_policy
from grammars.data_files import DATA
from grammars.meaning import Slot
from ivr.replay.figures import share

_DEV_LINES = ("tel", "babble15", "babble8", "slow_quiet")
_SLOTS = (*SHORT_SLOTS, Slot.ID_NUMBER)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.understanding",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=["measure", "nothing", "recorded", "fit", "calibrate"])
    parser.add_argument("folder", nargs="?", type=Path, help="of `recorded`")
    parser.add_argument("--slot", action="append", type=Slot, choices=_SLOTS)
    parser.add_argument("--line", action="append", choices=tuple(CONDITIONS))
    parser.add_argument("--count", type=int, help="of each slot; all by default")
    parser.add_argument("--accent", action="store_true", help="the accent of Nanjing")
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--engine", default="whisper")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--show", type=int, default=0, metavar="N")
    chosen = parser.parse_args()
    try:
        match chosen.what:
            case "measure":
                measure(chosen)
            case "nothing":
                nothing(chosen)
            case "recorded":
                recorded(chosen)
            case "fit":
                fit(chosen)
            case "calibrate":
                calibrate(chosen)
    except SpeechMissing as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def measure(chosen: argparse.Namespace) -> None:
    print(tables.HEADER)
    for slot in chosen.slot or (ACCENTED_SLOTS if chosen.accent else _SLOTS):
        for line in chosen.line or ("tel",):
            said = utterances(chosen.split, slot, chosen.accent)[: chosen.count]
            for size in DOCTOR_LISTS if slot is Slot.DOCTOR else DOCTOR_LISTS[:1]:
                name = f"{slot.value} {size}" if slot is Slot.DOCTOR else slot.value
                heard = list(_heard(chosen, jobs_for(said, line, size)))
                kind = f"{line}, accent" if chosen.accent else line
                print(tables.row(name, kind, heard, _limits(slot)), flush=True)
                for text in tables.mistakes(heard, chosen.show):
                    print(text)


def nothing(chosen: argparse.Namespace) -> None:
    """False accepts: a clip without an answer that is taken for one, or asked back."""
    found = clips(chosen.split)[: chosen.count]
    print("| slot | n | accepted % [95%] | asked back % [95%] |\n|---|---|---|---|")
    for slot in chosen.slot or _SLOTS:
        jobs = [Job(slot, "none", clip=clip) for clip in found]
        heard = list(_heard(chosen, jobs))
        limits = _limits(slot)
        sure = [one.values[0][1] if one.values else 0.0 for one in heard]
        accepted = share([each >= limits.accept for each in sure])
        asked = share([limits.confirm <= each < limits.accept for each in sure])
        print(f"| {slot.value} | {len(heard)} | {accepted} | {asked} |", flush=True)
        for one in [one for one in heard if one.values][: chosen.show]:
            print(f"    {one.id}: heard {one.text!r}, understood {one.values[:2]}")


def recorded(chosen: argparse.Namespace) -> None:
    """Words recorded by people: `FOLDER.csv` with the columns file and text."""
    if chosen.folder is None:
        sys.exit("recorded: name the folder of recordings")
    with chosen.folder.with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))[: chosen.count]
    words = tuple(sorted({each["text"] for each in rows}))
    jobs = [
        Job(Slot.CHOICE, "recorded", recording=(chosen.folder / each["file"], each["text"], words))
        for each in rows
    ]
    heard = list(_heard(chosen, jobs))
    print(tables.HEADER)
    print(tables.row(f"{len(words)} words", "recorded", heard, _limits(Slot.CHOICE)))
    for text in tables.mistakes(heard, chosen.show):
        print(text)


def fit(chosen: argparse.Namespace) -> None:
    """Fit grammars/data/agreement.yaml."""
    data = yaml.safe_load((DATA / "agreement.yaml").read_text("utf-8"))
    for slot in chosen.slot or SHORT_SLOTS:
        jobs = [*_dev_jobs(utterances("dev", slot)), *_strangers(slot)]
        found = hear_all(jobs, chosen.engine, chosen.workers, fitting.rivalry, _progress)
        rivalries = [each for each in found if each is not None]
        weights = fitting.fit_weights(rivalries, fitting.current(slot))
        before = fitting.loss(rivalries, fitting.current(slot))
        after = fitting.loss(rivalries, weights)
        print(
            f"{slot.value}: {len(rivalries)} utterances, loss {before[0]:.3f} -> {after[0]:.3f}, "
            f"likeliest is right {100 * before[1]:.1f} -> {100 * after[1]:.1f} %: {weights}"
        )
        data["weights"][slot.value] = weights.model_dump()
    data["origin"] = f"bench.understanding fit, dev speech, {dt.date.today()}"
    _write("agreement.yaml", data)


def calibrate(chosen: argparse.Namespace) -> None:
    """Fit grammars/data/calibration.yaml; what is there for the slot must be taken out first."""
    data = yaml.safe_load((DATA / "calibration.yaml").read_text("utf-8"))
    lines = data["engines"].setdefault(fitting.engine_name(chosen.engine), {})
    for slot in chosen.slot or _SLOTS:
        lines.pop(slot.value, None)
    _write("calibration.yaml", data)
    for slot in chosen.slot or _SLOTS:
        heard = list(_heard(chosen, [*_dev_jobs(utterances("dev", slot)), *_strangers(slot)]))
        answered = [one for one in heard if one.values]
        line = fitting.fit_line(
            [one.values[0][1] for one in answered],
            [one.right for one in answered],
            [one.expected is None for one in answered],
        )
        print(f"{slot.value}: {line}", flush=True)
        lines[slot.value] = line.model_dump(mode="json")
    data["origin"] = f"bench.understanding calibrate, dev speech, {dt.date.today()}"
    _write("calibration.yaml", data)


def _dev_jobs(said: Iterable[Utterance]) -> list[Job]:
    """Each once, the lines taking turns."""
    jobs = []
    for number, each in enumerate(said):
        size = DOCTOR_LISTS[number % 2]
        jobs += jobs_for([each], _DEV_LINES[number % len(_DEV_LINES)], size)
    return jobs


def _strangers(slot: Slot) -> list[Job]:
    """What was said or heard that answers another question or none."""
    others = [
        each
        for other in SHORT_SLOTS
        if other is not slot and not (other is Slot.TASK or slot is Slot.TASK)
        for each in utterances("dev", other, False)[:10]
    ]
    return [
        *(Job(slot, "tel", utterance=each, seed=number) for number, each in enumerate(others)),
        *(Job(slot, "none", clip=clip) for clip in clips("dev")[::4]),
    ]


def _heard(chosen: argparse.Namespace, jobs: Sequence[Job]) -> Iterable[Heard]:
    return hear_all(jobs, chosen.engine, chosen.workers, progress=_progress)


def _limits(slot: Slot) -> Threshold:
    limits = getattr(load_policy().thresholds, slot.value)
    return Threshold(accept=limits.accept, confirm=limits.confirm)


def _write(name: str, data: dict[str, Any]) -> None:
    """With the comment at the head of the file kept."""
    path = DATA / name
    head = [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")]
    body = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, default_flow_style=None)
    path.write_text("\n".join(head) + "\n" + body, encoding="utf-8")


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{total}", end="" if done < total else "\r", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

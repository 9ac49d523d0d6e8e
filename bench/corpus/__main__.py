"""The test speech, made ahead.

    python -m bench.corpus make [--split dev|test] [--slot SLOT …] [--count N]
                               [--workers N] [--status FILE]
    python -m bench.corpus list [--split dev|test] [--slot SLOT …]      what is said, as CSV
    python -m bench.corpus missing                                      how much is left

`make` goes on where it stopped: a file that is there is not made again.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.corpus.background import everyday, prompts
from bench.corpus.making import make
from bench.corpus.rendering import Rendering, missing
from bench.corpus.speech import renderings
from bench.corpus.utterances import SHORT_SLOTS, Split, Utterance, utterances
from grammars.meaning import Slot

_SPLITS: tuple[Split, ...] = ("dev", "test")
_SLOTS = (*SHORT_SLOTS, Slot.ID_NUMBER)


def spoken(
    splits: Sequence[Split], slots: Sequence[Slot], count: int | None = None
) -> list[Utterance]:
    """In the order in which they are needed: short answers to tune and to measure with, the
    accent, then ID numbers; the first `count` of each."""
    found: list[Utterance] = []
    short = [slot for slot in SHORT_SLOTS if slot in slots]
    for accent in (False, True):
        for split in splits:
            for slot in short:
                found.extend(utterances(split, slot, accent)[:count])
    if Slot.ID_NUMBER in slots:
        for split in splits:
            found.extend(utterances(split, Slot.ID_NUMBER)[:count])
    return found


def needed(said: Sequence[Utterance]) -> Iterator[Rendering]:
    """The babble first: three line conditions and the television are made of it."""
    yield from (*everyday(), *prompts())
    for utterance in said:
        yield from renderings(utterance)


def _rows(said: list[Utterance]) -> Iterator[list[object]]:
    for one in said:
        yield [one.id, one.voice, one.speed, "+".join(one.merges), one.text, one.value]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.corpus", description=__doc__.splitlines()[0]
    )
    parser.add_argument("what", choices=["make", "list", "missing"])
    parser.add_argument("--split", choices=_SPLITS)
    parser.add_argument("--slot", action="append", type=Slot, choices=_SLOTS)
    parser.add_argument("--count", type=int, help="of each slot; all by default")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--status", type=Path, help="a file that holds the last line of progress")
    chosen = parser.parse_args()
    splits: Sequence[Split] = (chosen.split,) if chosen.split else _SPLITS
    slots = chosen.slot or _SLOTS
    said = spoken(splits, slots, chosen.count)
    match chosen.what:
        case "list":
            csv.writer(sys.stdout).writerows(_rows(said))
        case "missing":
            print(f"{len(missing(needed(said)))} to synthesise")
        case "make":
            make(missing(needed(said)), chosen.workers, chosen.status)


if __name__ == "__main__":
    main()

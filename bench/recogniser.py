"""Real-time factor and accuracy of each recogniser that is installed.

    .venv/bin/python -m bench.recogniser [--engine NAME …]

The whole answers and the ID numbers of bench.peer, over a telephone line, one after the other, as a
call gives them to the engine (with the hint of the open question). Real-time factor: processor time
divided by the length of the speech. Character errors are counted without punctuation, of the best
hypothesis. How well a slot is understood is measured by bench.understanding. Kept in bench/results
(entry `recogniser`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.peer.audio import FOLDER, Utterance, sounds
from bench.peer.our_server import questions
from bench.results import keep
from ivr.config import load_config
from ivr.ports import SAMPLE_RATE, RecogniserError
from ivr.recognisers.choice import build_recogniser
from ivr.replay.figures import Quantile, Rate, character_errors, quantile, rate
from ivr.session.closed_lists import hint_of
from speech_models.store import list_models

_PUNCTUATION = re.compile(r"[，。？！、|\s]")
_DIGITS = str.maketrans("零一二三四五六七八九幺", "01234567891")


@dataclass(frozen=True, slots=True)
class Row:
    """One engine: `factor` processor seconds a second of speech, `seconds` wall time an answer."""

    engine: str
    answers: Rate
    id_numbers: Rate
    factor: float
    seconds: Quantile

    def __str__(self) -> str:
        return (
            f"{self.engine:24} CER answers {self.answers} %, ID numbers {self.id_numbers} %,"
            f" real-time factor {self.factor:.3f}, wall p50 {self.seconds} s"
        )


async def measure(model: str, engine: str, said: Sequence[Utterance]) -> Row:
    """Raises RecogniserError."""
    recogniser = build_recogniser(engine, model=model, workers=1, time_limit=60.0)
    asked = questions()
    errors: dict[str, list[tuple[int, int]]] = {"complete": [], "id_number": []}
    walls: list[float] = []
    cpu = length = 0.0
    try:
        for number, utterance in enumerate((said[0], *said)):
            before, began = time.process_time(), time.perf_counter()
            stream = recogniser.open(hint_of(asked[utterance.slot]))
            stream.accept(utterance.pcm)
            recognition = await stream.finish()
            stream.close()
            if number == 0:
                continue  # loads what is loaded late
            cpu += time.process_time() - before
            walls.append(time.perf_counter() - began)
            length += len(utterance.pcm) / (2 * SAMPLE_RATE)
            best = recognition.hypotheses[0].text if recognition.hypotheses else ""
            wanted = _bare(utterance.text)
            errors[utterance.kind].append((character_errors(wanted, _bare(best)), len(wanted)))
    finally:
        await recogniser.aclose()
    return Row(
        model,
        rate(errors["complete"]),
        rate(errors["id_number"]),
        cpu / length,
        quantile(walls, 50),
    )


def _bare(text: str) -> str:
    """Without punctuation; digits in one writing."""
    return _PUNCTUATION.sub("", text).translate(_DIGITS)


async def compare(engines: Sequence[str] | None) -> list[Row]:
    said = await sounds(load_config(Path("config.yaml")), FOLDER)
    heard = (*said.complete, *said.id_numbers)
    found = []
    for each in list_models():
        wanted = engines is None or each.name in engines
        hears = each.engine != "kokoro" and each.language == "zh"
        if hears and each.state == "installed" and wanted:
            try:
                found.append(await measure(each.name, each.engine, heard))
                print(found[-1], flush=True)
            except RecogniserError as error:
                print(f"{each.name}: {error}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.recogniser", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--engine", nargs="+", metavar="NAME", help="models of the manifest")
    chosen = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    found = asyncio.run(compare(chosen.engine))
    if chosen.engine is None:
        print("kept in", keep("recogniser", {"engines": [asdict(row) for row in found]}, load))


if __name__ == "__main__":
    main()

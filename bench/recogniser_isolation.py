"""How late another call's 20 ms frames are while the recogniser is at work.

    python -m bench.recogniser_isolation [--utterances 4] [--seconds 20]

A clock ticks every 20 ms on the event loop, as a call's audio does, first with
nothing else to do, then while long utterances are recognised back to back, more at
once than there are workers. Prints the lateness of the ticks in milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import time

import numpy as np

from grammars.meaning import Slot
from ivr.ports import FRAME_SECONDS, SAMPLE_RATE, Hint, Recogniser, RecogniserError
from ivr.recognisers.choice import build_recogniser


async def lateness(seconds: float) -> list[float]:
    """Milliseconds that each tick of an absolute 20 ms clock came late."""
    late: list[float] = []
    start = time.monotonic()
    for tick in range(1, int(seconds / FRAME_SECONDS)):
        due = start + tick * FRAME_SECONDS
        await asyncio.sleep(due - time.monotonic())
        late.append((time.monotonic() - due) * 1000)
    return late


async def recognise_for_ever(recogniser: Recogniser, pcm: bytes, done: list[float]) -> None:
    while True:
        stream = recogniser.open(Hint(Slot.DATE))
        stream.accept(pcm)
        recognition = await stream.finish()
        done.append(recognition.seconds)
        stream.close()


def speech_like(seconds: float) -> bytes:
    """Harmonics of a voice with the rhythm of syllables: as much work as speech."""
    time_axis = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    voice = sum(np.sin(2 * np.pi * 140 * k * time_axis) / k for k in range(1, 12))
    rhythm = np.clip(np.sin(2 * np.pi * 2.2 * time_axis), 0, 1)
    return bytes((voice * rhythm * 5000).astype("<i2").tobytes())


def line(name: str, late: list[float]) -> str:
    p50, p99 = np.percentile(late, [50, 99])
    over = sum(value > 20 for value in late)
    return (
        f"{name:28} late by p50 {p50:.1f} ms, p99 {p99:.1f} ms, most {max(late):.1f} ms; "
        f"{over} of {len(late)} by more than a frame"
    )


async def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.recogniser_isolation", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--model", default="")
    parser.add_argument("--utterances", type=int, default=4, help="recognised at once")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement")
    arguments = parser.parse_args()
    try:
        recogniser = build_recogniser(
            arguments.engine, model=arguments.model, workers=2, time_limit=60.0
        )
    except RecogniserError as error:
        raise SystemExit(str(error)) from error
    print(line("nothing else to do", await lateness(arguments.seconds)))
    for seconds in (2.0, 12.0):
        done: list[float] = []
        pcm = speech_like(seconds)
        busy = [
            asyncio.create_task(recognise_for_ever(recogniser, pcm, done))
            for _ in range(arguments.utterances)
        ]
        late = await lateness(arguments.seconds)
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
        each = float(np.median(done)) if done else float("nan")
        print(
            line(f"{arguments.utterances} x {seconds:.0f} s of speech", late)
            + f"; {len(done)} recognised, {each:.2f} s each"
        )
    await recogniser.aclose()


if __name__ == "__main__":
    asyncio.run(main())

"""Half an hour of calls at half the capacity: does memory grow, does latency, is anything lost?

    set -a; . var/secrets.env; set +a
    .venv/bin/python -m bench.soak [--calls N] [--minutes 30]

Without `--calls`: half of what bench.concurrent_calls found on this machine. Memory is read
every 15 s; growth is the slope of a line through it (least squares) after the first fifth, which is
warming up. Kept in bench/results (entry `soak`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.busy_exchange import MOST_CALLS, Exchange
from bench.results import keep, kept
from ivr.config import load_config
from ivr.replay.figures import quantile

_SAMPLE = 15.0  # seconds
_WARM_UP = 0.2  # share of the time


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident MB of a process: when it was warm, at the end, and MB an hour in between."""

    warm: float
    end: float
    growth_an_hour: float


def memory_of(samples: list[tuple[float, float]]) -> Memory:
    """`samples` are seconds and MB; at least two after the warm-up."""
    warm = samples[int(len(samples) * _WARM_UP) :]
    seconds, sizes = np.array(warm).T
    slope = float(np.polyfit(seconds, sizes, 1)[0])
    return Memory(warm[0][1], warm[-1][1], slope * 3600)


async def measure(calls: int, minutes: float) -> dict[str, object]:
    config = load_config(Path("config.yaml"))
    samples: dict[str, list[tuple[float, float]]] = {"agent": [], "asterisk": []}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with Exchange.up(config, Path(folder)) as exchange:
            began = time.monotonic()
            middle, until = began + minutes * 30, began + minutes * 60

            async def sample() -> None:
                while True:
                    for name, size in exchange.memory().items():
                        samples[name].append((time.monotonic() - began, size))
                    await asyncio.sleep(_SAMPLE)

            async def halve() -> list[float]:
                await asyncio.sleep(middle - time.monotonic())
                return list(exchange.heard.waits)

            sampling, halving = asyncio.create_task(sample()), asyncio.create_task(halve())
            try:
                placed = await asyncio.gather(
                    *(exchange.keep_calling(until, number * 3.0) for number in range(calls))
                )
                first = await halving
                await asyncio.sleep(1.0)
            finally:
                sampling.cancel()
                halving.cancel()
                await asyncio.gather(sampling, halving, return_exceptions=True)
            heard = exchange.heard.clear()
    outcomes = [outcome for some in placed for outcome in some]
    return {
        "calls_at_once": calls,
        "minutes": minutes,
        "placed": len(outcomes),
        "outcomes": {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))},
        "p95_first_half": asdict(quantile(first, 95)),
        "p95_second_half": asdict(quantile(heard.waits[len(first) :], 95)),
        "frames": heard.frames,
        "late": heard.late,
        "skipped": heard.skipped,
        "memory": {name: asdict(memory_of(some)) for name, some in samples.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.soak", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--calls", type=int, help="at once; default half the capacity")
    parser.add_argument("--minutes", type=float, default=30.0)
    chosen = parser.parse_args()
    calls = chosen.calls
    if calls is None:
        capacity = kept("concurrent_calls").get("capacity")
        if not isinstance(capacity, int) or capacity < 2:
            parser.error("bench.concurrent_calls has not found a capacity here: give --calls")
        calls = capacity // 2
    if not 1 <= calls <= MOST_CALLS:
        parser.error(f"--calls: from 1 to {MOST_CALLS}")
    if chosen.minutes * 60 < 4 * _SAMPLE:
        parser.error("--minutes: at least 1")
    load = os.getloadavg()[0]
    figures = asyncio.run(measure(calls, chosen.minutes))
    for name, value in figures.items():
        print(f"{name:16} {value}")
    print("kept in", keep("soak", figures, load))


if __name__ == "__main__":
    main()

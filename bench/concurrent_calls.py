"""How many calls at once this machine holds, over real SIP with real speech.

    set -a; . var/secrets.env; set +a
    .venv/bin/python -m bench.concurrent_calls [--steps 1 2 4 …] [--seconds 120]

At each step so many callers call, one call after another, for `--seconds`. A step passes while p95
of the callers' wait (last voiced frame to the agent's first speech frame) is at most 1.5 s and none
of the agent's frames is late (sent over 20 ms after its time, or left out). The phones run on the
same machine: on one of their own there would be room for more calls. Kept in bench/results (entry
`concurrent_calls`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.busy_exchange import MOST_CALLS, Exchange, machine_cpu
from bench.results import keep
from ivr.config import load_config
from ivr.replay.figures import Quantile, quantile

STEPS = (1, 2, 3, 4, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60)
LIMIT = 1.5  # seconds


@dataclass(frozen=True, slots=True)
class Step:
    """`cores`: processor time a second of agent, Asterisk and the whole machine."""

    calls: int
    placed: int
    booked: int
    faults: int
    p50: Quantile
    p95: Quantile
    frames: int
    late: int
    skipped: int
    agent_cores: float
    asterisk_cores: float
    machine_cores: float
    agent_mb: float

    @property
    def passed(self) -> bool:
        good = self.p95.value <= LIMIT and not (self.late or self.skipped or self.faults)
        return good and self.placed > 0

    def __str__(self) -> str:
        return (
            f"{self.calls:3} calls: {self.booked} of {self.placed} booked, wait p50 {self.p50},"
            f" p95 {self.p95} s ({self.p50.n} turns), late {self.late}, skipped {self.skipped} of"
            f" {self.frames} frames, cores: agent {self.agent_cores:.2f}, Asterisk"
            f" {self.asterisk_cores:.2f}, machine {self.machine_cores:.2f};"
            f" agent {self.agent_mb:.0f} MB{'' if self.passed else '  NOT PASSED'}"
        )


async def step(exchange: Exchange, calls: int, seconds: float) -> Step:
    exchange.heard.clear()
    before, busy, began = exchange.cpu(), machine_cpu(), time.monotonic()
    until = began + seconds
    apart = min(1.0, 20.0 / calls)  # seconds between the first calls: nobody dials at once
    placed = await asyncio.gather(
        *(exchange.keep_calling(until, number * apart) for number in range(calls))
    )
    wall, after, busy = time.monotonic() - began, exchange.cpu(), machine_cpu() - busy
    await asyncio.sleep(1.0)  # the last notices
    heard = exchange.heard.clear()
    outcomes = [outcome for some in placed for outcome in some]
    return Step(
        calls=calls,
        placed=len(outcomes),
        booked=outcomes.count("booked"),
        faults=sum(outcome.startswith("fault") for outcome in outcomes),
        p50=quantile(heard.waits, 50),
        p95=quantile(heard.waits, 95),
        frames=heard.frames,
        late=heard.late,
        skipped=heard.skipped,
        agent_cores=(after["agent"] - before["agent"]) / wall,
        asterisk_cores=(after["asterisk"] - before["asterisk"]) / wall,
        machine_cores=busy / wall,
        agent_mb=exchange.memory()["agent"],
    )


async def measure(steps: Sequence[int], seconds: float) -> list[Step]:
    config = load_config(Path("config.yaml"))
    found: list[Step] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with Exchange.up(config, Path(folder)) as exchange:
            await exchange.call()  # the first call loads what is loaded late
            for calls in steps:
                found.append(await step(exchange, calls, seconds))
                print(found[-1], flush=True)
                if not found[-1].passed:
                    break
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.concurrent_calls", description=(__doc__ or "").splitlines()[0]
    )
    steps = " ".join(map(str, STEPS))
    parser.add_argument(
        "--steps", type=int, nargs="+", default=STEPS, help=f"calls at once; default {steps}"
    )
    parser.add_argument(
        "--seconds", type=float, default=120.0, help="of each step; default %(default)g"
    )
    chosen = parser.parse_args()
    if not all(1 <= calls <= MOST_CALLS for calls in chosen.steps):
        parser.error(f"--steps: from 1 to {MOST_CALLS} calls")
    load = os.getloadavg()[0]
    found = asyncio.run(measure(chosen.steps, chosen.seconds))
    capacity = max((each.calls for each in found if each.passed), default=0)
    print(f"capacity: {capacity} calls at once")
    figures = {"capacity": capacity, "steps": [asdict(each) for each in found]}
    print("kept in", keep("concurrent_calls", figures, load))


if __name__ == "__main__":
    main()

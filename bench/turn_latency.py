"""Turn latency of whole calls over real SIP: last voiced caller frame -> first agent speech frame.

    set -a; . var/secrets.env; set +a
    .venv/bin/python -m bench.turn_latency --calls 4

Brings up Asterisk and the agent as `make run` does, places the demonstration's call
again and again, each for another invented person, and prints p50, p95 and p99 of every hop, the
start-up time and the agent's peak memory. Turns that were keyed are left out. Kept in bench/results
(entry `turn_latency`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from dataclasses import asdict
from pathlib import Path

from bench.process_cost import memory_mb
from bench.results import keep
from ivr.agent.demonstration import another_person, dialled, running_agent
from ivr.agent.managed_pbx import managed_pbx
from ivr.caller.case import load_case
from ivr.caller.sip_caller import SyntheticCaller
from ivr.caller.speech import CallerStudio
from ivr.cli.run import DEMONSTRATION
from ivr.config import load_config
from ivr.replay.figures import Quantile, quantile

PERCENTS = (50, 95, 99)
HOPS = ("endpointing", "recognition", "understanding", "dialogue", "first_frame")


async def measure(calls: int) -> None:
    config, load = load_config(Path("config.yaml")), os.getloadavg()[0]
    case = load_case(DEMONSTRATION)
    turns: list[dict[str, float]] = []
    outcomes: list[str | None] = []
    pids: list[int] = []
    started = time.monotonic()
    async with (
        CallerStudio(config) as studio,
        managed_pbx(config, studio.store()),
        running_agent(config, None, on_start=pids.append),
    ):
        up = time.monotonic() - started
        caller = SyntheticCaller(studio, dialled(config), config.feed_socket)
        for number in range(calls):
            report = await caller.place(await another_person(config, case), DEMONSTRATION.parent)
            outcomes.append(report.outcome)
            print(f"call {number + 1} of {calls}: {report.outcome}", flush=True)
            for notice in report.notices:
                seconds = notice.get("seconds")
                spoken = isinstance(seconds, dict) and seconds["endpointing"]
                if notice["kind"] == "latency" and isinstance(seconds, dict) and spoken:
                    turns.append(seconds)
        memory = memory_mb(pids[-1], "VmHWM")
    print(f"start-up of PBX, operator's phone and agent: {up:.1f} s")
    print(f"calls booked: {outcomes.count('booked')} of {calls}; spoken turns: {len(turns)}")
    print(f"agent's peak memory: {memory:.0f} MB")
    print(f"{'hop':14} " + " ".join(f"{f'p{percent}, s [95 %]':>22}" for percent in PERCENTS))
    hops: dict[str, list[Quantile]] = {}
    for hop in HOPS:
        hops[hop] = [quantile([turn[hop] for turn in turns], percent) for percent in PERCENTS]
        name = "caller's wait" if hop == "first_frame" else hop
        print(f"{name:14} " + " ".join(f"{each!s:>22}" for each in hops[hop]))
    figures = {
        "booked": outcomes.count("booked"),
        "calls": calls,
        "seconds_to_start": round(up, 1),
        "agent_peak_mb": round(memory),
        "hops": {hop: [asdict(each) for each in some] for hop, some in hops.items()},
    }
    print("kept in", keep("turn_latency", figures, load))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.turn_latency", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--calls", type=int, default=6, help="default 6: over 20 spoken turns")
    asyncio.run(measure(parser.parse_args().calls))


if __name__ == "__main__":
    main()

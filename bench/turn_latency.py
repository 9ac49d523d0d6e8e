"""Turn latency of whole calls over real SIP: last voiced caller frame -> first agent speech frame.

    set -a; . var/secrets.env; set +a
    .venv/bin/python -m bench.turn_latency --calls 4

Brings up Asterisk and the agent as `make run` does, places the demonstration's call
again and again, each for another invented person, and prints p50 and p95 of every hop, the
start-up time and the agent's peak memory. Turns that were keyed are left out.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from ivr.agent.demonstration import another_person, dialled, running_agent
from ivr.agent.managed_pbx import managed_pbx
from ivr.caller.case import load_case
from ivr.caller.sip_caller import SyntheticCaller
from ivr.caller.speech import CallerStudio
from ivr.cli.run import DEMONSTRATION
from ivr.config import load_config

HOPS = ("endpointing", "recognition", "understanding", "dialogue", "first_frame")


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def peak_memory_mb(pid: int) -> float:
    """VmHWM of a process: its largest resident size so far."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


async def measure(calls: int) -> None:
    config = load_config(Path("config.yaml"))
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
        memory = peak_memory_mb(pids[-1])
    print(f"start-up of PBX, operator's phone and agent: {up:.1f} s")
    print(f"calls booked: {outcomes.count('booked')} of {calls}; spoken turns: {len(turns)}")
    print(f"agent's peak memory: {memory:.0f} MB")
    print(f"{'hop':14} {'p50':>7} {'p95':>7}  seconds")
    for hop in HOPS:
        values = [turn[hop] for turn in turns]
        name = "caller's wait" if hop == "first_frame" else hop
        print(f"{name:14} {percentile(values, 50):7.3f} {percentile(values, 95):7.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=6, help="default 6: over 20 spoken turns")
    asyncio.run(measure(parser.parse_args().calls))


if __name__ == "__main__":
    main()

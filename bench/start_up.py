"""How long the exchange and the agent take to start, and what memory they hold.

    set -a; . var/secrets.env; set +a
    .venv/bin/python -m bench.start_up [--times 5]

Each time on a fresh exchange of its own: from the command to the agent taking calls, then the
resident memory, before and after one call. Kept in bench/results (entry `start_up`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from pathlib import Path

from bench.busy_exchange import Exchange
from bench.process_cost import memory_mb
from bench.results import keep
from ivr.config import load_config


async def once() -> dict[str, float | str]:
    config = load_config(Path("config.yaml"))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with Exchange.up(config, Path(folder)) as exchange:
            ready = exchange.memory()
            outcome = await exchange.call()
            after = exchange.memory()
            return {
                "seconds": round(exchange.seconds_to_start, 2),
                "agent_ready_mb": round(ready["agent"]),
                "agent_after_call_mb": round(after["agent"]),
                "agent_peak_mb": round(memory_mb(exchange.agent, "VmHWM")),
                "asterisk_mb": round(after["asterisk"]),
                "call": outcome,
            }


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.start_up", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    load, starts = os.getloadavg()[0], []
    for _ in range(chosen.times):
        starts.append(asyncio.run(once()))
        print(starts[-1], flush=True)
    print("kept in", keep("start_up", {"starts": starts}, load))


if __name__ == "__main__":
    main()

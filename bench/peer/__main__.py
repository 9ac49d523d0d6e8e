"""Our listening beside a minimal pipecat-ai pipeline: the same audio, in one run.

    bench/peer/setup.sh                       makes the peer's environment, once
    python -m bench.peer [--count N] [--steps 1 2 4 …] [--only NAME …] [--no-calls]

Whisper base int8 hears in both, the same recorded sentence answers. Prints for each contender
response latency, processor time, cut-offs, split ID numbers, barge-in and how many calls at once,
and the ratios; keeps them in bench/results (entry `peer`). docs/peer.md says how to read them.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.peer.audio import FOLDER, Sounds, Utterance, sounds
from bench.peer.call import Call, Heard
from bench.peer.contenders import PeerMissing, Running, contenders, serving
from bench.peer.tables import Figures, Step, entry, lines
from bench.process_cost import cpu_seconds, memory_mb
from bench.results import keep
from ivr.config import load_config
from ivr.ports import VoiceError
from ivr.replay.figures import percentile

STEPS = (1, 2, 4, 8, 12, 16, 20, 24, 32, 40, 50, 60)
LIMIT = 1.5  # seconds: p95 of the response, at which a step no longer passes
PER_CALL = 6  # answers of each call of a step
INTERRUPTIONS = 10


async def measure(said: Sounds, server: Running, count: int | None) -> Figures:
    """One call: complete answers, answers with stops, ID numbers, and prompts that are spoken into;
    the processor's time is counted over the complete answers."""
    heard: list[Heard] = []
    async with Call.to(server.port, said.noise) as call:
        await call.answer(said.complete[0])  # what is loaded with the first turn is loaded now
        before, since = cpu_seconds(server.pid), call.minutes
        for utterance in said.complete:
            heard.append(await call.answer(utterance))
        cpu, minutes = cpu_seconds(server.pid) - before, call.minutes - since
        for utterance in (*said.paused, *said.id_numbers):
            heard.append(await call.answer(utterance))
        for _ in range(INTERRUPTIONS if count is None else min(count, INTERRUPTIONS)):
            heard.append(await call.interrupt(said.interruption))
        return Figures.of(heard, cpu, minutes, memory_mb(server.pid, "VmHWM"), call.late)


async def at_once(
    said: Sounds, server: Running, calls: int, per_call: int
) -> tuple[float, int, int]:
    """p95 of the responses to complete answers in `calls` calls at once, how many were not
    answered (or cut off), and how many of the callers' frames were late."""

    async def one(number: int) -> tuple[list[Heard], int]:
        await asyncio.sleep(number * 0.37 % 3)
        async with Call.to(server.port, said.noise) as call:
            own = _own(said.complete, number, per_call)
            return [await call.answer(utterance) for utterance in own], call.late

    found = await asyncio.gather(*(one(number) for number in range(calls)))
    heard = [each for some, _ in found for each in some]
    answered = [each.latency for each in heard if not math.isnan(each.latency)]
    return percentile(answered, 95), len(heard) - len(answered), sum(late for _, late in found)


def _own(complete: Sequence[Utterance], number: int, count: int) -> list[Utterance]:
    return [complete[(number * 7 + n) % len(complete)] for n in range(count)]


async def compare(chosen: argparse.Namespace) -> dict[str, Figures]:
    config = load_config(Path("config.yaml"))
    said = await sounds(config, FOLDER, chosen.count)
    found: dict[str, Figures] = {}
    for contender in contenders(said):
        if chosen.only and not any(name in contender.name for name in chosen.only):
            continue
        print(f"{contender.name}:", flush=True)
        log = FOLDER / f"{contender.name.replace(' ', '-')}.log"
        async with serving(contender, log) as server:
            figures = await measure(said, server, chosen.count)
        passing = 0
        for calls in () if chosen.no_calls else chosen.steps:
            async with serving(contender, log) as server:
                p95, unanswered, late = await at_once(said, server, calls, chosen.per_call)
            figures.steps.append(Step(calls, p95, unanswered, late))
            print(
                f"  {calls} calls at once: p95 {p95:.2f} s, {unanswered} without an answer,"
                f" {late} of the callers' frames late",
                flush=True,
            )
            if math.isnan(p95) or p95 > LIMIT:
                break
            passing = calls
        figures.calls = None if chosen.no_calls else passing
        found[contender.name] = figures
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.peer",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--count", type=int, help="of each kind of utterance; all by default")
    parser.add_argument("--steps", type=int, nargs="+", default=STEPS, help="calls at once")
    parser.add_argument("--per-call", type=int, default=PER_CALL, help="answers of each call")
    parser.add_argument("--only", nargs="+", help="contenders with this in their name")
    parser.add_argument("--no-calls", action="store_true", help="one call only")
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        found = asyncio.run(compare(chosen))
    except (PeerMissing, VoiceError) as fault:
        print(fault, file=sys.stderr)
        return 1
    for line in lines(found):
        print(line)
    if chosen.count is None and not chosen.only:
        print("kept in", keep("peer", entry(found), load))
    return 0


if __name__ == "__main__":
    sys.exit(main())

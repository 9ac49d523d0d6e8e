"""What the comparison came to: figures of each contender, and the ratios. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from bench.peer.call import Heard
from ivr.replay.figures import Quantile, Share, quantile, share

OURS = "ours"


@dataclass(frozen=True, slots=True)
class Step:
    """`calls` at once: p95 of the response in seconds, answers that did not come or were cut off,
    and the callers' own frames that left late."""

    calls: int
    p95: float
    unanswered: int
    late: int


@dataclass(slots=True)
class Figures:
    """`cpu`: seconds of processor time in a minute of call. `split`: ID numbers that were taken for
    more than one turn. `calls`: of the last step that passed (None: not measured)."""

    p50: Quantile
    p95: Quantile
    unanswered: Share
    early: Share
    cut_off: Share
    split: Share
    barge_in: Quantile
    not_stopped: Share
    cpu: float
    memory: float
    late: int
    calls: int | None = None
    steps: list[Step] = field(default_factory=list)

    @classmethod
    def of(
        cls, heard: Sequence[Heard], cpu: float, minutes: float, memory: float, late: int
    ) -> Figures:
        complete = [h for h in heard if h.utterance.kind == "complete"]
        paused = [h for h in heard if h.utterance.kind == "paused"]
        numbers = [h for h in heard if h.utterance.kind == "id_number"]
        interrupting = [h for h in heard if h.utterance.kind == "interruption"]
        latencies = [h.latency for h in complete if not math.isnan(h.latency)]
        stopped = [h.stopped for h in interrupting if not math.isnan(h.stopped)]
        return cls(
            p50=quantile(latencies, 50),
            p95=quantile(latencies, 95),
            unanswered=share([math.isnan(h.latency) and not h.cut_off for h in complete]),
            early=share([h.cut_off for h in complete]),
            cut_off=share([h.cut_off for h in paused]),
            split=share([h.turns > 1 or h.cut_off for h in numbers]),
            barge_in=quantile(stopped, 50),
            not_stopped=share([math.isnan(h.stopped) for h in interrupting]),
            cpu=cpu / minutes if minutes else math.nan,
            memory=memory,
            late=late,
        )


def lines(found: Mapping[str, Figures]) -> list[str]:
    """A table with a column for each contender, then our figures in proportion to the peer's."""
    rows: list[tuple[str, list[str]]] = [
        ("response p50, s [95 %]", [str(f.p50) for f in found.values()]),
        ("response p95, s", [str(f.p95) for f in found.values()]),
        ("complete, no answer, %", [str(f.unanswered) for f in found.values()]),
        ("complete, cut off, %", [str(f.early) for f in found.values()]),
        ("with stops, cut off, %", [str(f.cut_off) for f in found.values()]),
        ("ID numbers split, %", [str(f.split) for f in found.values()]),
        ("barge-in p50, s", [str(f.barge_in) for f in found.values()]),
        ("prompt not stopped, %", [str(f.not_stopped) for f in found.values()]),
        ("CPU s a call-minute", [f"{f.cpu:.1f}" for f in found.values()]),
        ("peak memory, MB", [f"{f.memory:.0f}" for f in found.values()]),
        ("calls at once", ["-" if f.calls is None else str(f.calls) for f in found.values()]),
        ("caller's late frames", [str(f.late) for f in found.values()]),
    ]
    table = [f"\n{'':26}" + "".join(f"{name:>24}" for name in found)]
    table += [f"{name:26}" + "".join(f"{cell:>24}" for cell in cells) for name, cells in rows]
    for name, ratio in ratios(found).items():
        table.append(f"ours : {name}  " + ", ".join(f"{k} {v:.2f}" for k, v in ratio.items()))
    return table


def ratios(found: Mapping[str, Figures]) -> dict[str, dict[str, float]]:
    """By peer: our figure divided by its; below 1 is less time, above 1 more calls."""
    ours = found.get(OURS)
    if ours is None:
        return {}
    return {
        name: {
            "response p50": _divided(ours.p50.value, peer.p50.value),
            "response p95": _divided(ours.p95.value, peer.p95.value),
            "CPU": _divided(ours.cpu, peer.cpu),
            "barge-in": _divided(ours.barge_in.value, peer.barge_in.value),
            "calls": _divided(ours.calls or 0, peer.calls or 0),
        }
        for name, peer in found.items()
        if name != OURS
    }


def _divided(one: float, other: float) -> float:
    return one / other if other else math.nan


def entry(found: Mapping[str, Figures]) -> dict[str, object]:
    """For bench/results."""
    return {
        "contenders": {name: asdict(figures) for name, figures in found.items()},
        "ratios": ratios(found),
    }

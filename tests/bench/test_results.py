import json
import math
import os
from pathlib import Path

import pytest

from bench.process_cost import cpu_seconds, memory_mb
from bench.results import keep, kept, machine


def test_a_measurement_replaces_its_own_entry_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCH_MACHINE", "Test Machine (2 cores)")
    keep("soak", {"growth_mb": 4}, 0.1, tmp_path)
    keep("peer", {"ratio": 2}, 0.1, tmp_path)
    path = keep("soak", {"growth_mb": 5, "p95": [{"high": math.inf}]}, 0.2, tmp_path)
    entries = json.loads(path.read_text(encoding="utf-8"))
    assert path.name == "test-machine-2-cores.json"
    assert (entries["soak"]["growth_mb"], entries["soak"]["load_before"]) == (5, 0.2)
    assert entries["peer"]["ratio"] == 2
    assert entries["soak"]["p95"] == [{"high": None}]  # JSON has no infinity
    assert entries["soak"]["date"][:2] == "20"
    assert kept("peer", tmp_path)["ratio"] == 2
    assert kept("start_up", tmp_path) == {}


def test_a_machine_is_named_by_what_it_is() -> None:
    assert machine().replace("-", "").isalnum()
    assert "cores" in machine()


def test_this_process_has_used_time_and_memory() -> None:

    sum(range(3_000_000))
    assert cpu_seconds(os.getpid()) > 0
    assert memory_mb(os.getpid(), "VmHWM") >= memory_mb(os.getpid()) * 0.9 > 10

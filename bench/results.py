"""The figures of this machine: bench/results/<machine>.json, one entry for each measurement.

An entry holds the date (UTC), the command, the version of the product, the load of the machine when
it began and the figures; a measurement that is repeated replaces its entry. The machine is named
by its processor, cores and memory; BENCH_MACHINE gives it another name. Recognition in int8 takes
half the time where the processor has VNNI, so that is part of the name: the model's name hides
its generation.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from ivr.processor import has_vnni
from ivr.version import version

FOLDER = Path(__file__).parent / "results"


def machine() -> str:
    """Such as `amd-epyc-7b13-vnni-2-cores-24-gb`."""
    named = os.environ.get("BENCH_MACHINE")
    if named:
        return _slug(named)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return _slug(f"{_processor()} {os.cpu_count()} cores {memory:.0f} gb")


def keep(name: str, figures: Mapping[str, object], load: float, folder: Path = FOLDER) -> Path:
    """Write `figures` as the entry `name`; `load` is the load average before the measurement.

    Raises OSError.
    """
    folder.mkdir(exist_ok=True)
    path = folder / f"{machine()}.json"
    entries = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    entries[name] = {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M"),
        "command": _command(),
        "version": version(),
        "load_before": round(load, 2),
        **figures,
    }
    text = json.dumps(_finite(entries), ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _finite(value: object) -> object:
    """Without what JSON has no number for: null in its place."""
    match value:
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {key: _finite(each) for key, each in value.items()}
        case list() | tuple():
            return [_finite(each) for each in value]
    return value


def kept(name: str, folder: Path = FOLDER) -> Mapping[str, object]:
    """The entry `name` of this machine; empty where there is none."""
    path = folder / f"{machine()}.json"
    entries = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return dict(entries.get(name, {}))


def _command() -> str:
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    name = spec.name.removesuffix(".__main__") if spec is not None else Path(sys.argv[0]).name
    return " ".join(["python -m", name, *sys.argv[1:]])


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    found = next((line.split(":")[1] for line in lines if line.startswith("model name")), "cpu")
    vnni = " vnni" if has_vnni() else ""
    return re.sub(r"\(R\)|\(TM\)|CPU|Processor|@.*", " ", found) + vnni


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")

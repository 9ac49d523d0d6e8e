"""What simulated callers came to: the figures of `ivr simulate`'s records, kept with the others.

    python -m bench.simulations RECORD…    one entry for each profile, seed and way of placing

Records of one run (shards) are merged. Nothing is measured here: a record says when its calls were
made, by which version, and the figures are those that `ivr simulate --merge` prints.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench.results import keep
from ivr.simulate.measures import measure
from ivr.simulate.record import Heading, Record, RecordError, merged, read_record


def runs(paths: Sequence[Path]) -> list[Record]:
    """The records, those of one run as one. Raises RecordError."""
    found: dict[Heading, dict[Path, Record]] = defaultdict(dict)
    for path in paths:
        record = read_record(path)
        found[record.heading][path] = record
    return [merged(records) for records in found.values()]


def figures(record: Record) -> dict[str, object]:
    """Every figure as a number with its interval or its denominator."""
    return {
        "calls": len(record.calls),
        "made": record.origins(),
        **asdict(measure(record.results)),
    }


def name_of(heading: Heading) -> str:
    """`simulated hard via engine, seed 1`."""
    return f"simulated {heading.profile} via {heading.via}, seed {heading.seed}"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.simulations",
        description=(__doc__ or "").splitlines()[0],
        epilog="Writes into the file of this machine under bench/results/, which is in the"
        " repository: an entry for each profile, seed and way of placing, over what it held.",
    )
    parser.add_argument(
        "record", nargs="+", type=Path, help="of `ivr simulate --json`; shards of a run are merged"
    )
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    try:
        found = runs(chosen.record)
    except RecordError as fault:
        sys.exit(str(fault))
    for record in found:
        name = name_of(record.heading)
        print(f"{name}: {len(record.calls)} calls, kept in {keep(name, figures(record), load)}")


if __name__ == "__main__":
    main()

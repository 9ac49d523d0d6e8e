"""The bulletin of February 2021 made small, with ties, and what the tables must say of it."""

from __future__ import annotations

from pathlib import Path

from booking_client.demo.bulletin import CHANNELS, Bulletin, load_bulletin
from booking_client.month import Month

MONTH = Month(2021, 2)
SMALLER = 400


def write_small_bulletin(folder: Path, smaller: int = SMALLER) -> Bulletin:
    """Every figure divided by `smaller`, at least 1 where there was any; written as the bulletin's
    files are, ranked by hand: equal totals by the online figure, then in the bulletin's order."""

    def divided(count: int) -> int:
        return -(-count // smaller)

    whole = load_bulletin(MONTH)
    lines = []
    for line in whole.hospitals:
        counts = [divided(line.by_channel[channel]) for channel in CHANNELS]
        lines.append((line.hospital, [*counts, sum(counts)]))
    lines.sort(key=lambda line: (-line[1][-1], -line[1][0]))
    sums = [sum(counts) for counts in zip(*(counts for _, counts in lines), strict=True)]
    labels = [(line.subchannel, divided(line.bookings)) for line in whole.sub_channels]
    labels.sort(key=lambda line: -line[1])
    _write(
        folder / f"bookings_by_hospital_{MONTH}.csv",
        "rank,hospital,online_12320,phone,in_clinic,third_party,total",
        [
            *((rank, name, *counts) for rank, (name, counts) in enumerate(lines, 1)),
            ("", "合计", *sums),
        ],
    )
    _write(
        folder / f"bookings_by_subchannel_{MONTH}.csv",
        "rank,subchannel,bookings",
        [
            *((rank, *line) for rank, line in enumerate(labels, 1)),
            ("", "合计", sum(count for _, count in labels)),
        ],
    )
    return load_bulletin(MONTH, folder)


def _write(path: Path, head: str, lines: list[tuple[object, ...]]) -> None:
    rows = [head, *(",".join(map(str, line)) for line in lines)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")

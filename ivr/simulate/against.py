"""Two runs of the same simulated callers, number by number. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.replay.figures import Share, share
from ivr.simulate.measures import counted
from ivr.simulate.record import Heading, Record, RecordError, ranges


@dataclass(frozen=True, slots=True)
class Compared:
    """`before` and `now` are the shares that completed, of the calls that both runs have;
    `only_before` and `only_now` are the numbers of the others."""

    before: Share
    now: Share
    fixed: tuple[int, ...]
    broken: tuple[int, ...]
    only_before: tuple[int, ...]
    only_now: tuple[int, ...]


def check_callers(before: Heading, now: Heading) -> None:
    """The way by which calls are placed may differ. Raises RecordError for other callers."""
    if (before.seed, before.profile) != (now.seed, now.profile):
        raise RecordError(f"these are not the same callers: {before}; {now}")


def compared(before: Record, now: Record) -> Compared:
    """Of runs of the same callers."""
    both = sorted(before.calls.keys() & now.calls.keys())
    passed = {n: (before.calls[n].result.passed, now.calls[n].result.passed) for n in both}
    return Compared(
        before=share([then for then, _ in passed.values()]),
        now=share([today for _, today in passed.values()]),
        fixed=tuple(n for n, (then, today) in passed.items() if today and not then),
        broken=tuple(n for n, (then, today) in passed.items() if then and not today),
        only_before=tuple(sorted(before.calls.keys() - now.calls.keys())),
        only_now=tuple(sorted(now.calls.keys() - before.calls.keys())),
    )


def lines(found: Compared, name: str) -> Iterator[str]:
    """As shown at a terminal, under the figures; `name` is what the earlier run is called."""
    yield ""
    yield f"against {name}: {counted(found.now.n, 'call')} in both"
    if found.now.n:
        yield f"task completion {_share(found.now)}, was {_share(found.before)}"
    for kind, numbers in (("fixed", found.fixed), ("broken", found.broken)):
        if found.now.n:
            yield f"{kind} {len(numbers)}" + (f": {ranges(numbers)}" if numbers else "")
    if found.only_before:
        yield f"only in {name}: {ranges(found.only_before)}"
    if found.only_now:
        yield f"only in this run: {ranges(found.only_now)}"


def _share(each: Share) -> str:
    return f"{each} % ({each.hits} of {each.n})"

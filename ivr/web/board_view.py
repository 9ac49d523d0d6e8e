"""What the board shows of some days, beside the days before: every figure with its link. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from dialogs.outcomes import Outcome, Reason
from grammars.meaning import Slot
from ivr.board.figures import (
    COMPLETED,
    FAILING,
    HOURS,
    LOW_CONFIDENCE,
    DayFigures,
    Figures,
    NameCorrection,
)
from ivr.board.periods import Kind, Period, before, same_moment
from ivr.web.call_links import calls_link
from ivr.web.charts import Chart, Datum, chart

MOST_NAMES = 15
HEAT_STEPS = 5
_LEAST_CONFIDENCE = 0.5  # where the scale of the confidence begins


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure; `key` names it in the words. `better`: whether it went the right way (None: it
    is neither)."""

    key: str
    value: str
    before: str
    href: str
    better: bool | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A row of a table of counts."""

    of: Outcome | Reason | None
    calls: int
    before: int
    share: str
    href: str


@dataclass(frozen=True, slots=True)
class HeatCell:
    calls: int
    step: int  # 0 (none) to HEAT_STEPS
    href: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Rows are what was asked last, columns the reasons, the most frequent first."""

    reasons: Sequence[Reason | None]
    rows: Sequence[tuple[Slot | None, Sequence[HeatCell], int]]


@dataclass(frozen=True, slots=True)
class BoardView:
    kind: Kind
    this: Period
    last: Period
    going_on: bool
    calls: int
    invented: int
    missing: int
    tiles: Sequence[Tile]
    by_hour: Chart
    by_day: Chart | None
    outcomes: Sequence[Counted]
    heat: HeatMap
    confidence: Chart
    latency: Chart | None
    handovers: Sequence[Counted]
    names: Sequence[NameCorrection]


def board_view(
    kind: Kind,
    this: Period,
    days: Mapping[dt.date, DayFigures],
    now: dt.datetime,
    title: Mapping[str, str],
) -> BoardView:
    """`days` are those of both periods, as far as they are counted; `title` has the words for
    whoever cannot see a chart: `calls` and `confidence` and `latency`."""
    last = before(kind, this)
    figures = Figures(days[day] for day in this.days if day in days)
    earlier = Figures(days[day] for day in last.days if day in days)
    moment = same_moment(this, last, now)
    link = partial(calls_link, this.begins, this.ends)
    return BoardView(
        kind=kind,
        this=this,
        last=last,
        going_on=moment is not None,
        calls=figures.calls,
        invented=figures.invented,
        missing=sum(day not in days and day < now.date() for day in (*this.days, *last.days)),
        tiles=_tiles(figures, earlier, _calls_until(last, days, moment), this),
        by_hour=chart(
            [
                Datum(
                    f"{hour}",
                    f"{hour}:00 {title['calls']} {figures.by_hour[hour]}",
                    figures.by_hour[hour],
                    link(hours=[hour]),
                    earlier.by_hour[hour],
                )
                for hour in range(HOURS)
            ]
        ),
        by_day=_by_day(this, days, title["calls"]) if kind is not Kind.DAY else None,
        outcomes=[
            Counted(
                outcome,
                calls,
                earlier.by_outcome[outcome],
                _percent(calls / figures.calls),
                link(outcomes=[outcome]),
            )
            for outcome, calls in figures.by_outcome.most_common()
        ],
        heat=_heat(figures, this),
        confidence=_confidence(kind, this, days, title["confidence"]),
        latency=_latency(this, days, title["latency"]) if kind is not Kind.DAY else None,
        handovers=[
            Counted(
                reason,
                calls,
                earlier.handovers[reason],
                _percent(calls / figures.handovers.total()),
                link(outcomes=[Outcome.TRANSFERRED], reasons=[reason]),
            )
            for reason, calls in figures.handovers.most_common()
        ],
        names=figures.names(MOST_NAMES),
    )


def _tiles(figures: Figures, earlier: Figures, calls_before: int, this: Period) -> Sequence[Tile]:
    link = partial(calls_link, this.begins, this.ends)
    not_completed = [outcome for outcome in Outcome if outcome not in COMPLETED]
    low = [_share(each.turns_low, each.turns_heard) for each in (figures, earlier)]
    return (
        Tile("calls", f"{figures.calls:,}", f"{calls_before:,}", link()),
        Tile(
            "completion",
            _percent(figures.completion),
            _percent(earlier.completion),
            link(outcomes=not_completed),
            _better(figures.completion, earlier.completion),
        ),
        Tile(
            "containment",
            _percent(figures.containment),
            _percent(earlier.containment),
            link(outcomes=[Outcome.TRANSFERRED]),
            _better(figures.containment, earlier.containment),
        ),
        Tile(
            "latency_p50",
            _seconds(figures.latency(0.5)),
            _seconds(earlier.latency(0.5)),
            link(slow=True),
            _better(earlier.latency(0.5), figures.latency(0.5)),
        ),
        Tile(
            "latency_p95",
            _seconds(figures.latency(0.95)),
            _seconds(earlier.latency(0.95)),
            link(slow=True),
            _better(earlier.latency(0.95), figures.latency(0.95)),
        ),
        Tile(
            "low_confidence",
            _percent(low[0]),
            _percent(low[1]),
            link(below=LOW_CONFIDENCE),
            _better(low[1], low[0]),
        ),
    )


def _calls_until(
    last: Period, days: Mapping[dt.date, DayFigures], moment: dt.datetime | None
) -> int:
    """Calls of the last period, up to the same moment where this one goes on (to the hour)."""
    return sum(
        count.calls
        for day in last.days
        if day in days
        for count in days[day].calls
        if moment is None or dt.datetime.combine(day, dt.time(count.hour)) < moment
    )


def _by_day(this: Period, days: Mapping[dt.date, DayFigures], title: str) -> Chart:
    data = []
    for day in this.days:
        value = Figures([days[day]]).calls if day in days else None
        data.append(
            Datum(f"{day.day}", f"{day:%m-%d} {title} {value or 0}", value, _link_of(day)())
        )
    return chart(data)


def _confidence(kind: Kind, this: Period, days: Mapping[dt.date, DayFigures], title: str) -> Chart:
    """By hour of a day, by day of a week or a month."""
    data = []
    if kind is Kind.DAY:
        hours = {c.hour: c for c in days[this.first].confidence} if this.first in days else {}
        for hour in range(HOURS):
            turns = hours.get(hour)
            mean = turns.total / turns.turns if turns else None
            href = _link_of(this.first)(hours=[hour], below=LOW_CONFIDENCE)
            data.append(Datum(f"{hour}", f"{hour}:00 {title} {_percent(mean)}", mean, href))
    else:
        for day in this.days:
            mean = Figures([days[day]]).confidence if day in days else None
            href = _link_of(day)(below=LOW_CONFIDENCE)
            data.append(Datum(f"{day.day}", f"{day:%m-%d} {title} {_percent(mean)}", mean, href))
    return chart(data, percent=True, least=_LEAST_CONFIDENCE)


def _latency(this: Period, days: Mapping[dt.date, DayFigures], title: str) -> Chart:
    """p95 of each day, and p50 as what is behind it."""
    data = []
    for day in this.days:
        figures = Figures([days[day]] if day in days else [])
        slow, usual = figures.latency(0.95), figures.latency(0.5)
        name = f"{day:%m-%d} {title} p50 {_seconds(usual)} p95 {_seconds(slow)}"
        data.append(Datum(f"{day.day}", name, slow, _link_of(day)(slow=True), usual))
    return chart(data)


def _heat(figures: Figures, this: Period) -> HeatMap:
    by_reason = {
        reason: sum(n for (_, why), n in figures.failures.items() if why is reason)
        for reason in {why for _, why in figures.failures}
    }
    by_slot = {
        slot: sum(n for (asked, _), n in figures.failures.items() if asked is slot)
        for slot in {asked for asked, _ in figures.failures}
    }
    reasons = sorted(by_reason, key=lambda reason: -by_reason[reason])
    most = max(figures.failures.values(), default=1)
    failing = [outcome for outcome in Outcome if outcome in FAILING]
    rows = []
    for slot in sorted(by_slot, key=lambda slot: -by_slot[slot]):
        cells = []
        for reason in reasons:
            calls = figures.failures[slot, reason]
            href = calls_link(
                this.begins, this.ends, outcomes=failing, asked=[slot], reasons=[reason]
            )
            cells.append(HeatCell(calls, -(-calls * HEAT_STEPS // most), href))
        rows.append((slot, cells, by_slot[slot]))
    return HeatMap(reasons, rows)


def _link_of(day: dt.date) -> partial[str]:
    one = Period(day, day)
    return partial(calls_link, one.begins, one.ends)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _better(now: float | None, then: float | None) -> bool | None:
    """More is better; None where there is nothing to compare, or no difference."""
    if now is None or then is None or round(now, 3) == round(then, 3):
        return None
    return now > then


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


def _seconds(seconds: float | None) -> str:
    return "—" if seconds is None else f"{seconds:.2f} s"

"""The figures of one day and of several together. Pure; definitions are in docs/metrics.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict, Field

from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Slot

SHAPE = 3  # raised when DayFigures or its counting changes: kept days are then counted again
HOURS = 24
LATENCY_STEP = 0.05  # seconds; percentiles are exact to this
LOW_CONFIDENCE = 0.5  # of the best hypothesis
NAME_SLOTS = (Slot.HOSPITAL, Slot.DEPARTMENT, Slot.DOCTOR)
MOST_NAMES = 60  # of a day
NO_NAME = 3  # so many names may follow the same words; then they are no name

COMPLETED = frozenset(
    {Outcome.BOOKED, Outcome.CHANGED, Outcome.CANCELLED, Outcome.ANSWERED, Outcome.TICKET}
)
FAILING = frozenset(
    {
        Outcome.TRANSFERRED,
        Outcome.CALLBACK,
        Outcome.REFUSED,
        Outcome.ABANDONED,
        Outcome.FAILED,
    }
)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CallCount(Strict):
    """Calls that began in one hour of the day and ended alike; None: still open."""

    hour: int = Field(ge=0, lt=HOURS)
    outcome: Outcome | None
    category: Category | None
    reason: Reason | None
    calls: int = Field(ge=1)


class Failure(Strict):
    """Calls that were not completed: what was asked last, and why they ended so."""

    asked: Slot | None
    reason: Reason | None
    calls: int = Field(ge=1)


class HourConfidence(Strict):
    """The recogniser's confidence in its best hypothesis, over the turns of an hour's calls."""

    hour: int = Field(ge=0, lt=HOURS)
    turns: int = Field(ge=1)
    low: int = Field(ge=0)
    total: float


class NameCorrection(Strict):
    """`words` were taken for `taken_for` (None: for no name); asked again within two turns the
    caller meant `meant`."""

    slot: Slot
    words: str
    taken_for: str | None
    meant: str
    times: int = Field(ge=1)


class DayFigures(Strict):
    """`latency`: number of LATENCY_STEPs from the caller's last word to our first, and turns.
    `invented`: how many of the calls are demonstration data."""

    calls: tuple[CallCount, ...] = ()
    failures: tuple[Failure, ...] = ()
    latency: tuple[tuple[int, int], ...] = ()
    confidence: tuple[HourConfidence, ...] = ()
    names: tuple[NameCorrection, ...] = ()
    invented: int = Field(default=0, ge=0)


class Figures:
    """Some days together. Shares are None where nothing was counted."""

    def __init__(self, days: Iterable[DayFigures]) -> None:
        self._days = tuple(days)
        counts = [count for day in self._days for count in day.calls]
        self.calls = sum(count.calls for count in counts)
        self.invented = sum(day.invented for day in self._days)
        self.by_outcome: Counter[Outcome | None] = Counter()
        self.by_hour: Counter[int] = Counter()
        self.handovers: Counter[Reason | None] = Counter()
        for count in counts:
            self.by_outcome[count.outcome] += count.calls
            self.by_hour[count.hour] += count.calls
            if count.outcome is Outcome.TRANSFERRED:
                self.handovers[count.reason] += count.calls
        self.failures: Counter[tuple[Slot | None, Reason | None]] = Counter()
        for failure in (each for day in self._days for each in day.failures):
            self.failures[failure.asked, failure.reason] += failure.calls
        self._latency: Counter[int] = Counter()
        for day in self._days:
            self._latency.update(dict(day.latency))
        confidence = [each for day in self._days for each in day.confidence]
        self.turns_heard = sum(each.turns for each in confidence)
        self.turns_low = sum(each.low for each in confidence)
        self._confidence = sum(each.total for each in confidence)

    @property
    def ended(self) -> int:
        return self.calls - self.by_outcome[None]

    @property
    def contained(self) -> int:
        """Calls that ended without a person."""
        return self.ended - self.by_outcome[Outcome.TRANSFERRED]

    @property
    def completed(self) -> int:
        """Calls that ended with what the caller wanted done or answered."""
        return sum(self.by_outcome[outcome] for outcome in COMPLETED)

    @property
    def containment(self) -> float | None:
        return self.contained / self.ended if self.ended else None

    @property
    def completion(self) -> float | None:
        return self.completed / self.ended if self.ended else None

    @property
    def confidence(self) -> float | None:
        """Mean of the turns in which words were heard."""
        return self._confidence / self.turns_heard if self.turns_heard else None

    def latency(self, share: float) -> float | None:
        """Seconds within which `share` of the turns were answered."""
        left = share * self._latency.total()
        for step, turns in sorted(self._latency.items()):
            left -= turns
            if left <= 0:
                return round(step * LATENCY_STEP, 3)
        return None

    def names(self, most: int) -> Sequence[NameCorrection]:
        """What was misunderstood most often, the same words of several days together. Words that
        were understood as nothing, and that many different names followed (外面下雨了), named none
        of them."""
        times: Counter[tuple[Slot, str, str | None, str]] = Counter()
        for name in (each for day in self._days for each in day.names):
            times[name.slot, name.words, name.taken_for, name.meant] += name.times
        followed: dict[tuple[Slot, str], set[str]] = {}
        for slot, words, taken, meant in times:
            if taken is None:
                followed.setdefault((slot, words), set()).add(meant)
        for key in [key for key in times if key[2] is None]:
            if len(followed[key[0], key[1]]) >= NO_NAME:
                del times[key]
        ranked = sorted(times.items(), key=lambda item: (-item[1], item[0][1], item[0][3]))
        return [
            NameCorrection(slot=slot, words=words, taken_for=taken, meant=meant, times=count)
            for (slot, words, taken, meant), count in ranked[:most]
        ]

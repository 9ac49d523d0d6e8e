"""The 20 ms grid: no drift, short delays caught up, long ones skipped and counted."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.telephony.frame_clock import CATCH_UP, FrameClock, FrameGrid, Tick


class StoppedClock:
    """Time passes only in sleep(), by what `oversleep` adds for each sleep in turn."""

    def __init__(self, oversleep: list[float] | None = None) -> None:
        self.time = 1000.0
        self.slept: list[float] = []
        self._oversleep = oversleep or []

    def now(self) -> dt.datetime:
        return dt.datetime(2026, 11, 24, 9) + dt.timedelta(seconds=self.time - 1000)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds + (self._oversleep.pop(0) if self._oversleep else 0.0)


async def first_ticks(clock: StoppedClock, count: int) -> list[Tick]:
    ticks: list[Tick] = []
    async for tick in FrameClock(clock):
        ticks.append(tick)
        if len(ticks) == count:
            break
    return ticks


async def test_ticks_stand_on_the_grid() -> None:
    clock = StoppedClock()
    ticks = await first_ticks(clock, 1501)
    assert [tick.index for tick in ticks] == list(range(1501))
    assert clock.time == pytest.approx(1000 + 30.0, abs=1e-6)


async def test_oversleeping_does_not_drift() -> None:
    """Every sleep is 3 ms too long: after 30 s the grid still has its ticks on time."""
    clock = StoppedClock([0.003] * 1501)
    ticks = await first_ticks(clock, 1501)
    assert clock.time == pytest.approx(1000 + 30.0 + 0.003, abs=1e-6)
    assert all(tick.delay == pytest.approx(0.003, abs=1e-6) for tick in ticks)
    assert all(tick.skipped == 0 for tick in ticks)


async def test_a_short_delay_is_caught_up() -> None:
    clock = StoppedClock([0.0, 0.045])  # tick 1 comes 45 ms late: 2 and 3 are due as well
    frames = FrameClock(clock)
    ticks = [await anext(frames) for _ in range(5)]
    assert [tick.index for tick in ticks] == [0, 1, 2, 3, 4]
    assert clock.slept[2:4] == [0.0, 0.0]
    assert [round(tick.delay, 3) for tick in ticks] == [0.0, 0.045, 0.025, 0.005, 0.0]
    assert (frames.late, frames.skipped) == (2, 0)


async def test_after_a_stall_the_missed_ticks_are_skipped_not_flooded() -> None:
    clock = StoppedClock([0.0, 1.0])  # a second in which nothing ran
    frames = FrameClock(clock)
    ticks = [await anext(frames) for _ in range(6)]
    assert [tick.index for tick in ticks] == [0, 49, 50, 51, 52, 53]
    assert [tick.skipped for tick in ticks] == [0, 48, 0, 0, 0, 0]
    assert clock.slept.count(0.0) == 1 + CATCH_UP  # the first tick, and those caught up
    assert frames.skipped == 48


async def test_a_clock_that_wakes_early_gives_no_early_tick() -> None:
    clock = StoppedClock([0.0, -0.005, 0.0])
    ticks = await first_ticks(clock, 2)
    assert ticks[1].delay == pytest.approx(0.0, abs=1e-6)
    assert clock.time == pytest.approx(1000.02)


async def test_counters_are_zero_before_the_first_tick() -> None:
    frames = FrameClock(StoppedClock())
    assert (frames.late, frames.skipped) == (0, 0)


async def test_run_calls_back_until_told_to_stop() -> None:
    clock = StoppedClock()
    seen: list[int] = []

    async def callback(tick: Tick) -> bool:
        seen.append(tick.index)
        return tick.index < 3

    await FrameClock(clock).run(callback)
    assert seen == [0, 1, 2, 3]


@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=60))
def test_whatever_the_delays(delays: list[float]) -> None:
    """Ticks never come early, never twice, never more than CATCH_UP behind; every one of the grid
    is either taken or counted as skipped."""
    grid = FrameGrid(start=5.0)
    now = 5.0
    taken: list[int] = []
    for delay in delays:
        now += grid.seconds_until_next(now) + delay
        tick = grid.tick(now)
        due = 5.0 + tick.index * 0.02
        assert now >= due - 1e-6
        assert now - due <= (CATCH_UP + 1) * 0.02 + 1e-6
        assert tick.skipped == tick.index - (taken[-1] + 1 if taken else 0)
        taken.append(tick.index)
    assert taken == sorted(set(taken))
    assert len(taken) + grid.skipped == taken[-1] + 1

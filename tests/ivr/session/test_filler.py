"""The word for a caller who waits; time passes only when the test says so."""

import asyncio
import datetime as dt

import pytest

from ivr.session.filler import LONGEST_QUIET, Filler


class HandClock:
    def __init__(self) -> None:
        self.elapsed = 0.0

    def now(self) -> dt.datetime:
        return dt.datetime(2021, 3, 3, 9)

    def monotonic(self) -> float:
        return self.elapsed

    async def sleep(self, seconds: float) -> None:
        until = self.elapsed + seconds
        while self.elapsed < until:
            await asyncio.sleep(0)

    async def pass_by(self, seconds: float) -> None:
        await self._settle()
        self.elapsed += seconds
        await self._settle()

    async def _settle(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)


class Mouth:
    def __init__(self) -> None:
        self.quiet = asyncio.Event()
        self.quiet.set()

    async def drained(self) -> None:
        await self.quiet.wait()


class Wait:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.mouth = Mouth()
        self.words = 0
        self.filler = Filler(self.clock, self.mouth, self._speak)

    def _speak(self) -> None:
        self.words += 1


@pytest.mark.asyncio
async def test_nothing_is_said_for_a_short_wait() -> None:
    wait = Wait()
    async with wait.filler.covering():
        await wait.clock.pass_by(LONGEST_QUIET - 0.1)
    await wait.clock.pass_by(10)
    assert wait.words == 0


@pytest.mark.asyncio
async def test_a_long_wait_gets_one_word() -> None:
    wait = Wait()
    async with wait.filler.covering():
        await wait.clock.pass_by(LONGEST_QUIET)
        assert wait.words == 1
        await wait.clock.pass_by(10)
    async with wait.filler.covering():
        await wait.clock.pass_by(10)
    assert wait.words == 1


@pytest.mark.asyncio
async def test_while_we_speak_the_caller_does_not_wait() -> None:
    wait = Wait()
    wait.mouth.quiet.clear()
    async with wait.filler.covering():
        await wait.clock.pass_by(10)
        assert wait.words == 0
        wait.mouth.quiet.set()
        await wait.clock.pass_by(LONGEST_QUIET - 0.1)
        assert wait.words == 0
        await wait.clock.pass_by(0.1)
        assert wait.words == 1


@pytest.mark.asyncio
async def test_several_short_waits_in_a_row_are_a_long_one() -> None:
    wait = Wait()
    async with wait.filler.covering():
        await wait.clock.pass_by(1.5)
    async with wait.filler.covering():
        await wait.clock.pass_by(0.6)
    assert wait.words == 1


@pytest.mark.asyncio
async def test_each_turn_of_the_caller_begins_anew() -> None:
    wait = Wait()
    async with wait.filler.covering():
        await wait.clock.pass_by(3)
    wait.filler.callers_turn()
    async with wait.filler.covering():
        await wait.clock.pass_by(1.5)
    assert wait.words == 1
    async with wait.filler.covering():
        await wait.clock.pass_by(0.6)
    assert wait.words == 2


@pytest.mark.asyncio
async def test_a_broken_answer_ends_the_watch() -> None:
    wait = Wait()
    with pytest.raises(RuntimeError):
        async with wait.filler.covering():
            raise RuntimeError
    await wait.clock.pass_by(10)
    assert wait.words == 0

"""Bounded threads: what waits, what fails, what is dropped."""

from __future__ import annotations

import asyncio
import threading

import pytest

from ivr.ports import RecogniserError
from ivr.recognisers.worker_pool import WorkerPool


async def test_a_job_gives_its_result() -> None:
    pool = WorkerPool("engine", workers=1, waiting=0)
    assert await pool.result(pool.submit(lambda: 42), 10.0) == 42
    await pool.aclose()


async def test_more_work_than_the_bound_is_refused_until_some_is_done() -> None:
    pool = WorkerPool("engine", workers=1, waiting=1)
    go_on = threading.Event()
    first = pool.submit(go_on.wait)
    second = pool.submit(lambda: True)
    with pytest.raises(RecogniserError, match="wait already"):
        pool.submit(lambda: True)
    go_on.set()
    await pool.result(first, 10.0)
    await pool.result(second, 10.0)
    assert await pool.result(pool.submit(lambda: True), 10.0)
    await pool.aclose()


async def test_a_stuck_engine_is_an_error_in_time_and_keeps_its_place() -> None:
    pool = WorkerPool("engine", workers=1, waiting=0)
    go_on = threading.Event()
    with pytest.raises(RecogniserError, match="no result"):
        await pool.result(pool.submit(go_on.wait), 0.0)
    with pytest.raises(RecogniserError, match="wait already"):
        pool.submit(lambda: True)
    go_on.set()
    await pool.aclose()


async def test_an_engines_error_names_no_words() -> None:
    pool = WorkerPool("engine", workers=1, waiting=0)

    def fail() -> None:
        raise ValueError("我的身份证号是三二零")

    with pytest.raises(RecogniserError) as caught:
        await pool.result(pool.submit(fail), 10.0)
    assert str(caught.value) == "engine: ValueError"
    await pool.aclose()


async def test_a_dropped_job_that_has_not_begun_never_runs() -> None:
    pool = WorkerPool("engine", workers=1, waiting=1)
    go_on = threading.Event()
    ran: list[bool] = []
    first = pool.submit(go_on.wait)
    second = pool.submit(lambda: ran.append(True))
    waiting = asyncio.ensure_future(pool.result(second, 10.0))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(RecogniserError, match="dropped"):
        await waiting
    go_on.set()
    await pool.result(first, 10.0)
    await pool.aclose()
    assert ran == []


async def test_one_who_stops_waiting_does_not_spoil_it_for_another() -> None:
    pool = WorkerPool("engine", workers=1, waiting=1)
    go_on = threading.Event()
    first = pool.submit(go_on.wait)
    job = pool.submit(lambda: 42)
    trial = asyncio.ensure_future(pool.result(job, 10.0))
    final = asyncio.ensure_future(pool.result(job, 10.0))
    await asyncio.sleep(0)
    trial.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trial
    go_on.set()
    assert await final == 42
    await pool.result(first, 10.0)
    await pool.aclose()


async def test_a_closed_pool_takes_no_work() -> None:
    pool = WorkerPool("engine", workers=1, waiting=0)
    await pool.aclose()
    with pytest.raises(RecogniserError, match="closed"):
        pool.submit(lambda: True)

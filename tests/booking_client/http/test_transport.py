"""A network that fails, as a service on a loopback port plays it: one answer after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from booking_client.errors import BookingRefused, CoreUnavailable, Refusal
from booking_client.http.core import HttpBookingCore
from booking_client.http.problems import CONTENT_TYPE, Fault, Problem
from booking_client.http.transport import AccessDenied, Transport
from tests.booking_client.clinic import NOW, patient

SILENCE = "silence"  # the connection is closed without an answer
FOREVER = "forever"  # nothing comes


@dataclass
class Network:
    """`answers` are given in turn, `asked` counts; pauses take no time but move the clock."""

    answers: list[web.Response | str]
    asked: int = 0
    pauses: list[float] = field(default_factory=list)
    clock: float = 0.0

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.clock += seconds

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, web.Response):
            return answer
        if answer == FOREVER:
            await asyncio.Event().wait()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()


@asynccontextmanager
async def core_over(
    network: Network, answer_seconds: float = 5.0
) -> AsyncIterator[HttpBookingCore]:
    server = web.Server(network.handle, handler_cancellation=True)
    runner = web.ServerRunner(server, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    core = HttpBookingCore(
        Transport(
            f"http://127.0.0.1:{runner.addresses[0][1]}",
            "key",
            answer_seconds=answer_seconds,
            pause=network.pause,
            monotonic=lambda: network.clock,
        )
    )
    yield core
    await core.close()
    await runner.cleanup()


def problem(fault: Fault, **headers: str) -> web.Response:
    body = Problem.of_fault(fault, "so it is").model_dump_json().encode()
    return web.Response(body=body, status=503, headers=headers, content_type=CONTENT_TYPE)


def refusal(reason: Refusal) -> web.Response:
    body = Problem.of_refusal(BookingRefused(reason, "why")).model_dump_json().encode()
    return web.Response(body=body, status=409, content_type=CONTENT_TYPE)


def nothing() -> web.Response:
    return web.json_response([])


async def test_a_question_is_asked_again_until_there_is_an_answer() -> None:
    network = Network(
        [SILENCE, SILENCE, problem(Fault.UNAVAILABLE), web.Response(status=502), nothing()]
    )
    async with core_over(network) as core:
        assert await core.departments("h") == []
    assert network.answers == []
    assert network.pauses == sorted(network.pauses)


async def test_the_wait_is_bounded() -> None:
    network = Network([problem(Fault.UNAVAILABLE) for _ in range(99)])
    async with core_over(network) as core:
        with pytest.raises(CoreUnavailable, match="so it is"):
            await core.departments("h")
    assert 3 < network.clock < 6


async def test_an_answer_that_does_not_come_is_not_waited_for() -> None:
    network = Network([FOREVER, nothing()])
    async with core_over(network, answer_seconds=0.05) as core:
        assert await core.departments("h") == []


@pytest.mark.parametrize("answer", [SILENCE, Fault.UNAVAILABLE])
async def test_a_hold_whose_answer_is_lost_is_not_placed_twice(answer: str) -> None:
    lost = problem(answer) if isinstance(answer, Fault) else answer
    network = Network([lost, nothing(), nothing()])
    async with core_over(network) as core:
        with pytest.raises(CoreUnavailable):
            await core.hold(1, channel="phone", phone="", now=NOW)
    assert network.asked == 1


async def test_a_hold_that_was_certainly_not_placed_is_tried_again() -> None:
    too_many = {"Retry-After": "2"}
    network = Network([problem(Fault.TOO_MANY_REQUESTS, **too_many), refusal(Refusal.FULL)])
    async with core_over(network) as core:
        with pytest.raises(BookingRefused) as caught:
            await core.hold(1, channel="phone", phone="", now=NOW)
    assert caught.value.reason is Refusal.FULL
    assert str(caught.value) == "full: why"
    assert network.pauses == [2.0]


async def test_a_service_that_is_not_there_is_unavailable_within_the_bound() -> None:
    network = Network([])
    transport = Transport(
        "http://127.0.0.1:9", "key", pause=network.pause, monotonic=lambda: network.clock
    )
    core = HttpBookingCore(transport)
    with pytest.raises(CoreUnavailable, match="cannot be reached"):
        await core.hold(1, channel="phone", phone="", now=NOW)
    assert network.clock < 6
    await core.close()


async def test_no_error_repeats_what_was_sent() -> None:
    network = Network([web.json_response({"id": patient().id_number}, status=201)])
    async with core_over(network) as core:
        with pytest.raises(CoreUnavailable, match="another form") as caught:
            await core.confirm("h", patient(), "key", NOW)
    assert patient().id_number not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_key_that_is_not_known_is_not_tried_again() -> None:
    network = Network([problem(Fault.BAD_KEY)])
    async with core_over(network) as core:
        with pytest.raises(AccessDenied):
            await core.hospitals()
    assert network.asked == 1

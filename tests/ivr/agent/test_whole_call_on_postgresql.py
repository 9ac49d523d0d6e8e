"""One whole call over real SIP, with the bookings and the call log on a real PostgreSQL server."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dialogs.outcomes import Category, Outcome
from ivr.caller.case import load_case
from ivr.caller.sip_caller import Dialled, SyntheticCaller
from tests.booking_client.postgresql_server import binaries, running_server
from tests.ivr.agent.whole_call import CASES, Exchange, exchange

pytestmark = [
    pytest.mark.sip,
    pytest.mark.models,
    pytest.mark.skipif(
        binaries() is None, reason="PostgreSQL is not installed (apt-get install postgresql)"
    ),
]
CASE = load_case(CASES / "in_a_hurry.yaml")


async def code_of_call(up: Exchange) -> str:
    """The code that the caller is told; the caller hangs up as soon as it begins."""
    code: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def told(notice: Mapping[str, object]) -> None:
        if notice["kind"] == "booked":
            code.set_result(str(notice["code"]))

    uri = f"sip:12320@127.0.0.1:{up.lab.settings.sip_port}"
    dialled = Dialled(uri, up.lab.settings.sip_secret)
    caller = SyntheticCaller(up.studio, dialled, up.config.feed_socket, told=told)
    call = asyncio.create_task(caller.place(CASE, CASES))
    either: set[asyncio.Future[Any]] = {call, code}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not code.done():
        pytest.fail(f"the call ended without a booking: {call.result()}")
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    return code.result()


async def test_a_caller_books_on_postgresql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = CASE.expect.booking
    assert wanted is not None
    with running_server() as url:
        monkeypatch.setenv("IVR_DATABASE_URL", url)
        async with exchange(tmp_path) as up:
            booking = await up.core.booking_by_code(await code_of_call(up))
            logged = await up.logged()
    assert booking is not None
    assert booking.session.hospital == wanted.hospital
    assert booking.session.department == wanted.department
    assert booking.id_last_four == str(wanted.id_number)[-4:]
    assert (logged.outcome, logged.category) == (Outcome.BOOKED, Category.BOOKING)
    assert logged.turn_count >= 3
    assert not (tmp_path / "calls.db").exists(), "it was SQLite after all"

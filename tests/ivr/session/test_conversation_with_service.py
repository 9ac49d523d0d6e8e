"""A whole typed call that books through a running booking service, over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from booking_client import connect, connect_database
from booking_client.demo.seed import seed_demo
from booking_client.http.core import KEY_VARIABLE
from booking_client.http.operations import Scope
from booking_client.interface import BookingCore
from booking_client.sql.core import SqlBookingCore
from dialogs.outcomes import Category, Outcome, Reason
from ivr.hotline import Hotline
from ivr.session.call_ports import Conclusion
from ivr.session.closed_lists import ClosedLists
from tests.booking_client.clinic import KEYS
from tests.booking_service.service import OF_THE_HOTLINE, running
from tests.ivr.session.test_conversation import NOW, Desk, books

# The service goes by its own clock; a key of a test may say that it is 2021.
SCOPES = (*OF_THE_HOTLINE, Scope.CLOCK)


@pytest.fixture
async def database_core(tmp_path: Path) -> AsyncIterator[SqlBookingCore]:
    url = f"sqlite:///{tmp_path}/core.db"
    await seed_demo(url, NOW.date(), days=3)
    core = await connect_database(url, keys=KEYS)
    yield core
    await core.close()


@asynccontextmanager
async def serving_desk(
    core: SqlBookingCore, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Desk, BookingCore]]:
    """The hotline's desk while the service runs, and the remote core that it knows."""
    async with running(core) as service:
        monkeypatch.setenv(KEY_VARIABLE, await service.key("phone", SCOPES, burst=1000))
        remote = await connect(service.url)
        lists = ClosedLists(remote)
        await lists.load()
        hotline = await Hotline.open("sqlite://", KEYS)
        yield Desk(core, lists, hotline), remote
        await hotline.close()


async def test_a_caller_books_through_the_service(
    database_core: SqlBookingCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving_desk(database_core, monkeypatch) as (desk, remote):
        talk = await desk.talk(books(), remote)
        await remote.close()
    assert talk.conclusion == Conclusion(Outcome.BOOKED, Category.BOOKING, Reason.COMPLETED)
    booked = talk.notes.fields[talk.notes.kinds.index("booked")]
    booking = await database_core.booking_by_code(str(booked["code"]))
    assert booking is not None, "the service's database has it"
    assert (booking.session.hospital, booking.session.department, booking.channel) == (
        "南京鼓楼医院",
        "心血管内科",
        "phone",
    )


async def test_a_caller_whose_service_has_gone_is_given_to_a_person(
    database_core: SqlBookingCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving_desk(database_core, monkeypatch) as (desk, remote):
        pass
    talk = await desk.talk(books(), remote)
    await remote.close()
    assert talk.line.transferred is Reason.CORE_UNAVAILABLE

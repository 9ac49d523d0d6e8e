"""One whole call over real SIP whose agent books through a booking service of another database."""

from pathlib import Path

import pytest

from booking_client import connect_database
from booking_client.demo.seed import seed_demo
from booking_client.http.core import KEY_VARIABLE
from booking_client.personal_data import PersonalDataKeys
from booking_service.keys import ApiKeys
from booking_service.serving import serving
from dialogs.outcomes import Category, Outcome
from ivr.clock import SystemClock
from tests.booking_service.service import OF_THE_HOTLINE
from tests.ivr.agent.test_whole_call_on_postgresql import CASE, code_of_call
from tests.ivr.agent.whole_call import exchange

pytestmark = [pytest.mark.sip, pytest.mark.models]


async def test_a_caller_books_through_a_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SystemClock()
    url = f"sqlite:///{tmp_path}/core.db"
    await seed_demo(url, clock.now().date())
    core = await connect_database(
        url, keys=PersonalDataKeys.from_environment({"IVR_DATA_KEY": PersonalDataKeys.generate()})
    )
    key = await ApiKeys(core.database).add("phone", clock.now(), scopes=OF_THE_HOTLINE)
    async with serving(core, now=clock.now) as port:
        monkeypatch.setenv("IVR_BOOKING_URL", f"http://127.0.0.1:{port}")
        monkeypatch.setenv(KEY_VARIABLE, key)
        async with exchange(tmp_path) as up:
            code = await code_of_call(up)
            assert await up.core.booking_by_code(code) is None, "it booked on its own database"
            logged = await up.logged()
    booking = await core.booking_by_code(code)
    await core.close()
    assert booking is not None
    wanted = CASE.expect.booking
    assert wanted is not None
    assert (booking.session.hospital, booking.channel) == (wanted.hospital, "phone")
    assert (logged.outcome, logged.category) == (Outcome.BOOKED, Category.BOOKING)

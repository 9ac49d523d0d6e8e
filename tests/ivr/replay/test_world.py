import datetime as dt
from pathlib import Path

import pytest

from booking_client.catalogue.files import read_catalogue, write_catalogue
from booking_client.sql.catalogue_import import export_catalogue
from booking_client.sql.core import SqlBookingCore
from booking_client.types import Patient, SessionQuery
from ivr.replay.world import DEMO, Templates, bookings_of, open_world

TODAY = dt.date(2026, 3, 2)
NOW = dt.datetime(2026, 3, 2, 9, 10)
WISH = SessionQuery("南京鼓楼医院", "皮肤科", TODAY, dt.date(2026, 3, 6))
PATIENT = Patient("32010619450101001X", "陈德安", True, "02586543210")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("world")


async def book(template: Path, copy: Path, seed: int) -> str:
    core = await open_world(template, copy, seed)
    try:
        assert await bookings_of(core, NOW) == ()
        code = await book_with(core)
        (made,) = await bookings_of(core, NOW)
        assert (made.hospital, made.department) == ("南京鼓楼医院", "皮肤科")
        assert made.id_number == PATIENT.id_number
        return code
    finally:
        await core.close()


async def book_with(core: SqlBookingCore) -> str:
    (first, *_) = await core.find_sessions(WISH, NOW)
    held = await core.hold(first.id, channel="phone", phone=PATIENT.phone, now=NOW)
    return (await core.confirm(held.id, PATIENT, "key", NOW)).code


async def test_every_case_begins_anew_and_codes_follow_the_seed(folder: Path) -> None:
    templates = Templates(folder)
    await templates.make(DEMO, TODAY)
    template = templates.path(DEMO, TODAY)
    codes = [await book(template, folder / f"{n}.db", seed) for n, seed in enumerate((1, 1, 2))]
    assert codes[0] == codes[1] != codes[2]


async def test_a_run_that_was_killed_leaves_no_booking_to_the_next(folder: Path) -> None:
    """Its write-ahead log lies there still."""
    templates = Templates(folder)
    await templates.make(DEMO, TODAY)
    template, killed = templates.path(DEMO, TODAY), folder / "killed.db"
    core = await open_world(template, killed, 1)
    try:
        await book_with(core)
        left = {suffix: Path(f"{killed}{suffix}").read_bytes() for suffix in ("", "-wal")}
    finally:
        await core.close()
    for suffix, content in left.items():
        Path(f"{killed}{suffix}").write_bytes(content)
    again = await open_world(template, killed, 1)
    try:
        assert await bookings_of(again, NOW) == ()
    finally:
        await again.close()


async def test_a_clerks_folder_is_a_catalogue_too(folder: Path) -> None:
    templates = Templates(folder)
    await templates.make(DEMO, TODAY)
    core = await open_world(templates.path(DEMO, TODAY), folder / "export.db", 1)
    files = folder / "clerk"
    try:
        write_catalogue(files, await export_catalogue(core.database, "南京鼓楼医院"))
    finally:
        await core.close()
    assert list(read_catalogue(files)) == ["南京鼓楼医院"]
    await templates.make(str(files), TODAY)
    core = await open_world(templates.path(str(files), TODAY), folder / "own.db", 1)
    try:
        assert [hospital.name for hospital in await core.hospitals()] == ["南京鼓楼医院"]
        assert await core.find_sessions(WISH, NOW)
    finally:
        await core.close()

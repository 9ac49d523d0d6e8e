"""Importing a catalogue: what it says it does, all of it or nothing, and nobody loses a booking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from booking_client.catalogue.entries import (
    Catalogue,
    DepartmentEntry,
    DoctorEntry,
    HospitalEntry,
)
from booking_client.errors import BookingRefused, Refusal
from booking_client.model import (
    CampusRow,
    DepartmentGroupRow,
    DepartmentRow,
    DoctorRow,
    HospitalRow,
    SessionRow,
)
from booking_client.sql.catalogue_import import (
    ImportPlan,
    ImportRefused,
    apply_import,
    export_catalogue,
    plan_import,
)
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.given_ids import follow_given_ids
from booking_client.types import SessionQuery
from tests.booking_client.catalogue.entries import BONES_ENTRY, CATALOGUE, CLINIC, HEART_ENTRY
from tests.booking_client.clinic import (
    HEART,
    HOSPITAL,
    IN_A_WEEK,
    NOW,
    OTHER_HOSPITAL,
    TOMORROW,
    open_second_hospital,
    open_session,
    patient,
)
from tests.booking_client.truth import falsehoods

TODAY = NOW.date()
WITHOUT_HEART = {HOSPITAL: replace(CLINIC, departments=(BONES_ENTRY,))}
WITHOUT_DOCTOR = {
    HOSPITAL: replace(CLINIC, departments=(replace(HEART_ENTRY, doctors=()), BONES_ENTRY))
}
MOVED = {HOSPITAL: replace(CLINIC, campuses=("新院区",))}


def changed(**values: Any) -> Catalogue:
    return {HOSPITAL: replace(CLINIC, **values)}


async def take(core: SqlBookingCore, new: Catalogue) -> ImportPlan:
    """Plan and apply; afterwards the catalogue is what was imported."""
    async with core.database.alone() as connection:
        for table in (HospitalRow, CampusRow, DepartmentGroupRow, DepartmentRow, DoctorRow):
            await follow_given_ids(connection, table)  # the clinic's ids are given
    plan = await plan_import(core.database, new, TODAY)
    await apply_import(core.database, new, TODAY, plan)
    stored = await export_catalogue(core.database)
    assert {name: stored[name] for name in new} == new
    assert (await plan_import(core.database, new, TODAY)).changes == []
    async with core.database.reading() as connection:
        assert await falsehoods(connection) == []
    return plan


async def book(core: SqlBookingCore, session_id: int, number: int = 1) -> str:
    hold = await core.hold(session_id, channel="phone", phone=f"1380000{number:04}", now=NOW)
    return (await core.confirm(hold.id, patient(number), f"key {number}", NOW)).code


async def statuses(core: SqlBookingCore) -> Sequence[str]:
    async with core.database.reading() as connection:
        rows = await connection.execute(select(SessionRow.status).order_by(SessionRow.id))
        return list(rows.scalars())


async def test_the_clinic_is_exported_as_it_is(core: SqlBookingCore) -> None:
    assert await export_catalogue(core.database) == CATALOGUE
    await open_second_hospital(core.database)
    assert list(await export_catalogue(core.database)) == [HOSPITAL, OTHER_HOSPITAL]
    assert list(await export_catalogue(core.database, OTHER_HOSPITAL)) == [OTHER_HOSPITAL]


EYES = DepartmentEntry(
    "眼科",
    "五官科",
    ("眼睛",),
    (DoctorEntry("林一", "主治医师", "白内障"), DoctorEntry("林二", "医师")),
)
SOUTH = HospitalEntry("城南医院", (), "南京市", "雨花台区", "二级", ("本部",), (EYES,))


@pytest.mark.parametrize(
    "new",
    [
        CATALOGUE,
        changed(aliases=("东院",), level="三级甲等", district="鼓楼区", city="苏州市"),
        changed(campuses=("本部", "河西院区")),
        changed(campuses=("河西院区", "本部")),
        changed(departments=(BONES_ENTRY, HEART_ENTRY)),
        changed(departments=(EYES, HEART_ENTRY, BONES_ENTRY)),
        changed(departments=(replace(HEART_ENTRY, group="心脏中心", aliases=("心内科",)),)),
        WITHOUT_HEART,
        WITHOUT_DOCTOR,
        MOVED,
        {**CATALOGUE, SOUTH.name: SOUTH},
    ],
    ids=count(1),
)
async def test_afterwards_the_catalogue_is_the_files(core: SqlBookingCore, new: Catalogue) -> None:
    await take(core, new)
    stored = await export_catalogue(core.database)
    assert {name: stored[name] for name in new} == new


async def test_looking_changes_nothing(core: SqlBookingCore) -> None:
    plan = await plan_import(core.database, WITHOUT_HEART, TODAY)
    assert [str(change) for change in plan.changes] == [
        f"- department {HOSPITAL}/{HEART}: 1 doctors"
    ]
    assert await export_catalogue(core.database) == CATALOGUE


async def test_other_hospitals_stay(core: SqlBookingCore) -> None:
    await open_second_hospital(core.database)
    other = (await export_catalogue(core.database))[OTHER_HOSPITAL]
    await take(core, WITHOUT_HEART)
    assert (await export_catalogue(core.database))[OTHER_HOSPITAL] == other


@pytest.mark.parametrize("new", [WITHOUT_HEART, WITHOUT_DOCTOR, MOVED])
async def test_what_has_a_coming_booking_is_never_retired(
    core: SqlBookingCore, new: Catalogue
) -> None:
    await open_session(core.database, 1, TOMORROW, (3,), doctor_id=1)
    await open_session(core.database, 2, IN_A_WEEK, (3,), doctor_id=1)
    await book(core, 2, 1)
    code = await book(core, 1, 2)
    plan = await plan_import(core.database, new, TODAY)
    (obstacle,) = plan.obstacles
    assert (obstacle.bookings, obstacle.first) == (2, TOMORROW)
    with pytest.raises(ImportRefused, match="2 coming bookings, the first on 2026-11-25"):
        await apply_import(core.database, new, TODAY, plan)
    # All or nothing: not even the sessions without a booking are closed.
    assert await statuses(core) == ["open", "open"]
    assert await export_catalogue(core.database) == CATALOGUE
    found = await core.booking_by_code(code)
    assert found is not None
    assert found.status.value == "booked"


async def test_a_booking_that_is_made_after_looking_counts_too(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, (3,))
    plan = await plan_import(core.database, WITHOUT_HEART, TODAY)
    assert plan.obstacles == []
    await book(core, 1)
    with pytest.raises(ImportRefused, match="1 coming booking"):
        await apply_import(core.database, WITHOUT_HEART, TODAY, plan)
    assert await export_catalogue(core.database) == CATALOGUE
    assert await statuses(core) == ["open"]


async def test_cancelled_and_past_bookings_do_not_stand_against_it(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, (3,))
    await open_session(core.database, 2, IN_A_WEEK, (3,))
    await core.cancel(await book(core, 2, 1), NOW)
    code = await book(core, 1, 2)
    plan = await plan_import(core.database, WITHOUT_HEART, IN_A_WEEK)
    await apply_import(core.database, WITHOUT_HEART, IN_A_WEEK, plan)
    assert await statuses(core) == ["open", "closed"]
    # The past keeps its name.
    booking = await core.booking_by_code(code)
    assert booking is not None
    assert booking.session.department == HEART


async def test_what_is_retired_is_out_of_every_list(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, (3,), doctor_id=1)
    await take(core, WITHOUT_HEART)
    assert [department.name for department in await core.departments(HOSPITAL)] == ["骨科"]
    assert await core.doctors(HOSPITAL) == []
    with pytest.raises(BookingRefused) as unknown:
        await core.find_sessions(SessionQuery(HOSPITAL, HEART, TOMORROW, TOMORROW), NOW)
    assert unknown.value.reason is Refusal.UNKNOWN
    with pytest.raises(BookingRefused) as closed:
        await core.hold(1, channel="phone", phone="", now=NOW)
    assert closed.value.reason is Refusal.CLOSED


async def test_what_was_retired_comes_back(core: SqlBookingCore) -> None:
    await take(core, WITHOUT_HEART)
    plan = await take(core, CATALOGUE)
    assert [str(change) for change in plan.changes] == [
        f"+ department {HOSPITAL}/{HEART}: 内科, 1 doctors"
    ]
    assert len(await core.doctors(HOSPITAL, HEART)) == 1


async def test_a_retired_campus_is_no_longer_named(core: SqlBookingCore) -> None:
    await take(core, MOVED)
    (hospital,) = await core.hospitals()
    assert hospital.campuses == ("新院区",)


async def test_a_plan_of_another_day_is_not_carried_out(core: SqlBookingCore) -> None:
    plan = await plan_import(core.database, WITHOUT_DOCTOR, TODAY)
    await take(core, WITHOUT_HEART)
    with pytest.raises(ImportRefused, match="changed meanwhile"):
        await apply_import(core.database, WITHOUT_DOCTOR, TODAY, plan)

"""A small catalogue for tests: what the clinic of `tests.booking_client.clinic` has."""

from __future__ import annotations

from booking_client.catalogue.entries import DepartmentEntry, DoctorEntry, HospitalEntry
from tests.booking_client.clinic import BONES, HEART, HOSPITAL

HEART_ENTRY = DepartmentEntry(HEART, "内科", (), (DoctorEntry("秦明月", "主任医师"),))
BONES_ENTRY = DepartmentEntry(BONES, "外科")
CLINIC = HospitalEntry(
    HOSPITAL, ("城东",), "南京市", "玄武区", "三级", ("本部",), (HEART_ENTRY, BONES_ENTRY)
)
CATALOGUE = {HOSPITAL: CLINIC}

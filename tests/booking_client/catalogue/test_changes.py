from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from booking_client.catalogue.changes import changes
from booking_client.catalogue.entries import DepartmentEntry, DoctorEntry, HospitalEntry
from tests.booking_client.catalogue.entries import BONES_ENTRY, CATALOGUE, CLINIC, HEART_ENTRY

NEW_DEPARTMENT = DepartmentEntry("眼科", "五官科", (), (DoctorEntry("林一", "主治医师"),))


def with_heart(**values: Any) -> HospitalEntry:
    heart = replace(HEART_ENTRY, **values)
    return replace(CLINIC, departments=(heart, BONES_ENTRY))


@pytest.mark.parametrize(
    ("new", "lines"),
    [
        (CLINIC, []),
        (
            replace(CLINIC, name="城南医院"),
            ["+ hospital 城南医院: 1 campuses, 2 departments, 1 doctors"],
        ),
        (
            replace(CLINIC, aliases=(), level="三级甲等"),
            ["~ hospital 城东医院: aliases 城东 -> (none); level 三级 -> 三级甲等"],
        ),
        (replace(CLINIC, campuses=("本部", "河西院区")), ["+ campus 城东医院/河西院区"]),
        (
            replace(CLINIC, campuses=("河西院区",)),
            ["+ campus 城东医院/河西院区", "- campus 城东医院/本部"],
        ),
        (
            replace(CLINIC, departments=(*CLINIC.departments, NEW_DEPARTMENT)),
            ["+ department 城东医院/眼科: 五官科, 1 doctors"],
        ),
        (
            replace(CLINIC, departments=(BONES_ENTRY,)),
            ["- department 城东医院/心血管内科: 1 doctors"],
        ),
        (
            replace(CLINIC, departments=CLINIC.departments[::-1]),
            ["~ hospital 城东医院: departments in another order"],
        ),
        (
            with_heart(group="心脏中心", aliases=("心内科",)),
            ["~ department 城东医院/心血管内科: group 内科 -> 心脏中心; aliases (none) -> 心内科"],
        ),
        (
            with_heart(doctors=(DoctorEntry("秦明月", "主任医师", "冠心病"),)),
            ["~ doctor 城东医院/心血管内科/秦明月: expertise (none) -> 冠心病"],
        ),
        (
            with_heart(doctors=(DoctorEntry("周安", "主治医师"),)),
            [
                "+ doctor 城东医院/心血管内科/周安: 主治医师",
                "- doctor 城东医院/心血管内科/秦明月",
            ],
        ),
    ],
)
def test_every_difference_is_a_line(new: HospitalEntry, lines: list[str]) -> None:
    assert [str(change) for change in changes(CATALOGUE, {new.name: new})] == lines


def test_a_hospital_that_is_not_named_stays() -> None:
    other = replace(CLINIC, name="城南医院")
    assert changes({**CATALOGUE, other.name: other}, CATALOGUE) == []

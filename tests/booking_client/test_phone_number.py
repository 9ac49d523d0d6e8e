from __future__ import annotations

import pytest

from booking_client.phone_number import normalise_phone


@pytest.mark.parametrize(
    "spelling", ["13800000000", "+86 138 0000 0000", "8613800000000", "0086-138-0000-0000"]
)
def test_one_telephone_has_one_spelling(spelling: str) -> None:
    assert normalise_phone(spelling) == "13800000000"


@pytest.mark.parametrize("spelling", ["02586000000", "+86 025 8600 0000"])
def test_a_fixed_line_in_nanjing_keeps_its_area_code(spelling: str) -> None:
    assert normalise_phone(spelling) == "02586000000"


@pytest.mark.parametrize("short", ["86001234", "12320", "8600", "6001"])
def test_a_number_that_only_begins_like_the_country_code_stays(short: str) -> None:
    assert normalise_phone(short) == short


@pytest.mark.parametrize("withheld", ["", "anonymous", "caller", "-"])
def test_a_withheld_number_is_empty(withheld: str) -> None:
    assert normalise_phone(withheld) == ""

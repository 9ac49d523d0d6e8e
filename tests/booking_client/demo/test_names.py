from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from booking_client.demo.names import load_name_parts

PARTS = load_name_parts()


@given(st.integers())
def test_a_name_is_two_or_three_characters_and_begins_with_a_surname(seed: int) -> None:
    name = PARTS.draw(random.Random(seed))
    assert len(name) in (2, 3)
    assert name[0] in PARTS.surnames
    assert set(name[1:]) <= set(PARTS.given)


def test_no_character_is_there_twice() -> None:
    for characters in (PARTS.surnames, PARTS.given):
        assert len(set(characters)) == len(characters)
        assert characters.isalpha()

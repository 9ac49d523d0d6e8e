from __future__ import annotations

import pytest

from ivr.session.typed import keys_in


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("#320106", "320106"),
        ("#32010619450101001X", "32010619450101001*"),
        ("/keys 1", "1"),
        ("/keys 3 2 0", "320"),
        ("/keys #", "#"),
        ("#", "#"),
        ("  #0 ", "0"),
    ],
)
def test_lines_that_stand_for_keys(line: str, keys: str) -> None:
    assert keys_in(line) == keys


@pytest.mark.parametrize("line", ["", "鼓楼医院", "320106", "#鼓楼", "/keys", "/keys 一"])
def test_words_are_no_keys(line: str) -> None:
    assert keys_in(line) is None

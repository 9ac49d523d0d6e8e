from __future__ import annotations

import pytest

from grammars.date_mending import LEAST_LIKENESS, mend
from grammars.spoken import spoken


@pytest.mark.parametrize(("heard", "said"), [("大厚天", "大后天"), ("下周舞", "下周五")])
def test_a_misheard_day_is_written_as_what_it_sounds_like(heard: str, said: str) -> None:
    row, likeness = mend(spoken(heard), strict=False)
    assert row.text == said
    assert likeness >= LEAST_LIKENESS


@pytest.mark.parametrize("said", ["后天上午", "眼科", "我要挂号"])
def test_what_is_plain_or_no_day_stays(said: str) -> None:
    row, likeness = mend(spoken(said), strict=True)
    assert (row.text, likeness) == (said, 1.0)

from __future__ import annotations

import pytest

from dialogs import spoken
from dialogs.templates import parse_template


def test_a_sentence_is_cut_around_its_placeholders() -> None:
    template = parse_template("好的，{hospital}，{department}。您稍等。")
    holes = {
        "hospital": spoken.hospital("南京鼓楼医院"),
        "department": spoken.department("骨科"),
    }
    fragments = template.render(holes)
    assert [f.text for f in fragments] == ["好的，", "南京鼓楼医院", "骨科", "您稍等。"]
    assert fragments[2].pause_after == pytest.approx(0.3)
    assert list(template.fixed_texts()) == ["好的，", "您稍等。"]


def test_a_bar_cuts_at_a_pause() -> None:
    assert list(parse_template("约好了。|您记一下。").fixed_texts()) == ["约好了。", "您记一下。"]


def test_an_empty_hole_leaves_nothing() -> None:
    assert [f.text for f in parse_template("比如{a}、{b}，您选哪个？").render({})] == [
        "比如",
        "您选哪个？",
    ]

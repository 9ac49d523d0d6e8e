from __future__ import annotations

import pytest

from grammars.fillers import carried, inserted, is_backchannel, strip_fillers


def test_fillers_are_stripped() -> None:
    assert strip_fillers("嗯那个鼓楼啊") == "鼓楼"


@pytest.mark.parametrize("row", ["嗯", "嗯嗯", "啊哦", "你好", "喂喂"])
def test_backchannels(row: str) -> None:
    assert is_backchannel(row)


@pytest.mark.parametrize("row", ["", "嗯对", "好", "鼓楼"])
def test_no_backchannels(row: str) -> None:
    assert not is_backchannel(row)


def test_carriers_explain_themselves() -> None:
    assert carried("我要挂鼓楼") == (True, True, True, False, False)


def test_insertions() -> None:
    assert inserted("秦淮的那个总院") == [(2, 3), (3, 5)]

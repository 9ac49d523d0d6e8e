from __future__ import annotations

from grammars.closed_list import heard
from grammars.corrections import refused
from grammars.patterns import PatternTable, Refusal
from tests.grammars.questions import n_best

TABLE = PatternTable(
    {"cancel": ["退…号", "取消"], "again": ["再|重新…说一遍", "=啥"]},
    {"cancel": ["怎么取消", "退休"]},
)


def _names(text: str, refused: Refusal | None = None) -> list[str]:
    return [hit.name for hit in TABLE.find(heard(n_best(text)), refused=refused)]


def test_gaps_and_alternatives() -> None:
    assert _names("退我那个号") == ["cancel"]
    assert _names("重新再说一遍") == ["again"]
    assert _names("退休以后我想去看看那个号") == []


def test_unless_blots_out() -> None:
    assert _names("怎么取消") == []


def test_unless_blots_out_a_part() -> None:
    assert _names("退休了挂个号") == []
    assert _names("退休了，退我那个号") == ["cancel"]


def test_a_pattern_that_has_to_be_everything() -> None:
    assert _names("啥") == ["again"]
    assert _names("挂啥科") == []


def test_by_sound() -> None:
    (hit,) = TABLE.find(heard(n_best("在说一遍")))
    assert hit.name == "again"
    assert not hit.exact
    assert hit.confidence < 0.97


def test_refusal() -> None:
    assert _names("不要取消", refused) == []
    assert _names("不要取消") == ["cancel"]

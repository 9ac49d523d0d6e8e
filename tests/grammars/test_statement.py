"""When a statement is finished, and what is left of its words."""

from __future__ import annotations

import pytest

from grammars.completeness import Completeness, completeness
from grammars.meaning import Slot
from grammars.statement import is_finished, may_be_finished, without_ending
from tests.grammars.questions import question, understood


@pytest.mark.parametrize(
    "said", ["说完了。", "等了三个小时，我说完了", "没有了", "就这些。", "所完了", "收完了"]
)
def test_it_is_finished_when_the_caller_says_so(said: str) -> None:
    assert is_finished(said)
    assert understood(Slot.STATEMENT, said).finished


@pytest.mark.parametrize(
    "said", ["药都没有了", "他把我的钱花完了", "检查都做完了", "等了三个小时", "", "护士说好"]
)
def test_a_sentence_that_only_ends_alike_is_not_the_end(said: str) -> None:
    assert not is_finished(said)


def test_only_a_statement_is_finished() -> None:
    assert not understood(Slot.TASK, "没有了").finished


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("等了三个小时，我说完了。", "等了三个小时"),
        ("等了三个小时。就这些", "等了三个小时"),
        ("没有了", ""),
        ("药都没有了", "药都没有了"),
    ],
)
def test_the_words_that_end_it_are_not_kept(said: str, kept: str) -> None:
    assert without_ending(said) == kept


def test_a_statement_is_waited_for_until_it_is_finished() -> None:
    def whole(said: str) -> Completeness:
        asked = question(Slot.STATEMENT)
        return completeness(asked, understood(Slot.STATEMENT, said), said)

    assert whole("昨天在医院等一下") is Completeness.UNSURE, "no command inside free speech"
    assert whole("再说一遍") is Completeness.UNSURE
    assert whole("我说完了") is Completeness.COMPLETE
    assert whole("我不想活了") is Completeness.COMPLETE


def test_a_few_syllables_that_end_alike_may_be_the_end() -> None:
    assert may_be_finished("十五晚了")
    assert may_be_finished("舒完略")
    assert not may_be_finished("收钱了")
    assert not may_be_finished("检查都做完了")
    assert not may_be_finished("三个小时")

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grammars.closed_list import heard
from grammars.confirm import answers
from grammars.data_files import confirm_data
from grammars.meaning import Answer, Hypothesis, Scored
from tests.grammars.questions import n_best

_FIRM = st.sampled_from([w for w in confirm_data().affirm if not w.startswith(("不", "没"))])
_FILLER = st.sampled_from(["", "嗯", "啊", "哦", "那个"])


def _answers(text: str, *, by_sound: bool = True) -> tuple[Scored[Answer], ...]:
    return answers(heard(n_best(text)), by_sound=by_sound)


@settings(deadline=None)
@given(_FILLER, _FIRM, _FILLER)
def test_every_word_of_yes_is_a_yes(before: str, word: str, after: str) -> None:
    assert _answers(before + word + after)[0].value is Answer.YES


@settings(deadline=None)
@given(_FILLER, st.sampled_from(confirm_data().deny), _FILLER)
def test_every_word_of_no_is_a_no(before: str, word: str, after: str) -> None:
    assert _answers(before + word + after)[0].value is Answer.NO


@settings(deadline=None)
@given(_FILLER, st.sampled_from(["不", "没", "不太", "不是", "不能", "布", "部", "并不"]), _FIRM)
def test_never_a_yes_for_a_negated_yes(before: str, negator: str, word: str) -> None:
    said = negator + word
    if any(idiom in said for idiom in confirm_data().affirm if idiom[0] in "不没"):
        return  # 没 + 问题 is a yes
    for scored in _answers(before + said)[:1]:
        assert scored.value is Answer.NO


@settings(deadline=None)
@given(_FIRM, st.sampled_from(confirm_data().deny))
def test_a_no_outweighs_a_yes(yes: str, no: str) -> None:
    assert _answers(f"{no}，{yes}")[0].value is Answer.NO


@pytest.mark.parametrize("text", ["嗯", "嗯嗯", "啊", "哦", "诶", "嗯哼", "喂"])
def test_a_backchannel_is_no_answer(text: str) -> None:
    assert _answers(text) == ()


def test_contradicting_hypotheses_are_no_yes() -> None:
    first, second = _answers("好的|不好的")
    assert first.value is Answer.NO
    assert second.value is Answer.YES
    assert first.confidence < 0.5


def test_an_unlikely_contradiction_is_ignored() -> None:
    hypotheses = [Hypothesis("好的", 0.9), Hypothesis("不好", 0.2)]
    assert answers(heard(hypotheses), by_sound=True)[0].value is Answer.YES


def test_sound_alone_counts_only_when_asked_for() -> None:
    assert _answers("部队")[0].value is Answer.NO
    assert _answers("部队", by_sound=False) == ()


@pytest.mark.parametrize("text", ["对不起", "好不好", "对吗", "你好", "银行", "好多医院", "对面"])
def test_words_that_only_contain_a_yes(text: str) -> None:
    assert _answers(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "可以退吗",
        "可以改吗",
        "好了吗",
        "没问题吧",
        "对吧",
        "好的几点",
        "可以去哪",
        "可以早点吗",
        "好贵啊",
    ],
)
def test_a_question_is_never_a_yes(text: str) -> None:
    assert not [a for a in answers(heard(n_best(text)), by_sound=True) if a.value is Answer.YES]

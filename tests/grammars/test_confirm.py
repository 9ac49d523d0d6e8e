from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.policy import load_policy
from grammars.closed_list import heard
from grammars.confirm import NEXT_BEST, answers, contradiction, is_plain_yes
from grammars.data_files import confirm_data
from grammars.meaning import Answer, Hypothesis, Scored
from grammars.spoken import spoken
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
    # 不能 + 确定 is neither.
    assert all(scored.value is Answer.NO for scored in _answers(f"{no}，{yes}")[:1])


def test_a_no_is_not_lost_in_a_word_that_it_makes_with_the_next() -> None:
    assert _answers("不是，说得没错")[0].value is Answer.NO
    assert _answers("不好意思，对的")[0].value is Answer.YES


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


@pytest.mark.parametrize("text", confirm_data().heard_for_yes)
def test_what_a_recogniser_writes_for_yes_fills_a_slot_but_books_nothing(text: str) -> None:
    best = _answers(text)[0]
    assert best.value is Answer.YES
    assert 0.6 <= best.confidence < 0.75
    assert all(scored.value is Answer.NO for scored in _answers(text, by_sound=False))


@pytest.mark.parametrize("text", confirm_data().heard_for_no)
def test_what_a_recogniser_writes_for_no_is_no_yes(text: str) -> None:
    assert _answers(text)[0].value is Answer.NO


@pytest.mark.parametrize("text", ["不需要该", "不用该", "不需要该谢谢"])
def test_the_sound_of_a_yes_with_a_negator_in_it(text: str) -> None:
    assert _answers(text)[0].value is Answer.YES
    assert _answers(text)[0].confidence < 0.75
    assert _answers(text, by_sound=False)[0].value is Answer.NO


@pytest.mark.parametrize(
    "text", ["我好烈", "你就是这个", "多行多行", "休那天", "好地好地", "一点没错线线"]
)
def test_a_yes_through_a_telephone_band(text: str) -> None:
    assert _answers(text)[0].value is Answer.YES


@pytest.mark.parametrize(
    "text", ["我不行的", "不适", "布施", "美疆不对", "别的不要", "来头拉头不要"]
)
def test_a_no_through_a_telephone_band(text: str) -> None:
    assert _answers(text)[0].value is Answer.NO


def test_a_no_in_passing_is_no_answer() -> None:
    assert _answers("我的手机没有电了充电器呢")[0].confidence < 0.6
    assert _answers("我说了半天你这个医院不对呀")[0].confidence > 0.6


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


def test_a_yes_that_the_likeliest_hypothesis_does_not_say_decides_nothing() -> None:
    found = answers(heard([Hypothesis("什么", 0.6), Hypothesis("是么的", 0.5)]), by_sound=True)
    said = answers(heard([Hypothesis("什么", 0.6), Hypothesis("对的", 0.5)]), by_sound=True)
    assert all(each.confidence <= NEXT_BEST for each in (*found, *said))


@pytest.mark.parametrize("word", confirm_data().affirm_weak)
def test_a_syllable_that_hardly_anybody_says_for_yes_books_nothing(word: str) -> None:
    [answer] = _answers(word)
    limits = load_policy().thresholds
    assert answer.value is Answer.YES
    assert limits.confirm.accept <= answer.confidence < limits.read_back.accept


@pytest.mark.parametrize(
    ("text", "named"),
    [
        *(("部队是南京市红十字医院肛肠科", "南京"), ("部罪是明天上午", "明天")),
        *(("布斯迪我要鼓楼医院", "鼓楼"), ("啊部队我说的是后天", "后天")),
        *(("部队市南京市第二医院场客", "南京"), ("部队司江苏省第二中医院", "江苏")),  # 不对，是
    ],
)
def test_what_sounds_like_a_no_before_a_name_contradicts(text: str, named: str) -> None:
    assert contradiction(spoken(text), text.index(named))[0].value is Answer.NO


@pytest.mark.parametrize(
    "text", ["市的我要鼓楼医院", "我要鼓楼医院", "部鼓楼医院", "鼓楼医院", "今天鼓楼医院"]
)
def test_nothing_else_before_a_name_does(text: str) -> None:
    assert contradiction(spoken(text), text.index("鼓楼")) == ()


@pytest.mark.parametrize(
    "text",
    [
        *("刚才不是说过了吗", "我不是跟你讲过了吗", "不是跟你说了吗", "可不是嘛", "谁说不是呢"),
        *("不是告诉过你了吗", "刚刚不是报过了嘛", "不就是这样吗", "我没跟你说过吗"),
    ],
)
def test_who_asks_whether_it_was_not_said_says_neither_yes_nor_no(text: str) -> None:
    assert _answers(text) == ()


@pytest.mark.parametrize(
    "text", ["不是，我说的是后天", "不是，我说过了，是后天", "才不是", "不是的，跟你说了"]
)
def test_a_no_with_the_same_words_stays_one(text: str) -> None:
    assert _answers(text)[0].value is Answer.NO


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("那就好", True),
        ("好吧好吧", True),
        ("好的", True),
        ("就好", True),
        ("八号", False),
        ("不好", False),
    ],
)
def test_a_yes_and_nothing_else(text: str, plain: bool) -> None:
    assert is_plain_yes(text) is plain

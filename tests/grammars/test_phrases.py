from __future__ import annotations

import pytest

from grammars import phrases
from grammars.closed_list import heard
from grammars.data_files import departments_data, symptoms_data
from grammars.meaning import Answer, Command, Slot, Task
from tests.grammars.questions import hospitals, n_best, understood


def _hits(text: str) -> phrases.PhraseHits:
    return phrases.phrase_hits(heard(n_best(text)))


@pytest.mark.parametrize(
    "text",
    [
        *("我不想活了", "活着没意思", "我想自杀", "不如死了算了", "我活不下去了", "我要跳楼"),
        *("喝了一瓶农药我喝了农药", "生不如死", "不香活了", "活着还有什么意思呢"),
    ],
)
def test_words_of_despair(text: str) -> None:
    assert phrases.despairs(_hits(text))


@pytest.mark.parametrize(
    "text",
    [
        *("我要趋势第一人民议院|我要去死第一人民议院", "我想去市中医院|我想去死中医院"),
        "我要趋势第一人民议院|我要去死第一人民以外",
        "我要去视力第一人民医院|我要趋势第一人民医院|我要去死第一人民医院",
    ],
)
def test_another_spelling_of_a_hospital_is_no_despair(text: str) -> None:
    assert not phrases.despairs(_hits(text), hospitals())


@pytest.mark.parametrize(
    "text",
    [
        *(
            "我要去死第一人民医院",
            "我要趋势|我要去死",
            "我要趋势了|我要去死了",
            "我要趋势鼓楼医院|我要去死鼓楼医院",
        ),
        *("我要去市第一人民医院|我不想活了", "我要趋势第一人民医院|我去死第一人民医院不想活了"),
        *("不想活了我要去市中医院", "我在鼓楼医院跳楼|我在鼓楼医院", "市中医院|我在市中医院要跳楼"),
    ],
)
def test_despair_is_heard_beside_a_hospital(text: str) -> None:
    assert phrases.despairs(_hits(text), hospitals())


@pytest.mark.parametrize("text", ["我不想活动了", "今天天气不错", "我要挂号", "想死你了", "嗯"])
def test_no_despair(text: str) -> None:
    assert not phrases.despairs(_hits(text))


@pytest.mark.parametrize(
    "text",
    [
        *("我喘不上气", "喘不过气来了", "老头子透不过气", "气都喘不上来", "胸痛，一身大汗"),
        *("胸口疼得厉害出冷汗", "晕过去了叫不醒", "吐血了", "一直流血止不住", "半边身子动不了"),
        *("我川不上气", "喘布过气", "喘不上来了", "换不过气", "叫不应", "没得气了", "快不行了"),
        *("嘴巴歪了话说不清", "胸口闷得很出虚汗", "刚才又晕倒了", "我嘴歪了", "嘴巴歪了流口水"),
        *("我老头子嘴歪了口齿不清", "脸歪了说话不清楚", "说话不清楚嘴也歪了", "老伴口角歪了"),
        *("口齿不清嘴歪", "去年脸歪过今天说话又不清楚嘴歪了", "刚才半边脸都歪了"),
        *("是不是嘴歪了", "昨天嘴歪了", "今天早上起来嘴歪了"),
    ],
)
def test_signs_of_danger(text: str) -> None:
    assert phrases.is_in_danger(_hits(text))


@pytest.mark.parametrize(
    "text",
    [
        *("胸闷", "我咳嗽", "胸口有点疼", "出汗多", "压力大得喘不过气", "忙得透不过气"),
        *("天气不好早上不来了", "没有呼吸内科的号吗", "血压止不住", "空腹抽血止不住", "我没晕倒过"),
        *("胸闷不出汗", "以前昏倒过想挂神经内科", "上个月吐血了想复查", "昏迷过的病人复查"),
        *("以前嘴歪过", "面瘫复查", "嘴歪复查", "去年嘴歪说话不清楚", "怕嘴歪", "嘴巴外面长了个泡"),
        *(
            "牙齿长歪了",
            "嘴巴干",
            "你说话不清楚",
            "口齿不清",
            "面瘫复查嘴歪",
            "嘴歪好几年了",
            "脸肿",
        ),
        *("嘴歪了有半年了", "中风后遗症嘴歪", "脸歪是老毛病了", "我要挂口外|我要挂口歪"),
        *("没有晕倒过", "我头晕", "贫血", "气管炎", "今天天气不错", "喘不喘"),
    ],
)
def test_no_sign_of_danger(text: str) -> None:
    assert not phrases.is_in_danger(_hits(text))


@pytest.mark.parametrize(
    "text",
    [
        *("胸闷", "胸口有点疼", "我心绞痛", "呼吸困难", "突然说不清话了", "眼前一黑"),
        *("口齿不清", "老头子舌头大了", "讲话大舌头", "舌头不听使唤"),
        *("上个礼拜嘴巴歪了", "牙疼得嘴都歪了", "气得嘴都歪了", "我不是嘴歪", "面瘫嘴歪挂针灸"),
        *("我要挂口外|我要挂口歪", "一边手没得劲", "讲话讲不清爽", "话说不清楚了"),
    ],
)
def test_words_that_one_question_decides(text: str) -> None:
    assert phrases.is_perhaps_in_danger(_hits(text))


@pytest.mark.parametrize(
    "text",
    [
        "没有胸闷",
        "嘴歪了有半年了",
        "中风后遗症嘴歪",
        "以前胸闷过",
        "胸痛复查",
        "我咳嗽",
        "腿疼",
        "嗯",
        "你说话不清楚",
        "从小口齿不清",
    ],
)
def test_words_that_need_no_question(text: str) -> None:
    assert not phrases.is_perhaps_in_danger(_hits(text))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *(("很难受", Answer.YES), ("疼得厉害", Answer.YES), ("受不了了", Answer.YES)),
        *(("不难受", Answer.NO), ("还好", Answer.NO), ("老毛病了", Answer.NO), ("对", None)),
    ],
)
def test_how_unwell_somebody_is(text: str, answer: Answer | None) -> None:
    assert phrases.suffering(heard(n_best(text))) is answer


@pytest.mark.parametrize(
    "text", ["随便", "哪个都行", "都可以", "你安排吧", "谁都行", "哪天有号就哪天"]
)
def test_no_preference(text: str) -> None:
    assert phrases.has_no_preference(_hits(text), asked=False)


@pytest.mark.parametrize("text", ["除了周三都行", "就这个", "鼓楼医院", "都行吗"])
def test_a_preference(text: str) -> None:
    assert not phrases.has_no_preference(_hits(text), asked=False)


def test_weak_words_give_way() -> None:
    first, *rest = phrases.tasks(_hits("我想咨询一下怎么取消了的预约取消"))
    assert first.value is Task.CANCEL
    assert first.confidence > max((s.confidence for s in rest), default=0)


def test_operator_is_a_command_and_a_task() -> None:
    hits = _hits("转人工")
    assert phrases.commands(hits)[0].value is Command.OPERATOR
    assert phrases.tasks(hits)[0].value is Task.OPERATOR


def test_complaints_name_only_departments_of_the_list() -> None:
    hits = _hits("我牙疼")
    assert [scored.value for scored, _, _ in phrases.complaints(hits, {"口腔科"})] == ["口腔科"]
    assert phrases.complaints(hits, {"骨科"}) == []


def test_complaints_point_to_known_departments() -> None:
    known = {row.name for row in departments_data().departments}
    for entry in symptoms_data().symptoms:
        assert {entry.department, *entry.also} <= known


def test_an_offered_any_will_do_is_understood_through_a_telephone() -> None:
    # 随 loses what tells it from 肥 above 3.4 kHz.
    assert understood(Slot.DOCTOR, "肥便|飞便").no_preference
    assert understood(Slot.DOCTOR, "随便哪个一生都行|随便哪个医生都行").no_preference
    assert not understood(Slot.DATE, "肥便|飞便").no_preference
    assert not understood(Slot.DOCTOR, "飞机").no_preference


@pytest.mark.parametrize(
    "text",
    [
        *("我是退休的一个人住", "我是退休的一个人住|我是退号的一个人住", "退休了|退号了"),
        *("我是退休工人|我是退费工人", "要买退烧药|要买退号药", "退烧门诊的号", "挂个号，我退休了"),
    ],
)
def test_who_has_retired_cancels_nothing(text: str) -> None:
    assert Task.CANCEL not in [each.value for each in phrases.tasks(_hits(text))]


@pytest.mark.parametrize(
    "text", ["我退休了，要挂号", "退休教师，想挂号", "退役军人挂号", "我退下来了，要挂号"]
)
def test_who_has_retired_books(text: str) -> None:
    assert [each.value for each in phrases.tasks(_hits(text))] == [Task.BOOK]


@pytest.mark.parametrize("text", ["我退休了，我要退号", "我是退休的|我是退休的我要退号"])
def test_who_has_retired_may_cancel(text: str) -> None:
    assert phrases.tasks(_hits(text))[0].value is Task.CANCEL


@pytest.mark.parametrize(
    ("text", "command"),
    [
        *(("我跟我儿子商量一下", Command.WAIT), ("我跟老伴商量商量", Command.WAIT)),
        *(("我再考虑考虑", Command.WAIT), ("考虑一下再说", Command.WAIT)),
        *(("我问一下我女儿", Command.WAIT), ("商量好了再打", Command.GOODBYE)),
        *(("我跟儿子商量一下再打", Command.GOODBYE), ("回去商量商量再说", Command.GOODBYE)),
    ],
)
def test_who_talks_it_over_is_waited_for(text: str, command: Command) -> None:
    assert phrases.commands(_hits(text))[0].value is command


@pytest.mark.parametrize(
    "text", ["帮我问一下我儿子的预约", "我问一下我预约的是哪天", "不用考虑", "再考虑一下吧先不挂了"]
)
def test_who_asks_us_is_not_waited_for(text: str) -> None:
    assert Command.WAIT not in [each.value for each in phrases.commands(_hits(text))]


def test_a_yes_that_sounds_like_being_put_off_puts_nothing_off() -> None:
    assert understood(Slot.CONFIRM, "退道").task == ()  # 对的
    put_off = understood(Slot.CONFIRM, "退到后天上午")
    assert put_off.task[0].value is Task.CHANGE
    assert understood(Slot.TASK, "推到").task[0].value is Task.CHANGE

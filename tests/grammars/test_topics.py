"""What is asked about, and how surely."""

from __future__ import annotations

import pytest

from grammars.data_files import answers_data
from grammars.meaning import Slot
from tests.grammars.questions import understood

ANSWERED_FROM = 0.8  # dialogs/data/policy.yaml


def test_every_topic_is_asked_for_by_its_first_wording() -> None:
    for entry in answers_data().answers:
        words = "".join(part.split("|")[0] for part in entry.say[0].split("…"))
        asked = understood(Slot.TOPIC, words).topic
        assert asked, words
        assert asked[0].value == entry.topic, words
        assert asked[0].confidence >= ANSWERED_FROM, words


@pytest.mark.parametrize(
    "sentence",
    [
        "我在医院停车的时候车被划了保安态度还不好没有人来管",
        "医生让我空着肚子等到下午三点钟才轮到我抽血",
        "他说要带身份证我带了还是不给我看",
    ],
)
def test_a_word_in_a_story_is_not_answered_unasked(sentence: str) -> None:
    assert all(topic.confidence < ANSWERED_FROM for topic in understood(Slot.TASK, sentence).topic)


def test_a_name_beside_the_question_makes_it_no_less_sure() -> None:
    bare = understood(Slot.TOPIC, "停车方便吗").topic[0]
    named = understood(Slot.TOPIC, "南京鼓楼医院停车方便吗").topic[0]
    assert named.confidence == pytest.approx(bare.confidence, abs=0.05)


def test_a_question_is_known_by_its_sound() -> None:
    assert understood(Slot.TOPIC, "发热门争").topic[0].value == "fever_clinic"


def test_digits_being_dictated_ask_nothing() -> None:
    assert understood(Slot.ID_NUMBER, "三二零一零六一九四五零一").topic == ()

"""The answers to what callers ask, as they are spoken."""

from __future__ import annotations

from booking_client.types import Hospital
from dialogs.answers import all_fixed_texts, voice_answers
from dialogs.spoken import texts

CHILDREN = Hospital("南京市儿童医院", (), "鼓楼区", "三级甲等", ("广州路院区", "河西院区"))
_MOST = 25  # characters in one breath


def test_an_answer_about_a_hospital_is_filled_from_the_catalogue() -> None:
    spoken = "".join(texts(voice_answers()["address"].spoken(CHILDREN)))
    assert spoken.startswith("南京市儿童医院在鼓楼区")
    campuses = texts(voice_answers()["campuses"].spoken(CHILDREN))
    assert campuses[-2:] == ("广州路院区", "河西院区")


def test_every_answer_can_be_spoken() -> None:
    for answer in voice_answers().values():
        spoken = texts(answer.spoken(CHILDREN))
        assert spoken, answer.topic
        assert not any("{" in text for text in spoken), answer.topic


def test_no_answer_is_long_in_one_breath() -> None:
    assert not [text for text in all_fixed_texts() if len(text) > _MOST]


def test_what_is_not_known_offers_a_person() -> None:
    for answer in voice_answers().values():
        told = "".join(texts(answer.template.render({})))
        assert answer.person or "我这里没有" not in told, answer.topic


def test_every_fixed_text_is_listed_once() -> None:
    assert len(set(all_fixed_texts())) == len(all_fixed_texts())

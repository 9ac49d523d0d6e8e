"""Vosk's JSON as N-best and confidences."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.ports import RecogniserError
from ivr.recognisers.vosk_result import Transcript, config_message


def transcript(*messages: object, most: int = 5) -> Transcript:
    made = Transcript(most=most)
    for message in messages:
        made.take(json.dumps(message, ensure_ascii=False))
    return made


def alternatives(*texts: tuple[str, float]) -> dict[str, object]:
    return {
        "alternatives": [
            {
                "confidence": confidence,
                "text": text,
                "result": [
                    {"word": word, "start": float(i), "end": i + 1.0}
                    for i, word in enumerate(text.split())
                ],
            }
            for text, confidence in texts
        ]
    }


def test_chinese_words_join_and_other_scripts_keep_their_spaces() -> None:
    assert transcript({"text": "鼓楼 医院"}).hypotheses()[0].text == "鼓楼医院"
    assert transcript({"text": "병원 예약"}).hypotheses()[0].text == "병원 예약"


def test_word_confidences_of_a_single_text_are_kept_and_averaged() -> None:
    words = [{"word": "明天", "conf": 0.9}, {"word": "上午", "conf": 0.5}]
    made = transcript({"text": "明天 上午", "result": words})
    assert made.words() == (("明天", 0.9), ("上午", 0.5))
    assert made.hypotheses()[0].confidence == pytest.approx(0.7)


def test_alternatives_share_the_likelihood() -> None:
    made = transcript(alternatives(("明天 上午", 100.0), ("明天 下午", 99.0)))
    first, second = made.hypotheses()
    assert (first.text, second.text) == ("明天上午", "明天下午")
    assert first.confidence == pytest.approx(0.731, abs=0.001)
    assert first.confidence + second.confidence == pytest.approx(1.0)


def test_a_word_is_as_sure_as_the_alternatives_that_have_it() -> None:
    made = transcript(alternatives(("明天 上午", 100.0), ("明天 下午", 99.0)))
    assert dict(made.words()) == {
        "明天": pytest.approx(1.0),
        "上午": pytest.approx(0.731, abs=0.001),
    }


def test_alternatives_with_the_same_text_count_together() -> None:
    made = transcript(alternatives(("好", 10.0), ("好", 10.0), ("号", 10.0)))
    assert [h.confidence for h in made.hypotheses()] == pytest.approx([2 / 3, 1 / 3])


def test_unknown_words_are_no_words() -> None:
    assert transcript({"text": "[unk]"}).hypotheses() == ()
    assert transcript({"text": "好 [unk]"}).hypotheses()[0].text == "好"


def test_silence_gives_nothing() -> None:
    made = transcript({"partial": ""}, {"text": ""}, alternatives(("", 0.0)))
    assert made.hypotheses() == ()
    assert made.words() == ()


def test_a_pause_inside_the_utterance_loses_nothing() -> None:
    made = transcript(
        alternatives(("我要", 10.0), ("五要", 9.0)), {"text": ""}, alternatives(("挂号", 5.0))
    )
    assert [h.text for h in made.hypotheses()] == ["我要挂号", "五要挂号"]


def test_the_list_keeps_its_bound() -> None:
    stretch = alternatives(("一", 2.0), ("二", 1.0), ("三", 0.0))
    assert len(transcript(stretch, stretch, most=4).hypotheses()) == 4


def test_the_partial_text_follows_the_stretches_before_it() -> None:
    made = transcript({"text": "我要"}, {"partial": "挂 号"})
    assert made.text_so_far == "我要挂号"
    made.take('{"text": "挂号"}')
    assert made.text_so_far == "我要挂号"


@pytest.mark.parametrize("message", ["", "[]", "nonsense", '{"alternatives": 3}'])
def test_what_is_not_vosk_is_an_error(message: str) -> None:
    with pytest.raises(RecogniserError):
        Transcript(most=5).take(message)


@given(st.lists(st.tuples(st.sampled_from("一二三"), st.floats(-1e4, 1e4)), min_size=1, max_size=6))
def test_confidences_are_a_distribution_best_first(texts: list[tuple[str, float]]) -> None:
    found = [h.confidence for h in transcript(alternatives(*texts)).hypotheses()]
    assert all(0.0 <= confidence <= 1.0 for confidence in found)
    assert sum(found) == pytest.approx(1.0)
    assert found == sorted(found, reverse=True)


def test_the_configuration_has_a_phrase_list_only_when_there_are_phrases() -> None:
    assert "phrase_list" not in json.loads(config_message(8000, 5, ()))["config"]
    config = json.loads(config_message(8000, 5, ("好", "不好")))["config"]
    assert config == {
        "sample_rate": 8000,
        "max_alternatives": 5,
        "words": 1,
        "phrase_list": ["好", "不好"],
    }

"""Closed lists on real Mandarin speech."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from tokenizers import Tokenizer

from grammars.meaning import Slot
from grammars.question import Question
from grammars.word_lists import answer_list
from ivr.ports import ClosedSetScorer, Fit, Hint
from ivr.recognisers.whisper import WhisperRecogniser
from ivr.recognisers.whisper_scorer import chinese_tokens
from tests.recognisers.conftest import Say, installed

pytestmark = pytest.mark.models

HOSPITALS = [
    "南京鼓楼医院",
    "南京市儿童医院",
    "江苏省人民医院",
    "南京市第一医院",
    "江苏省中医院",
    "东部战区总医院(秦淮医疗区)",
]
DEPARTMENTS = ["心血管内科", "呼吸内科", "神经内科", "骨科", "眼科", "皮肤科"]


async def heard(whisper: WhisperRecogniser, pcm: bytes) -> ClosedSetScorer:
    stream = whisper.open(Hint(Slot.TASK))
    stream.accept(pcm)
    recognition = await stream.finish()
    stream.close()
    assert recognition.scorer is not None
    return recognition.scorer


def best(names: list[str], fits: list[Fit | None]) -> str:
    return max((fit.evidence, name) for fit, name in zip(fits, names, strict=True) if fit)[1]


@pytest.mark.parametrize("said", ["南京鼓楼医院", "江苏省中医院"])
async def test_the_hospital_that_was_said_fits_best(
    whisper: WhisperRecogniser, mandarin: Say, said: str
) -> None:
    scorer = await heard(whisper, mandarin(said))
    fits = await scorer.score(HOSPITALS)
    assert best(HOSPITALS, fits) == said
    assert all(fit is None or (fit.total <= 0.0 and fit.prior <= 0.0) for fit in fits)


async def test_a_list_in_which_the_answer_is_not_fits_badly(
    whisper: WhisperRecogniser, mandarin: Say
) -> None:
    scorer = await heard(whisper, mandarin("南京鼓楼医院"))
    right = max(fit.mean for fit in await scorer.score(HOSPITALS) if fit)
    wrong = max(fit.mean for fit in await scorer.score(DEPARTMENTS) if fit)
    assert right > wrong + 1.0


async def test_a_name_inside_a_sentence_is_found_by_whole_sentences(
    whisper: WhisperRecogniser, mandarin: Say
) -> None:
    scorer = await heard(whisper, mandarin("我要挂神经内科的号"))
    sentences = [f"我要挂{name}的号" for name in DEPARTMENTS]
    assert best(sentences, await scorer.score(sentences)) == "我要挂神经内科的号"


async def test_how_usual_a_text_is_does_not_depend_on_what_was_said(
    whisper: WhisperRecogniser, mandarin: Say
) -> None:
    first = await (await heard(whisper, mandarin("骨科"))).score(["骨科"])
    second = await (await heard(whisper, mandarin("我要挂神经内科的号"))).score(["骨科"])
    assert first[0] is not None
    assert second[0] is not None
    assert first[0].prior == second[0].prior
    assert first[0].total > second[0].total


async def test_what_a_text_is_worth_does_not_depend_on_what_was_scored_before(
    whisper: WhisperRecogniser, mandarin: Say
) -> None:
    """Or a yes would book in the first call of a day and not in the third."""
    said = mandarin("对的")
    listed = answer_list(Question(Slot.CONFIRM, dt.date(2021, 3, 1)))
    assert listed is not None
    phrases = listed.names.phrases
    fresh = WhisperRecogniser(installed("whisper-base"), workers=1, time_limit=60.0)
    try:
        scorer = await heard(fresh, said)
        one_by_one = [fit for phrase in phrases for fit in await scorer.score([phrase])]
    finally:
        await fresh.aclose()
    together = await (await heard(whisper, said)).score(phrases)
    both = [pair for pair in zip(one_by_one, together, strict=True) if None not in pair]
    assert len(both) > 5
    assert [one.prior for one, _ in both if one] == [other.prior for _, other in both if other]


async def test_a_rare_text_has_a_lower_prior_than_a_usual_one(
    whisper: WhisperRecogniser, mandarin: Say
) -> None:
    scorer = await heard(whisper, mandarin("骨科"))
    [usual], [rare] = await scorer.score(["谢谢"]), await scorer.score(["龑骉"])
    assert usual is not None
    assert rare is not None
    assert usual.prior > rare.prior + 5


async def test_several_lists_of_one_utterance_at_once_score_as_one_by_one(
    whisper: WhisperRecogniser, mandarin: Say
) -> None:
    scorer = await heard(whisper, mandarin("江苏省中医院"))
    lists = [HOSPITALS, DEPARTMENTS, [*HOSPITALS, *DEPARTMENTS]]
    together = await asyncio.gather(*(scorer.score(names) for names in lists))
    assert together == [await scorer.score(names) for names in lists]


async def test_lists_of_no_or_of_unsayable_entries_have_no_scores(
    whisper: WhisperRecogniser, mandarin: Say
) -> None:
    scorer = await heard(whisper, mandarin("南京鼓楼医院"))
    assert await scorer.score([]) == []
    assert await scorer.score(["", "()"]) == [None, None]


def test_silence_has_nothing_to_score(whisper: WhisperRecogniser) -> None:
    assert whisper.recognise(bytes(16000), Hint(Slot.TASK)).scorer is None


def test_a_recogniser_without_scoring_has_no_scorer(mandarin: Say) -> None:
    plain = WhisperRecogniser(installed("whisper-base"), workers=1, scoring=False)
    assert plain.recognise(mandarin("南京鼓楼医院"), Hint(Slot.TASK)).scorer is None


def test_every_name_of_a_list_can_be_written_with_the_kept_tokens() -> None:
    tokenizer = Tokenizer.from_file(str(installed("whisper-base") / "tokenizer.json"))
    kept = set(chinese_tokens(tokenizer))
    assert len(kept) < 6000
    for name in [*HOSPITALS[:5], *DEPARTMENTS, "B超室", "CT室", "2号门诊", "龑"]:
        ids = tokenizer.encode(name, add_special_tokens=False).ids
        assert set(ids) <= kept, name

"""The NumPy decoder beside CTranslate2 on the same weights and the same speech."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ctranslate2
import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ivr.recognisers.log_mel import log_mel, to_model_rate
from ivr.recognisers.whisper_decoder import WhisperDecoder
from ivr.recognisers.whisper_prompt import END, TASK
from tests.recognisers.conftest import Say, installed

pytestmark = pytest.mark.models


@dataclass
class Parts:
    model: ctranslate2.models.Whisper
    tokenizer: Tokenizer
    decoder: WhisperDecoder


@pytest.fixture(name="parts", scope="module")
def _parts() -> Iterator[Parts]:
    folder = installed("whisper-base")
    model = ctranslate2.models.Whisper(str(folder), compute_type="float32", intra_threads=1)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    yield Parts(model, tokenizer, WhisperDecoder(folder, np.arange(51865)))
    model.unload_model()


def encode(parts: Parts, pcm: bytes) -> NDArray[np.float32]:
    mel = log_mel(to_model_rate(pcm), 1000)[np.newaxis]
    features = ctranslate2.StorageView.from_array(mel)
    encoded: NDArray[np.float32] = np.array(parts.model.encode(features, to_cpu=True))[0]
    return encoded


def test_its_likeliest_tokens_are_those_of_ctranslate2(parts: Parts, mandarin: Say) -> None:
    encoded = encode(parts, mandarin("我想看心内科"))
    features = ctranslate2.StorageView.from_array(encoded[np.newaxis])
    said = parts.model.generate(features, [list(TASK)], beam_size=1, suppress_tokens=[])[0]
    answer = [*said.sequences_ids[0], END]
    heard = parts.decoder.hear(encoded, len(encoded))
    columns = np.array([[*TASK, *answer[:-1]]])
    scores, context = parts.decoder.advance(columns, parts.decoder.start(), heard)
    assert scores[0, len(TASK) - 1 :].argmax(axis=-1).tolist() == answer
    assert np.exp(scores).sum(axis=-1) == pytest.approx(1.0, abs=1e-3)
    assert context.length == columns.size


def test_all_at_once_or_one_by_one_is_the_same(parts: Parts, mandarin: Say) -> None:
    heard = parts.decoder.hear(encode(parts, mandarin("不用了")), 100)
    tokens = [*TASK, *parts.tokenizer.encode("不用了", add_special_tokens=False).ids]
    at_once, _ = parts.decoder.advance(np.array([tokens]), parts.decoder.start(), heard)
    context = parts.decoder.start()
    for position, token in enumerate(tokens):
        step, context = parts.decoder.advance(np.array([[token]]), context, heard)
        assert step[0, 0] == pytest.approx(at_once[0, position], abs=1e-2)


def test_rows_do_not_touch_each_other(parts: Parts, mandarin: Say) -> None:
    heard = parts.decoder.hear(encode(parts, mandarin("不用了")), 100)
    _, context = parts.decoder.advance(np.array([TASK]), parts.decoder.start(), heard)
    both, _ = parts.decoder.advance(np.array([[10], [20]]), context.rows(np.array([0, 0])), heard)
    one, _ = parts.decoder.advance(np.array([[20]]), context, heard)
    assert both[1] == pytest.approx(one[0], abs=1e-2)


def test_thinned_silence_hardly_changes_a_score(parts: Parts, mandarin: Say) -> None:
    encoded = encode(parts, mandarin("明天上午"))
    tokens = np.array([[*TASK, *parts.tokenizer.encode("明天", add_special_tokens=False).ids]])
    start = parts.decoder.start()
    whole, _ = parts.decoder.advance(tokens, start, parts.decoder.hear(encoded, len(encoded)))
    thinned, _ = parts.decoder.advance(tokens, start, parts.decoder.hear(encoded, 90))
    likely = whole > -5
    assert np.abs(whole[likely] - thinned[likely]).max() < 0.5


def test_a_token_outside_the_vocabulary_has_no_column() -> None:
    decoder = WhisperDecoder(installed("whisper-base"), np.array([5, 7, END]))
    assert decoder.columns([7, END]) == [1, 2]
    assert decoder.columns([7, 6]) is None

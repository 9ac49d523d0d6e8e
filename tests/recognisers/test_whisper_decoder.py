"""Our decoder beside CTranslate2 on the same weights and the same speech."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ctranslate2
import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ivr.recognisers.log_mel import HOP, LEAD, TAIL, log_mel, to_model_rate
from ivr.recognisers.whisper_decoder import Heard, WhisperDecoder
from ivr.recognisers.whisper_prompt import END, TASK
from tests.recognisers.conftest import Say, installed

Floats = NDArray[np.float32]

pytestmark = pytest.mark.models


@dataclass
class Parts:
    model: ctranslate2.models.Whisper
    tokenizer: Tokenizer
    exact: WhisperDecoder
    quantised: WhisperDecoder

    def tokens(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return [*TASK, *ids]


@pytest.fixture(name="parts", scope="module")
def _parts() -> Iterator[Parts]:
    folder = installed("whisper-base")
    everything = np.arange(51865)
    parts = Parts(
        ctranslate2.models.Whisper(str(folder), compute_type="float32", intra_threads=1),
        Tokenizer.from_file(str(folder / "tokenizer.json")),
        WhisperDecoder(folder, everything, quantised=False),
        WhisperDecoder(folder, everything),
    )
    yield parts
    parts.model.unload_model()


def encode(parts: Parts, pcm: bytes) -> Floats:
    mel = log_mel(to_model_rate(pcm), 1000)[np.newaxis]
    features = ctranslate2.StorageView.from_array(mel)
    encoded: Floats = np.array(parts.model.encode(features, to_cpu=True))[0]
    return encoded


def in_a_row(decoder: WhisperDecoder, tokens: Sequence[int], heard: Heard) -> Floats:
    """The log-probabilities [tokens, vocabulary] of what follows each of `tokens`."""
    parents = np.arange(len(tokens)) - 1
    scores, said = decoder.say(np.array(tokens), parents, decoder.nothing(), heard)
    assert len(said) == len(tokens)
    return scores


def test_its_likeliest_tokens_are_those_of_ctranslate2(parts: Parts, mandarin: Say) -> None:
    encoded = encode(parts, mandarin("我想看心内科"))
    features = ctranslate2.StorageView.from_array(encoded[np.newaxis])
    said = parts.model.generate(features, [list(TASK)], beam_size=1, suppress_tokens=[])[0]
    answer = [*said.sequences_ids[0], END]
    for decoder in (parts.exact, parts.quantised):
        heard = decoder.hear(encoded, len(encoded))
        scores = in_a_row(decoder, [*TASK, *answer[:-1]], heard)
        assert scores[len(TASK) - 1 :].argmax(axis=-1).tolist() == answer
        assert np.exp(scores).sum(axis=-1) == pytest.approx(1.0, abs=1e-3)


def test_all_at_once_or_one_by_one_is_the_same(parts: Parts, mandarin: Say) -> None:
    tokens = parts.tokens("不用了")
    encoded = encode(parts, mandarin("不用了"))
    for decoder in (parts.exact, parts.quantised):
        heard = decoder.hear(encoded, 100)
        at_once = in_a_row(decoder, tokens, heard)
        said = decoder.nothing()
        for position, token in enumerate(tokens):
            step, said = decoder.say(np.array([token]), np.array([position - 1]), said, heard)
            assert step[0] == pytest.approx(at_once[position], abs=2e-2)


def test_a_branch_is_as_if_the_others_were_not_there(parts: Parts, mandarin: Say) -> None:
    trunk = parts.tokens("明天")
    branches = [parts.tokens(text)[len(TASK) :] for text in ("上午", "下午", "的")]
    columns, parents = list(trunk), list(range(-1, len(trunk) - 1))
    ends = []
    for branch in branches:
        parents += [len(trunk) - 1, *range(len(columns), len(columns) + len(branch) - 1)]
        columns += branch
        ends.append(len(columns) - 1)
    encoded = encode(parts, mandarin("明天上午"))
    for decoder in (parts.exact, parts.quantised):
        heard = decoder.hear(encoded, 100)
        tree, _ = decoder.say(np.array(columns), np.array(parents), decoder.nothing(), heard)
        for branch, end in zip(branches, ends, strict=True):
            alone = in_a_row(decoder, [*trunk, *branch], heard)
            assert tree[end] == pytest.approx(alone[-1], abs=2e-2)


def of_text(decoder: WhisperDecoder, tokens: Sequence[int], heard: Heard) -> Floats:
    """The log-probabilities of the tokens behind the task's, and of the end."""
    scores = in_a_row(decoder, tokens, heard)[len(TASK) - 1 :]
    return scores[np.arange(len(scores)), [*tokens[len(TASK) :], END]]


def test_thinned_silence_hardly_changes_what_the_words_score(parts: Parts, mandarin: Say) -> None:
    pcm = mandarin("我想看心内科")
    encoded, spoken = encode(parts, pcm), (LEAD + len(pcm) + TAIL) // (2 * HOP)
    tokens = parts.tokens("我想看心内科")
    whole = of_text(parts.exact, tokens, parts.exact.hear(encoded, len(encoded)))
    heard = parts.exact.hear(encoded, spoken)
    assert len(heard.log_counts) < 200
    assert np.exp(heard.log_counts).sum() == pytest.approx(len(encoded))
    thinned = of_text(parts.exact, tokens, heard)
    assert thinned == pytest.approx(whole, abs=0.3)


def test_integers_hardly_change_what_the_words_score(parts: Parts, mandarin: Say) -> None:
    encoded = encode(parts, mandarin("我想看心内科"))
    tokens = parts.tokens("我想看心内科")
    exact = of_text(parts.exact, tokens, parts.exact.hear(encoded, 100))
    rounded = of_text(parts.quantised, tokens, parts.quantised.hear(encoded, 100))
    assert rounded == pytest.approx(exact, abs=0.5)


def test_an_utterance_without_silence_behind_it_can_be_heard(parts: Parts) -> None:
    encoded = np.zeros((500, 512), dtype=np.float32)
    assert len(parts.quantised.hear(encoded, 600).log_counts) == len(encoded)


def test_a_token_outside_the_vocabulary_has_no_column() -> None:
    decoder = WhisperDecoder(installed("whisper-base"), np.array([5, 7, END]))
    assert decoder.columns([7, END]) == [1, 2]
    assert decoder.columns([7, 6]) is None

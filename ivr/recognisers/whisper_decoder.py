"""Whisper's text decoder in NumPy: the probability of any token after any tokens.

CTranslate2 answers "what was said" fast, but "how well does each of these 200 names
fit" only by decoding each of them. This decoder works on the same weights and the
encoder output that CTranslate2 has already made, many rows at once.

Shapes: B rows, T new tokens a row, P tokens before them, S encoder positions,
H heads of D/H.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from ivr.recognisers.ct2_weights import Weights

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

_EPSILON = np.float32(1e-5)
_ROOT_HALF = np.float32(0.7071067811865476)
_SILENCE_STEP = 4
_NEVER = np.float32(-1e9)


@dataclass(frozen=True, slots=True)
class _Linear:
    weight: Floats  # [inputs, outputs]
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        # One product of all rows: NumPy would do a stack of matrices one by one.
        flat = x.reshape(-1, x.shape[-1]) @ self.weight
        flat += self.bias
        return np.asarray(flat.reshape(*x.shape[:-1], -1), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Norm:
    gamma: Floats
    beta: Floats

    def __call__(self, x: Floats) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt(np.mean(centred * centred, axis=-1, keepdims=True) + _EPSILON)
        return np.asarray(centred / spread * self.gamma + self.beta, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Layer:
    self_norm: _Norm
    self_in: _Linear  # queries, keys and values together
    self_out: _Linear
    cross_norm: _Norm
    cross_query: _Linear
    cross_memory: _Linear  # keys and values together
    cross_out: _Linear
    feed_norm: _Norm
    feed_in: _Linear
    feed_out: _Linear


@dataclass(frozen=True, slots=True)
class Heard:
    """The encoder output as each layer's keys [H, D/H, S] and values [H, S, D/H].

    `log_counts` [S]: for how many encoder positions each one stands.
    """

    layers: tuple[tuple[Floats, Floats], ...]
    log_counts: Floats


@dataclass(frozen=True, slots=True)
class Context:
    """What the rows have said so far: each layer's keys and values [B, H, P, D/H]."""

    layers: tuple[tuple[Floats, Floats], ...]

    @property
    def length(self) -> int:
        return int(self.layers[0][0].shape[2])

    def rows(self, chosen: Ids) -> Context:
        return Context(tuple((keys[chosen], values[chosen]) for keys, values in self.layers))


class WhisperDecoder:
    """The decoder of the CTranslate2 model in `folder`.

    `vocabulary` are the token ids whose probabilities are asked for and among which
    they are normalised. Raises WeightsError for a model of another format.
    """

    def __init__(self, folder: Path, vocabulary: Ids) -> None:
        weights = Weights(folder / "model.bin")
        self.vocabulary = vocabulary
        self._heads = 8
        self._embeddings = weights.floats("decoder/embeddings/weight", vocabulary)
        self._column = {int(token): column for column, token in enumerate(vocabulary)}
        projection = weights.floats("decoder/projection/weight", vocabulary)
        self._projection = np.ascontiguousarray(projection.T)
        self._positions = weights.floats("decoder/position_encodings/encodings")
        self._norm = _norm(weights, "decoder/layer_norm")
        self._layers: list[_Layer] = []
        while f"decoder/layer_{len(self._layers)}/ffn/linear_0/weight" in weights:
            self._layers.append(_layer(weights, f"decoder/layer_{len(self._layers)}"))

    def columns(self, tokens: Iterable[int]) -> list[int] | None:
        """Where `tokens` stand in `vocabulary`; None when one of them is not there."""
        found = [self._column.get(token, -1) for token in tokens]
        return None if -1 in found else found

    def hear(self, encoded: Floats, speech: int) -> Heard:
        """Keys and values of an encoder output [positions, D], the first `speech` of it speech.

        The silence behind the speech cannot be left out, for the model rests its
        attention there, but its positions are alike: one in four stands for all.
        """
        silence = np.arange(speech, len(encoded), _SILENCE_STEP)
        kept = np.concatenate([np.arange(min(speech, len(encoded))), silence])
        counts = np.ones(len(kept), dtype=np.float32)
        counts[len(kept) - len(silence) :] = _SILENCE_STEP
        made = []
        for layer in self._layers:
            keys, values = np.split(layer.cross_memory(encoded[kept]), 2, axis=-1)
            made.append(
                (
                    np.ascontiguousarray(self._by_head(keys).transpose(0, 2, 1)),
                    np.ascontiguousarray(self._by_head(values)),
                )
            )
        return Heard(tuple(made), np.log(counts))

    def start(self) -> Context:
        """One row that has said nothing."""
        width = self._embeddings.shape[1] // self._heads
        nothing = np.zeros((1, self._heads, 0, width), dtype=np.float32)
        return Context(tuple((nothing, nothing) for _ in self._layers))

    def advance(self, columns: Ids, context: Context, heard: Heard) -> tuple[Floats, Context]:
        """Say `columns` [B, T] (of `vocabulary`) after `context`.

        Returns the log-probabilities [B, T, vocabulary] of what follows each of them,
        and the context with them.
        """
        rows, new = columns.shape
        past = context.length
        x = self._embeddings[columns] + self._positions[past : past + new]
        layers = []
        for layer, (keys, values), memory in zip(
            self._layers, context.layers, heard.layers, strict=True
        ):
            attended, keys, values = self._attend_to_self(layer, x, keys, values)
            x = x + attended
            x = x + self._attend_to_speech(layer, x, memory, heard.log_counts)
            x = x + layer.feed_out(_gelu(layer.feed_in(layer.feed_norm(x))))
            layers.append((keys, values))
        flat = self._norm(x).reshape(rows * new, -1)
        logits = flat @ self._projection
        return _log_softmax(logits).reshape(rows, new, -1), Context(tuple(layers))

    def _attend_to_self(
        self, layer: _Layer, x: Floats, keys: Floats, values: Floats
    ) -> tuple[Floats, Floats, Floats]:
        rows, new, width = x.shape
        query, key, value = (
            part.reshape(rows, new, self._heads, -1).transpose(0, 2, 1, 3)
            for part in np.split(layer.self_in(layer.self_norm(x)), 3, axis=-1)
        )
        keys = np.concatenate([keys, key], axis=2)
        values = np.concatenate([values, value], axis=2)
        scores = query @ keys.transpose(0, 1, 3, 2) * self._scale(width)
        if new > 1:
            total = keys.shape[2]
            ahead = np.arange(total) > np.arange(total - new, total)[:, None]
            scores = np.where(ahead, _NEVER, scores)
        mixed = (_softmax(scores) @ values).transpose(0, 2, 1, 3).reshape(rows, new, width)
        return layer.self_out(mixed), keys, values

    def _attend_to_speech(
        self, layer: _Layer, x: Floats, memory: tuple[Floats, Floats], log_counts: Floats
    ) -> Floats:
        rows, new, width = x.shape
        keys, values = memory
        query = layer.cross_query(layer.cross_norm(x).reshape(rows * new, width))
        weights = _softmax(self._by_head(query * self._scale(width)) @ keys + log_counts)
        mixed = (weights @ values).transpose(1, 0, 2).reshape(rows, new, width)
        return layer.cross_out(mixed)

    def _by_head(self, x: Floats) -> Floats:
        """[N, D] -> [H, N, D/H]."""
        return np.asarray(x.reshape(len(x), self._heads, -1).transpose(1, 0, 2), np.float32)

    def _scale(self, width: int) -> np.float32:
        return np.float32((width // self._heads) ** -0.5)


def _layer(weights: Weights, name: str) -> _Layer:
    own, cross, feed = f"{name}/self_attention", f"{name}/attention", f"{name}/ffn"
    return _Layer(
        self_norm=_norm(weights, f"{own}/layer_norm"),
        self_in=_linear(weights, f"{own}/linear_0"),
        self_out=_linear(weights, f"{own}/linear_1"),
        cross_norm=_norm(weights, f"{cross}/layer_norm"),
        cross_query=_linear(weights, f"{cross}/linear_0"),
        cross_memory=_linear(weights, f"{cross}/linear_1"),
        cross_out=_linear(weights, f"{cross}/linear_2"),
        feed_norm=_norm(weights, f"{feed}/layer_norm"),
        feed_in=_linear(weights, f"{feed}/linear_0"),
        feed_out=_linear(weights, f"{feed}/linear_1"),
    )


def _linear(weights: Weights, name: str) -> _Linear:
    weight = np.ascontiguousarray(weights.floats(f"{name}/weight").T)
    return _Linear(weight, weights.floats(f"{name}/bias"))


def _norm(weights: Weights, name: str) -> _Norm:
    return _Norm(weights.floats(f"{name}/gamma"), weights.floats(f"{name}/beta"))


def _gelu(x: Floats) -> Floats:
    return np.asarray(np.float32(0.5) * x * (1 + erf(x * _ROOT_HALF)), dtype=np.float32)


def _softmax(x: Floats) -> Floats:
    raised = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


def _log_softmax(x: Floats) -> Floats:
    shifted = x - x.max(axis=-1, keepdims=True)
    total = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return np.asarray(shifted - total, dtype=np.float32)

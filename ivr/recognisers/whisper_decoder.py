"""Whisper's text decoder: the probability of any token after any tokens, many at once.

CTranslate2 answers "what was said" fast, but "how well does each of these 200 names
fit" only by decoding each of them. This decoder takes the same weights and the encoder
output that CTranslate2 has already made, and says a whole tree of beginnings in one
run. onnxruntime does the work on one thread, outside the GIL; weights and activations
are multiplied as 8-bit integers (a scale for each output of a layer and for each
token), which takes half the time of float32 and changes the log-probability of a
likely name by 0.2 (root mean square).

Shapes: N new tokens, P tokens before them, S encoder positions, D wide, H heads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ivr.recognisers.ct2_weights import Weights
from ivr.recognisers.onnx_graph import MICROSOFT, Graph

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

_EPSILON = 1e-5
_HEADS = 8
_SILENCE_STEP = 16
_RARE_NORM = 0.75  # of the median
_NEVER = np.float32(-1e9)
_INT8_MOST = 127
_UINT8_ZERO = 128


@dataclass(frozen=True, slots=True)
class Heard:
    """The encoder output as each layer's keys and values [1, H, S, D/H], in turn.

    `log_counts` [S]: for how many encoder positions each one stands.
    """

    layers: tuple[Floats, ...]
    log_counts: Floats


@dataclass(frozen=True, slots=True)
class Said:
    """A tree of tokens: each layer's keys and values [P, D], in turn.

    `sees` [P, P] is 0 where a token (row) comes after another or is it, else _NEVER.
    """

    layers: tuple[Floats, ...]
    sees: Floats

    def __len__(self) -> int:
        return len(self.sees)


class WhisperDecoder:
    """The decoder of the CTranslate2 model in `folder`.

    `vocabulary` are the token ids whose probabilities are asked for and among which
    they are normalised. `quantised` False computes in float32, to compare. Raises
    WeightsError for a model of another format.
    """

    def __init__(self, folder: Path, vocabulary: Ids, *, quantised: bool = True) -> None:
        weights = Weights(folder / "model.bin")
        self._column = {int(token): column for column, token in enumerate(vocabulary)}
        self._embeddings = weights.floats("decoder/embeddings/weight", vocabulary)
        self._positions = weights.floats("decoder/position_encodings/encodings")
        layers = 0
        while f"decoder/layer_{layers}/ffn/linear_0/weight" in weights:
            layers += 1
        builder = _Builder(weights, layers, quantised)
        self._say = _session(builder.say(vocabulary))
        self._hear = _session(builder.hear())
        self._layers = layers

    def columns(self, tokens: Iterable[int]) -> list[int] | None:
        """Where `tokens` stand in `vocabulary`; None when one of them is not there."""
        found = [self._column.get(token, -1) for token in tokens]
        return None if -1 in found else found

    def hear(self, encoded: Floats, speech: int) -> Heard:
        """Keys and values of an encoder output [positions, D], the first `speech` of it speech.

        The silence behind the speech cannot be left out, for the model rests its
        attention there, but most of its positions are alike: one in sixteen stands for
        them. The few of a far smaller norm are the very ones on which attention rests,
        so they stay (without them scores are off by 4, with them by 0.1).
        """
        spoken = np.arange(min(speech, len(encoded)))
        silence = np.arange(len(spoken), len(encoded))
        kept, counts = spoken, np.ones(len(spoken))
        if len(silence):
            norms = np.linalg.norm(encoded[silence], axis=1)
            rare = norms < _RARE_NORM * np.median(norms)
            alike = silence[~rare]
            standing = alike[::_SILENCE_STEP]
            kept = np.concatenate([spoken, silence[rare], standing])
            counts = np.ones(len(kept))
            counts[len(kept) - len(standing) :] = len(alike) / len(standing)
        layers = self._hear.run(None, {"encoded": encoded[kept]})
        return Heard(tuple(layers), np.log(counts).astype(np.float32))

    def nothing(self) -> Said:
        """Before the first token."""
        empty = np.zeros((0, self._embeddings.shape[1]), dtype=np.float32)
        return Said((empty,) * (2 * self._layers), np.zeros((0, 0), dtype=np.float32))

    def say(self, columns: Ids, parents: Ids, said: Said, heard: Heard) -> tuple[Floats, Said]:
        """Say `columns` [N] (of `vocabulary`), each after the token number `parents` [N].

        Tokens are numbered in the order in which they were said, new ones on from
        len(said), parents before children; -1 is the parent of a first token. Returns the
        log-probabilities [N, vocabulary] of what follows each, and the tree with them.
        """
        before, new = len(said), len(columns)
        sees = np.full((before + new, before + new), _NEVER)
        sees[:before, :before] = said.sees
        for number, parent in enumerate(parents, before):
            if parent >= 0:
                sees[number] = sees[parent]
            sees[number, number] = 0.0
        depths = (sees[before:] == 0.0).sum(axis=1) - 1
        given = {
            "tokens": self._embeddings[columns] + self._positions[depths],
            "sees": sees[before:],
            "log_counts": np.repeat(heard.log_counts[np.newaxis], new, axis=0),
        }
        given |= {f"said_{at}": layer for at, layer in enumerate(said.layers)}
        given |= {f"heard_{at}": layer for at, layer in enumerate(heard.layers)}
        scores, *layers = self._say.run(None, given)
        return scores, Said(tuple(layers), sees)


def _session(graph: Graph) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # Processors without 8-bit dot products would otherwise add with saturation.
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(graph.model(), options, providers=["CPUExecutionProvider"])


class _Builder:
    """Makes the two graphs: encoder output -> keys and values; tokens -> what follows them."""

    def __init__(self, weights: Weights, layers: int, quantised: bool) -> None:
        self._weights = weights
        self._layers = layers
        self._quantised = quantised
        self._width = len(weights.floats("decoder/layer_norm/gamma"))

    def hear(self) -> Graph:
        graph = Graph()
        width, each = self._width, self._width // _HEADS
        encoded = graph.input("encoded", ["S", width])
        by_head = graph.constant(np.array([1, -1, _HEADS, each]))
        halves = graph.constant(np.array([width, width]))
        for layer in range(self._layers):
            both = self._linear(graph, encoded, f"decoder/layer_{layer}/attention/linear_1")
            for part in graph.split("Split", both, halves, results=2, axis=1):
                heads = graph.add("Reshape", part, by_head)
                made = graph.add("Transpose", heads, perm=[0, 2, 1, 3])
                graph.output(made, [1, _HEADS, "S", each])
        return graph

    def say(self, vocabulary: Ids) -> Graph:
        graph = Graph()
        width, each = self._width, self._width // _HEADS
        x = graph.input("tokens", ["N", width])
        two = graph.constant(np.array([0, 1]))
        sees = graph.add("Unsqueeze", graph.input("sees", ["N", "P+N"]), two)
        log_counts = graph.add("Unsqueeze", graph.input("log_counts", ["N", "S"]), two)
        thirds = graph.constant(np.array([width] * 3))
        trees = []
        for layer in range(self._layers):
            name = f"decoder/layer_{layer}"
            own, cross, feed = f"{name}/self_attention", f"{name}/attention", f"{name}/ffn"
            rows = self._linear(graph, self._norm(graph, x, own), f"{own}/linear_0")
            query, *new = graph.split("Split", rows, thirds, results=3, axis=1)
            tree = [
                graph.add("Concat", graph.input(f"said_{at}", ["P", width]), part, axis=0)
                for at, part in enumerate(new, 2 * layer)
            ]
            trees += tree
            keys, values = (_unsqueeze(graph, part) for part in tree)
            mixed = _attend(graph, query, keys, values, sees)
            x = graph.add("Add", x, self._linear(graph, mixed, f"{own}/linear_1"))
            query = self._linear(graph, self._norm(graph, x, cross), f"{cross}/linear_0")
            keys, values = (
                graph.input(f"heard_{at}", [1, _HEADS, "S", each])
                for at in (2 * layer, 2 * layer + 1)
            )
            mixed = _attend(graph, query, keys, values, log_counts)
            x = graph.add("Add", x, self._linear(graph, mixed, f"{cross}/linear_2"))
            inner = self._linear(graph, self._norm(graph, x, feed), f"{feed}/linear_0")
            inner = graph.add("Gelu", inner, domain=MICROSOFT)
            x = graph.add("Add", x, self._linear(graph, inner, f"{feed}/linear_1"))
        projection = self._weights.floats("decoder/projection/weight", vocabulary)
        logits = self._product(graph, self._norm(graph, x, "decoder"), projection.T)
        graph.output(graph.add("LogSoftmax", logits, axis=-1), ["N", len(vocabulary)])
        for part in trees:
            graph.output(part, ["P+N", width])
        return graph

    def _norm(self, graph: Graph, x: str, name: str) -> str:
        gamma, beta = (
            graph.constant(self._weights.floats(f"{name}/layer_norm/{part}"))
            for part in ("gamma", "beta")
        )
        return graph.add("LayerNormalization", x, gamma, beta, axis=-1, epsilon=_EPSILON)

    def _linear(self, graph: Graph, x: str, name: str) -> str:
        weight = self._weights.floats(f"{name}/weight")
        bias = graph.constant(self._weights.floats(f"{name}/bias"))
        return graph.add("Add", self._product(graph, x, weight.T), bias)

    def _product(self, graph: Graph, x: str, weight: Floats) -> str:
        """x @ weight [inputs, outputs]; in 8 bits with a scale for each row of x.

        onnxruntime's own quantised product has one scale for all rows, so that the tokens of
        one entry would change the score of another.
        """
        if not self._quantised:
            return graph.add("MatMul", x, graph.constant(weight))
        scales = np.maximum(np.abs(weight).max(axis=0) / _INT8_MOST, np.float32(1e-12))
        integers = np.round(weight / scales).astype(np.int8)
        step = graph.constant(np.array(1 / _INT8_MOST, np.float32))
        zero = graph.constant(np.array(_UINT8_ZERO, np.uint8))
        most = graph.add("ReduceMax", graph.add("Abs", x), axes=[-1], keepdims=1)
        rows = graph.add("QuantizeLinear", graph.add("Div", x, most), step, zero)
        product = graph.add(
            "MatMulIntegerToFloat",
            rows,
            graph.constant(integers),
            step,
            graph.constant(scales),
            zero,
            domain=MICROSOFT,
        )
        return graph.add("Mul", product, most)


def _attend(graph: Graph, query: str, keys: str, values: str, bias: str) -> str:
    rows = [_unsqueeze(graph, query), keys, values, "", "", bias]
    mixed = graph.add("MultiHeadAttention", *rows, domain=MICROSOFT, num_heads=_HEADS)
    return graph.add("Squeeze", mixed, graph.constant(np.array([0])))


def _unsqueeze(graph: Graph, x: str) -> str:
    return graph.add("Unsqueeze", x, graph.constant(np.array([0])))

"""Kokoro's int8 convolutions as matrix products, for processors with VNNI.

onnxruntime multiplies a convolution's unsigned weights by unsigned values, which VNNI has no
instruction for; in MatMulInteger unsigned values meet signed weights, which it has. The sums are
the same integers, so the speech is the same to the last bit, in two thirds of the time and less.
Without VNNI such products may saturate (vpmaddubsw adds in 16 bits): there the model stays as it
is.

A convolution of kernel K over C channels becomes one product: K shifted copies of the padded
signal beside each other, frames by K * C, with weights of K * C by output channels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

_FEWEST_CHANNELS = 16  # of fewer a product gains nothing
_TO_SIGNED = 128
_END = np.iinfo(np.int64).max


def with_products(path: Path) -> bytes:
    """The model file with its convolutions written as products, for onnxruntime.

    Raises what onnx raises for a file that is no model.
    """
    model = onnx.load(str(path))
    rewrite(model)
    return bytes(model.SerializeToString())


def rewrite(model: onnx.ModelProto) -> int:
    """Put products in the place of int8 convolutions (in time, stride 1, one group, constant
    weights with one zero point); how many there were."""
    graph = model.graph
    constants = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    added: list[onnx.TensorProto] = []
    done = 0
    for node in graph.node:
        convolution = _convolution(node, constants)
        if convolution is None:
            nodes.append(node)
            continue
        product = _Product(node, convolution)
        nodes.extend(product.nodes())
        added.extend(product.constants)
        done += 1
    del graph.node[:]
    graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    kept = [each for each in graph.initializer if each.name in used]
    del graph.initializer[:]
    graph.initializer.extend((*kept, *added))
    return done


@dataclass(frozen=True, slots=True)
class _Convolution:
    """Weights (output, input, kernel) and what belongs to them."""

    weights: NDArray[np.uint8]
    zero: NDArray[np.uint8]
    pads: tuple[int, int]
    dilation: int


def _convolution(
    node: onnx.NodeProto, constants: Mapping[str, NDArray[Any]]
) -> _Convolution | None:
    """What is to be rewritten; None for everything else."""
    if node.op_type != "ConvInteger" or len(node.input) != 4:
        return None
    weights, zero = constants.get(node.input[1]), constants.get(node.input[3])
    if weights is None or zero is None or weights.ndim != 3 or zero.size != 1:
        return None
    given = {each.name: helper.get_attribute_value(each) for each in node.attribute}
    plain = list(given.get("strides", [1])) == [1] and given.get("group", 1) == 1
    explicit = given.get("auto_pad", b"NOTSET") == b"NOTSET"
    if weights.dtype != np.uint8 or not plain or not explicit:
        return None
    if min(weights.shape[:2]) < _FEWEST_CHANNELS:
        return None
    before, after = given.get("pads", [0, 0])
    return _Convolution(weights, zero, (before, after), given.get("dilations", [1])[0])


class _Product:
    """The nodes of one convolution as a product; `constants` are theirs once `nodes` is through."""

    def __init__(self, node: onnx.NodeProto, convolution: _Convolution) -> None:
        self._node, self._of = node, convolution
        self.constants: list[onnx.TensorProto] = []

    def nodes(self) -> Iterator[onnx.NodeProto]:
        signal, _, zero, _ = self._node.input
        frames = self._name("frames")
        yield helper.make_node("Transpose", [signal], [frames], perm=[0, 2, 1])
        if any(self._of.pads):
            before, after = self._of.pads
            pads = self._constant("pads", np.array([0, before, 0, 0, after, 0], np.int64))
            padded = self._name("padded")
            yield helper.make_node("Pad", [frames, pads, zero], [padded], mode="constant")
            frames = padded
        kernel = self._of.weights.shape[2]
        if kernel > 1:
            axis = self._constant("axis", np.array([1], np.int64))
            parts = [self._name(f"part_{at}") for at in range(kernel)]
            for at, part in enumerate(parts):
                behind = (kernel - 1 - at) * self._of.dilation
                start = self._constant(f"start_{at}", np.array([at * self._of.dilation], np.int64))
                end = self._constant(f"end_{at}", np.array([-behind or _END], np.int64))
                yield helper.make_node("Slice", [frames, start, end, axis], [part])
            frames = self._name("columns")
            yield helper.make_node("Concat", parts, [frames], axis=2)
        product = self._name("product")
        inputs = [frames, self._weights(), zero, self._zero()]
        yield helper.make_node("MatMulInteger", inputs, [product])
        yield helper.make_node("Transpose", [product], [self._node.output[0]], perm=[0, 2, 1])

    def _weights(self) -> str:
        signed = (self._of.weights.astype(np.int16) - _TO_SIGNED).astype(np.int8)
        rows = signed.transpose(2, 1, 0).reshape(-1, signed.shape[0])
        return self._constant("weights", np.ascontiguousarray(rows))

    def _zero(self) -> str:
        return self._constant("zero", np.array(int(self._of.zero.item()) - _TO_SIGNED, np.int8))

    def _name(self, what: str) -> str:
        return f"{self._node.output[0]}/{what}"

    def _constant(self, what: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(value, self._name(what)))
        return self._name(what)

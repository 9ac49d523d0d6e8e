"""int8 convolutions as products: the same integers."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ivr.voices.kokoro_graph import rewrite

# Small enough for processors that add two products in 16 bits.
_VALUE, _WEIGHT = 127, 100
_ZERO_OF_SIGNAL, _ZERO_OF_WEIGHTS = 9, 67


def convolution(
    channels: tuple[int, int] = (16, 24), kernel: int = 3, pad: int = 1, **given: Any
) -> onnx.ModelProto:
    """A model of one ConvInteger over `signal` (1, channels, frames)."""
    rows = np.random.default_rng(1).integers(
        128 - _WEIGHT, 128 + _WEIGHT, (channels[1], channels[0], kernel)
    )
    pads = {} if "auto_pad" in given else {"pads": [pad, pad]}
    attributes = {"dilations": [1], "group": 1, "strides": [1], **pads, **given}
    node = helper.make_node(
        "ConvInteger",
        ["signal", "weights", "signal_zero", "zero"],
        ["sums"],
        kernel_shape=[kernel],
        **attributes,
    )
    signal = helper.make_tensor_value_info("signal", TensorProto.UINT8, [1, channels[0], None])
    zero = helper.make_tensor_value_info("signal_zero", TensorProto.UINT8, [])
    sums = helper.make_tensor_value_info("sums", TensorProto.INT32, [1, channels[1], None])
    constants = [
        numpy_helper.from_array(rows.astype(np.uint8), "weights"),
        numpy_helper.from_array(np.array(_ZERO_OF_WEIGHTS, np.uint8), "zero"),
    ]
    graph = helper.make_graph([node], "convolution", [signal, zero], [sums], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def sums(model: onnx.ModelProto, frames: int = 40) -> NDArray[np.int32]:
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    channels = model.graph.input[0].type.tensor_type.shape.dim[1].dim_value
    values = np.random.default_rng(2).integers(0, _VALUE, (1, channels, frames))
    given = {"signal": values.astype(np.uint8), "signal_zero": np.array(_ZERO_OF_SIGNAL, np.uint8)}
    return np.asarray(session.run(None, given)[0])


def operators(model: onnx.ModelProto) -> set[str]:
    return {node.op_type for node in model.graph.node}


@pytest.mark.parametrize(
    ("kernel", "pad", "dilation"), [(1, 0, 1), (3, 1, 1), (7, 9, 3), (11, 25, 5), (3, 0, 1)]
)
def test_a_product_gives_the_sums_of_the_convolution(kernel: int, pad: int, dilation: int) -> None:
    model = convolution(kernel=kernel, pad=pad, dilations=[dilation])
    before = sums(model)
    assert rewrite(model) == 1
    assert "ConvInteger" not in operators(model)
    np.testing.assert_array_equal(sums(model), before)


@pytest.mark.parametrize(
    "other",
    [
        convolution(strides=[2]),
        convolution(auto_pad="SAME_UPPER"),
        convolution(channels=(1, 16)),
    ],
    ids=["a stride", "pads that the engine chooses", "few channels"],
)
def test_any_other_convolution_stays_as_it_is(other: onnx.ModelProto) -> None:
    before = sums(other)
    assert rewrite(other) == 0
    assert operators(other) == {"ConvInteger"}
    np.testing.assert_array_equal(sums(other), before)

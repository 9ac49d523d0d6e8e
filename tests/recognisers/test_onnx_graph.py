"""Models that are written are models that onnxruntime computes with."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ivr.recognisers.onnx_graph import MICROSOFT, Graph


def run(graph: Graph, **given: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    session = onnxruntime.InferenceSession(graph.model(), providers=["CPUExecutionProvider"])
    return [np.asarray(result) for result in session.run(None, given)]


@given(st.integers(1, 9), st.integers(1, 300), st.integers(1, 9))
@settings(max_examples=25, deadline=None)
def test_a_product_with_a_constant_of_any_size(rows: int, inner: int, outer: int) -> None:
    weight = np.arange(inner * outer, dtype=np.float32).reshape(inner, outer)
    x = np.linspace(-1, 1, rows * inner, dtype=np.float32).reshape(rows, inner)
    graph = Graph()
    product = graph.add("MatMul", graph.input("x", ["N", inner]), graph.constant(weight))
    graph.output(product, ["N", outer])
    [result] = run(graph, x=x)
    assert result == pytest.approx(x @ weight, rel=1e-4, abs=1e-2)


def test_results_come_in_the_order_in_which_they_were_declared() -> None:
    graph = Graph()
    parts = graph.constant(np.array([1, 2]))
    one, two = graph.split("Split", graph.input("x", ["N", 3]), parts, results=2, axis=1)
    graph.output(two, ["N", 2])
    graph.output(one, ["N", 1])
    last, first = run(graph, x=np.array([[1, 2, 3]], np.float32))
    assert first.tolist() == [[1]]
    assert last.tolist() == [[2, 3]]


def test_attributes_of_each_kind_arrive() -> None:
    graph = Graph()
    x = graph.input("x", [2, 3])
    turned = graph.add("Transpose", x, perm=[1, 0])
    graph.output(turned, [3, 2])
    graph.output(graph.add("LeakyRelu", x, alpha=0.5), [2, 3])
    graph.output(graph.add("LogSoftmax", x, axis=-1), [2, 3])
    given = np.array([[1, -2, 3], [4, 5, -6]], np.float32)
    columns, leaking, logs = run(graph, x=given)
    assert columns.tolist() == given.T.tolist()
    assert leaking[0].tolist() == [1, -1, 3]
    assert np.exp(logs).sum(axis=1) == pytest.approx([1, 1])


def test_operators_of_onnxruntime_itself_and_constants_of_every_type() -> None:
    graph = Graph()
    scale, zero = graph.constant(np.array(0.5, np.float32)), graph.constant(np.array(128, np.uint8))
    rows = graph.add("QuantizeLinear", graph.input("x", [1, 2]), scale, zero)
    weight = graph.constant(np.array([[1], [-2]], np.int8))
    one = graph.constant(np.array([1.0], np.float32))
    product = graph.add("MatMulIntegerToFloat", rows, weight, scale, one, zero, domain=MICROSOFT)
    graph.output(product, [1, 1])
    [result] = run(graph, x=np.array([[3.0, 1.0]], np.float32))
    assert result.tolist() == [[1.0]]

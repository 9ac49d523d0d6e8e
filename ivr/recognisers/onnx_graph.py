"""Writer of ONNX models: operators and constants -> the bytes that onnxruntime loads.

The format is protocol buffers, and the field numbers are those of onnx.proto3 (IR
version 8, operator set 17; Microsoft's own operators are in onnxruntime's
ContribOperators.md). Only what a graph of tensors needs is here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MICROSOFT = "com.microsoft"

_IR_VERSION = 8
_OPERATORS = (("", 17), (MICROSOFT, 1))
_TYPES = {"float32": 1, "uint8": 2, "int8": 3, "int64": 7}

Attribute = int | float | Sequence[int]


class Graph:
    """A graph under construction. Tensors are named by the strings that its methods return."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []
        self._inputs: list[bytes] = []
        self._outputs: list[bytes] = []
        self._names = 0

    def input(self, name: str, shape: Sequence[int | str]) -> str:
        """A float32 tensor that is given with every run; a dimension that varies has a name."""
        self._inputs.append(_value(name, shape))
        return name

    def constant(self, array: NDArray[np.generic]) -> str:
        name = self._name()
        tensor = b"".join(_number(1, size) for size in array.shape)
        tensor += _number(2, _TYPES[array.dtype.name]) + _text(8, name)
        self._constants.append(_bytes(5, tensor + _bytes(9, np.ascontiguousarray(array).tobytes())))
        return name

    def add(self, operator: str, *inputs: str, domain: str = "", **attributes: Attribute) -> str:
        """One operator with one result. An input that is left out is ""."""
        [result] = self.split(operator, *inputs, results=1, domain=domain, **attributes)
        return result

    def split(
        self,
        operator: str,
        *inputs: str,
        results: int,
        domain: str = "",
        **attributes: Attribute,
    ) -> list[str]:
        """One operator with several results."""
        names = [self._name() for _ in range(results)]
        node = b"".join(_text(1, tensor) for tensor in inputs)
        node += b"".join(_text(2, tensor) for tensor in names)
        node += _text(4, operator) + _text(7, domain)
        node += b"".join(_attribute(name, value) for name, value in attributes.items())
        self._nodes.append(_bytes(1, node))
        return names

    def output(self, tensor: str, shape: Sequence[int | str]) -> None:
        """A float32 result of every run; runs return them in the order of these calls."""
        self._outputs.append(_value(tensor, shape))

    def model(self) -> bytes:
        """The finished model."""
        graph = [*self._nodes, _text(2, "graph"), *self._constants]
        graph += [_bytes(11, value) for value in self._inputs]
        graph += [_bytes(12, value) for value in self._outputs]
        operators = [
            _bytes(8, _text(1, domain) + _number(2, version)) for domain, version in _OPERATORS
        ]
        return b"".join([_number(1, _IR_VERSION), _bytes(7, b"".join(graph)), *operators])

    def _name(self) -> str:
        self._names += 1
        return f"t{self._names}"


def _value(name: str, shape: Sequence[int | str]) -> bytes:
    dimensions = b"".join(
        _bytes(1, _number(1, size) if isinstance(size, int) else _text(2, size)) for size in shape
    )
    tensor = _number(1, _TYPES["float32"]) + _bytes(2, dimensions)
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, float):
        stored = bytes([2 << 3 | 5]) + np.float32(value).tobytes() + _number(20, 1)
    elif isinstance(value, int):
        stored = _number(3, value) + _number(20, 2)
    else:
        stored = b"".join(_number(8, number) for number in value) + _number(20, 7)
    return _bytes(5, _text(1, name) + stored)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value % 2**64)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _varint(value: int) -> bytes:
    groups = bytearray()
    while value >= 0x80:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)

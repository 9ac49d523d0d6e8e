"""Reader of CTranslate2's model.bin: named arrays, as float32.

The format (CTranslate2 4, binary version 6): version, spec name and revision, then
the variables (name, shape, type, bytes) and aliases; strings are length-prefixed and
end with a zero. Everything is little-endian.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_VERSIONS = (5, 6)
# Type codes that a half-precision or full-precision model has; int8 would need its scales.
_TYPES: dict[int, type[np.generic]] = {0: np.float32, 4: np.float16}
_INTEGERS: dict[int, type[np.generic]] = {1: np.int8, 2: np.int16, 3: np.int32}


class WeightsError(ValueError):
    """The file is not one of the format and precision that are read here."""


class Weights:
    """The arrays of a model file; each is converted when it is asked for."""

    def __init__(self, file: Path) -> None:
        with file.open("rb") as handle:
            self._bytes = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        self._at = 0
        self._arrays: dict[str, NDArray[np.generic]] = {}
        try:
            self._read()
        except (struct.error, UnicodeDecodeError, KeyError, ValueError) as error:
            raise WeightsError(f"{file} is not a CTranslate2 model that can be read") from error

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def floats(self, name: str, rows: NDArray[np.int64] | None = None) -> Floats:
        """The array, or those `rows` of it, as contiguous float32.

        Raises WeightsError when it is not there or not of floating point.
        """
        found = self._arrays.get(name)
        if found is None or found.dtype not in (np.float16, np.float32):
            raise WeightsError(f"the model has no float array {name}")
        return np.ascontiguousarray(found if rows is None else found[rows], dtype=np.float32)

    def _read(self) -> None:
        version = self._number("I")
        if version not in _VERSIONS:
            raise WeightsError(f"binary version {version}")
        self._string()
        self._number("I")
        for _ in range(self._number("I")):
            name = self._string()
            shape = tuple(self._number("I") for _ in range(self._number("B")))
            code = self._number("B")
            size = self._number("I")
            kind = np.dtype(_TYPES.get(code) or _INTEGERS[code])
            array = np.frombuffer(self._bytes, kind, size // kind.itemsize, self._at)
            self._at += size
            self._arrays[name] = array.reshape(shape)
        for _ in range(self._number("I")):
            alias = self._string()
            self._arrays[alias] = self._arrays[self._string()]

    def _number(self, code: str) -> int:
        (value,) = struct.unpack_from("<" + code, self._bytes, self._at)
        self._at += struct.calcsize("<" + code)
        return int(value)

    def _string(self) -> str:
        length = self._number("H")
        raw = self._bytes[self._at : self._at + length]
        self._at += length
        return raw.rstrip(b"\0").decode()

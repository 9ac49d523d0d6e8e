"""Choices that stay as they are when the data around them changes.

A shuffle or an index reshuffles everything when an editor adds one alias, and every
cached second of speech is lost. Here each option is weighed by a hash of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import TypeVar

Option = TypeVar("Option")


def number(*key: object) -> int:
    """64 bits that depend on `key` alone, in every process."""
    text = "\x1f".join(map(str, key))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def share(*key: object) -> float:
    """A number from 0 to 1 (excluded) that depends on `key` alone."""
    return number(*key) / 2**64


def pick(options: Sequence[Option], *key: object) -> Option:
    """One of `options`; one more option changes only those choices that fall on it.

    Raises ValueError when there is none.
    """
    return min(options, key=lambda option: number(*key, option))


def shuffled(options: Iterable[Option], *key: object) -> list[Option]:
    """`options` in an order in which the addition of one moves no two others."""
    return sorted(options, key=lambda option: number(*key, option))

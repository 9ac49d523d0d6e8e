"""Passwords: how they are kept, which are taken, and one-time ones.

argon2id (RFC 9106) with 64 MiB and three passes, its second recommended option but for the lanes:
one, since calls need the other processors. A hash takes some 0.1 s, so it is made in a thread, one
at a time.
"""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 128
_FEWEST_DISTINCT = 5
MOST_WAITING = 20  # for their turn to be checked
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is mistaken for another
_GROUPS, _GROUP = 4, 5  # 20 letters of 31: 99 bits


Result = TypeVar("Result")


class TooManyAtOnce(Exception):
    """So many passwords are being checked that this one is not."""


class Passwords:
    """Makes and checks hashes without holding up the calls."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._nobodys = ""

    async def hash(self, password: str) -> str:
        """Raises TooManyAtOnce."""
        return await self._in_turn(self._hasher.hash, normalised(password))

    async def matches(self, kept: str | None, password: str) -> bool:
        """Whether `password` is the one of `kept`. None is of an account that is not there: it
        takes as long and is never right. Raises TooManyAtOnce."""
        if not self._nobodys:
            self._nobodys = await self.hash(secrets.token_urlsafe())
        right = await self._in_turn(self._verify, kept or self._nobodys, normalised(password))
        return right and kept is not None

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_turn(self, work: Callable[..., Result], *values: str) -> Result:
        if self._waiting >= MOST_WAITING:
            raise TooManyAtOnce
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(work, *values)
        finally:
            self._waiting -= 1


def normalised(password: str) -> str:
    """The same letters typed on another keyboard are the same password (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", password)


def fault_of(password: str, name: str) -> str:
    """Why a new password of the account `name` is not taken, a key of words/password.yaml; empty
    for one that is. Length is what counts (NIST SP 800-63B, 5.1.1.2)."""
    password = normalised(password)
    if len(password) < SHORTEST:
        return "password.too_short"
    if len(password) > LONGEST:
        return "password.too_long"
    if name and name in password.lower():
        return "password.has_name"
    if len(set(password)) < _FEWEST_DISTINCT:
        return "password.too_simple"
    return ""


def one_time_password() -> str:
    """Printed once, typed once."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)

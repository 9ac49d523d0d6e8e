"""The accounts on each database, with hashes that cost little."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from argon2 import PasswordHasher

from ivr.web.accounts.passwords import Passwords
from ivr.web.accounts.store import AccountBook


@pytest.fixture
async def book(url: str) -> AsyncIterator[AccountBook]:
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    book = await AccountBook.open(url, cheap)
    yield book
    await book.close()

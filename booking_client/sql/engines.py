"""The ways into one database; they share one pool of connections."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass(frozen=True, slots=True)
class Engines:
    """`askers` read without a transaction, `readers` in one, `writers` in one that writes."""

    askers: AsyncEngine
    readers: AsyncEngine
    writers: AsyncEngine

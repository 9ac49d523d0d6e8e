"""The rules that hold now: those imported into the database, else those of the program."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.model import ChannelRow, HospitalRow, HospitalRuleRow
from booking_client.rules import Dated, Rules
from booking_client.rules_file import load_rules

RECENT_SECONDS = 1.0


class RuleBook:
    """Rules by version, each read once. Given `fixed` rules it never asks the database."""

    def __init__(
        self, fixed: Rules | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`monotonic`: seconds. Raises DataFileError when the shipped rules are wrong."""
        self._fixed = fixed
        self._shipped = fixed or load_rules()
        self._by_version: dict[int, Rules] = {}
        self._monotonic = monotonic
        self._recent: tuple[Rules, float] | None = None

    async def current(self, connection: AsyncConnection) -> Rules:
        if self._fixed is not None:
            return self._fixed
        version = await connection.scalar(select(func.max(HospitalRuleRow.version)))
        return self._shipped if version is None else await self._version(connection, version)

    async def recent(self, connection: AsyncConnection) -> Rules:
        """The rules that were current within the last RECENT_SECONDS.

        For questions only: they are asked often, and what they answer is looked
        at again, by the current rules, when a place is taken.
        """
        now = self._monotonic()
        if self._recent is None or now >= self._recent[1] + RECENT_SECONDS:
            self._recent = await self.current(connection), now
        return self._recent[0]

    def forget_recent(self) -> None:
        """Other rules have been imported."""
        self._recent = None

    async def as_of(self, connection: AsyncConnection, version: int | None) -> Rules:
        """The rules of a version, as they were then; None is rules without a version."""
        return self._shipped if version is None else await self._version(connection, version)

    async def _version(self, connection: AsyncConnection, version: int) -> Rules:
        known = self._by_version.get(version)
        if known is None:
            known = self._by_version[version] = await _read(connection, version)
        return known


class RulesHaveChanged(RuntimeError):
    """Somebody else has imported rules meanwhile."""


async def current_rules(connection: AsyncConnection) -> Rules:
    """The rules imported last; the shipped ones, without a version, when there are none."""
    version = await connection.scalar(select(func.max(HospitalRuleRow.version)))
    return load_rules() if version is None else await _read(connection, version)


async def rules_of_file(connection: AsyncConnection, path: Path) -> Rules:
    """Raises DataFileError (file, line, field) for a mistake, an unknown hospital or channel."""
    hospitals = set((await connection.execute(select(HospitalRow.name))).scalars())
    channels = set((await connection.execute(select(ChannelRow.code))).scalars())
    return load_rules(path, hospitals=hospitals, channels=channels)


async def import_rules(connection: AsyncConnection, path: Path, now: dt.datetime) -> bool:
    """Make the file's rules the current ones; returns False when they are already.

    All or nothing. Raises as `rules_of_file`.
    """
    rules = await rules_of_file(connection, path)
    old = await current_rules(connection)
    if old.version is not None and old.says_the_same(rules):
        return False
    await replace_rules(connection, rules, now, onto=old.version)
    return True


async def replace_rules(
    connection: AsyncConnection, rules: Rules, now: dt.datetime, *, onto: int | None
) -> None:
    """Make `rules`, whose hospitals exist, the current ones in place of version `onto`.

    Raises RulesHaveChanged when another version is current.
    """
    version = await connection.scalar(select(func.max(HospitalRuleRow.version)))
    if version != onto:
        raise RulesHaveChanged(f"version {version} of the rules is current, not {onto}")
    rows = await connection.execute(select(HospitalRow.name, HospitalRow.id))
    ids: dict[str, int] = {name: hospital_id for name, hospital_id in rows}
    await connection.execute(
        insert(HospitalRuleRow),
        [
            {
                "version": (version or 0) + 1,
                "hospital_id": hospital_id,
                "valid_from": since,
                "changes": dict(fields),
                "imported_at": now,
            }
            for hospital_id, dated in (
                (None, rules.default),
                *((ids[name], dated) for name, dated in rules.hospitals.items()),
            )
            for since, fields in dated
        ],
    )


async def _read(connection: AsyncConnection, version: int) -> Rules:
    rows = await connection.execute(
        select(HospitalRow.name, HospitalRuleRow.valid_from, HospitalRuleRow.changes)
        .outerjoin(HospitalRow, HospitalRow.id == HospitalRuleRow.hospital_id)
        .where(HospitalRuleRow.version == version)
        .order_by(HospitalRuleRow.valid_from, HospitalRuleRow.id)
    )
    found: dict[str | None, list[tuple[dt.date, Mapping[str, Any]]]] = {}
    for name, since, changes in rows:
        found.setdefault(name, []).append((since, changes))
    default: Dated = tuple(found.pop(None, []))
    hospitals = {name: tuple(dated) for name, dated in found.items() if name is not None}
    return Rules(default, hospitals, version)

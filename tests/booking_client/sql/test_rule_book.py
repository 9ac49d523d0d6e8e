from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from booking_client.rules import Rules
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.rule_book import (
    RECENT_SECONDS,
    RuleBook,
    RulesHaveChanged,
    current_rules,
    import_rules,
    replace_rules,
)
from tests.booking_client.clinic import HOSPITAL, NOW, hospital_rules


async def import_last_day(core: SqlBookingCore, days: int, folder: Path) -> None:
    """As another process does."""
    default = {"valid_from": NOW.date(), **hospital_rules(last_day=days).model_dump(mode="json")}
    path = folder / "rules.yaml"
    path.write_text(yaml.safe_dump({"default": [default], "hospitals": {}}), encoding="utf-8")
    async with core.database.alone() as connection:
        assert await import_rules(connection, path, NOW)


def last_day(rules: Rules) -> int:
    return rules.of(HOSPITAL, NOW.date()).last_day


async def test_a_question_goes_by_rules_of_the_last_second_and_a_booking_by_the_newest(
    core: SqlBookingCore, tmp_path: Path
) -> None:
    clock = iter((0.0, RECENT_SECONDS - 0.1, RECENT_SECONDS))
    book = RuleBook(monotonic=lambda: next(clock))
    seen = []
    for days in (3, 5, 6):
        await import_last_day(core, days, tmp_path)
        async with core.database.reading() as connection:
            recent, current = await book.recent(connection), await book.current(connection)
        seen.append((last_day(recent), last_day(current)))
    assert seen == [(3, 3), (3, 5), (6, 6)]


async def test_rules_are_not_put_over_others_than_were_looked_at(
    core: SqlBookingCore, tmp_path: Path
) -> None:
    await import_last_day(core, 3, tmp_path)
    async with core.database.reading() as connection:
        seen = await current_rules(connection)
    await import_last_day(core, 5, tmp_path)
    with pytest.raises(RulesHaveChanged):
        async with core.database.alone() as connection:
            await replace_rules(connection, seen, NOW, onto=seen.version)
    async with core.database.reading() as connection:
        assert last_day(await current_rules(connection)) == 5

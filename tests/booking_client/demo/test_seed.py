from __future__ import annotations

import datetime as dt
from pathlib import Path

import yaml
from sqlalchemy import func, select

from booking_client.demo.seed import seed_demo
from booking_client.model import HospitalRow, HospitalRuleRow
from booking_client.rules_file import RULES_FILE, load_rules
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.opening import open_core
from tests.booking_client.clinic import KEYS

NOW = dt.datetime(2026, 11, 24, 9)
PROVINCE = "江苏省人民医院"


async def hospitals_of_newest_version(core: SqlBookingCore) -> tuple[int, set[str | None]]:
    async with core.database.reading() as connection:
        version = await connection.scalar(select(func.max(HospitalRuleRow.version))) or 0
        names = await connection.scalars(
            select(HospitalRow.name)
            .select_from(HospitalRuleRow)
            .outerjoin(HospitalRow, HospitalRow.id == HospitalRuleRow.hospital_id)
            .where(HospitalRuleRow.version == version)
        )
        return version, set(names)


async def test_the_demonstration_has_its_rules_in_the_database_and_leaves_a_clerks_alone(
    url: str, tmp_path: Path
) -> None:
    await seed_demo(url, NOW.date(), days=0)
    core = await open_core(url, keys=KEYS, rules=None)
    shipped = load_rules(RULES_FILE)
    assert await hospitals_of_newest_version(core) == (1, {None, *shipped.hospitals})
    ahead = dt.timedelta(days=14)
    assert (await core.booking_window(PROVINCE, NOW))[1] == NOW.date() + ahead

    content = yaml.safe_load(RULES_FILE.read_text(encoding="utf-8"))
    del content["hospitals"][PROVINCE]
    own = tmp_path / "own.yaml"
    own.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    assert await core.import_rules(own, NOW)
    await seed_demo(url, NOW.date(), days=0)
    assert (await hospitals_of_newest_version(core))[0] == 2
    assert (await core.booking_window(PROVINCE, NOW))[1] < NOW.date() + ahead
    await core.close()

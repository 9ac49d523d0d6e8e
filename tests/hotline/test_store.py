"""The room's tables beside the booking core's, on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from ivr.call_log import CallLog
from ivr.hotline import Hotline, HotlineError
from ivr.hotline.migrations.upgrade import SCHEMA
from ivr.hotline.model import Base
from tests.hotline.conftest import KEYS


async def test_the_migrations_make_what_the_model_says(hotline: Hotline) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": SCHEMA.version_table,
                "include_name": lambda name, kind, _: (
                    kind != "table" or name in Base.metadata.tables
                ),
            },
        )
        return list(compare_metadata(context, Base.metadata))

    async with hotline.database.reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_version_can_be_undone(hotline: Hotline) -> None:
    def undo(connection: Connection) -> set[str]:
        command.downgrade(SCHEMA.alembic_config(connection), "base")
        return set(inspect(connection).get_table_names())

    async with hotline.database.alone() as connection:
        left = await connection.run_sync(undo)
    assert not left & set(Base.metadata.tables)
    assert "booking" in left, "the booking core's tables are its own affair"


async def test_the_rooms_share_a_database(url: str) -> None:
    log = await CallLog.open(url, KEYS)
    for _ in range(2):
        hotline = await Hotline.open(url, KEYS)
        assert await hotline.tickets.list() == ()
        await hotline.close()
    assert await log.list() == ()
    await log.close()


async def test_a_database_in_memory_has_the_tables() -> None:
    hotline = await Hotline.open("sqlite://", KEYS)
    assert await hotline.tickets.list() == ()
    await hotline.close()


@pytest.mark.parametrize("url", ["mysql://there/x", "no url"])
async def test_a_database_of_another_kind_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(HotlineError, match="cannot be opened"):
        await Hotline.open(url, KEYS)


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear Sir or Madam, this is no database, nor was it meant to be one.")
    with pytest.raises(HotlineError, match=r"letter\.db"):
        await Hotline.open(f"sqlite:///{path}", KEYS)

"""The database of accounts is opened, or it is told why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from booking_client.sql.database import open_database
from ivr.web.accounts.migrations.upgrade import SCHEMA
from ivr.web.accounts.model import Base
from ivr.web.accounts.store import AccountBook, AccountsError


async def test_the_migrations_make_the_tables_of_the_model(url: str, book: AccountBook) -> None:
    def differences(connection: Connection) -> object:
        own = Base.metadata.tables
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in own},
        )
        return compare_metadata(context, Base.metadata)

    assert SCHEMA.version_table == "alembic_version_accounts"
    database = open_database(url)
    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_what_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "ivr.db").write_text("no database" * 100, encoding="utf-8")
    for url in ("mysql://somewhere/ivr", f"sqlite:///{tmp_path}/ivr.db"):
        with pytest.raises(AccountsError) as told:
            await AccountBook.open(url)
        assert "accounts" in str(told.value)
        assert "\n" not in str(told.value)

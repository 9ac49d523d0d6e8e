"""The tables of one room in the product's database: their versions, beside the other rooms'.

Each room has a folder of migrations, its own metadata and its own version table.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData

from booking_client.sql.database import Database, is_in_memory, open_database

MIGRATION_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class RoomSchema:
    """`migrations` is the folder with `env.py` and `versions`."""

    migrations: Path
    metadata: MetaData
    version_table: str

    def alembic_config(self, connection: Connection) -> Config:
        """Alembic's configuration, given here instead of in a file."""
        config = Config()
        config.set_main_option("script_location", str(self.migrations))
        config.attributes["configure"] = {
            "connection": connection,
            "target_metadata": self.metadata,
            "version_table": self.version_table,
            "render_as_batch": True,
            "include_name": lambda name, kind, _: kind != "table" or name in self.metadata.tables,
            "transactional_ddl": True,
        }
        return config

    async def upgrade(self, database: Database) -> None:
        """All missing versions, in one transaction and by one process at a time.

        Raises CoreUnavailable.
        """
        async with database.alone() as connection:
            await connection.run_sync(self._upgrade)

    async def upgrade_at(self, url: str, opened: Database) -> None:
        """The same for `opened`, which is at `url`, with the time that a change of large tables
        may need. A database in memory is only in its own connection."""
        if is_in_memory(url):
            await self.upgrade(opened)
            return
        database = open_database(url, MIGRATION_SECONDS)
        try:
            await self.upgrade(database)
        finally:
            await database.close()

    def _upgrade(self, connection: Connection) -> None:
        command.upgrade(self.alembic_config(connection), "head")

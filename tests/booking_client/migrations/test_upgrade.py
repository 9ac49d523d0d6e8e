from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

import booking_client
from booking_client.errors import CoreUnavailable
from booking_client.migrations.upgrade import VERSION_TABLE, alembic_config
from booking_client.model import Base
from booking_client.sql.database import open_database
from tests.booking_client.clinic import KEYS
from tests.booking_client.conftest import copied_database
from tests.booking_client.truth import falsehoods


def differences(connection: Connection) -> list[object]:
    """What would have to change for the database to be what the models say."""
    configure = alembic_config(connection).attributes["configure"]
    options = {**configure, "compare_type": True, "compare_server_default": True}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, Base.metadata))


def check_names(connection: Connection, table: str) -> set[str | None]:
    return {check["name"] for check in inspect(connection).get_check_constraints(table)}


async def test_an_empty_folder_becomes_the_models_schema(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/folder/booking.db"
    await booking_client.migrate(url)
    database = open_database(url)
    async with database.reading() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        assert set(tables) == {*Base.metadata.tables, VERSION_TABLE}
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_the_checks_of_the_models_are_in_the_database(url: str) -> None:
    """Alembic does not compare CHECK constraints, so count them."""
    database = open_database(url)
    async with database.reading() as connection:
        for name, table in Base.metadata.tables.items():
            found = await connection.run_sync(check_names, name)
            wanted = {
                str(check.name)
                for check in table.constraints
                if type(check).__name__ == "CheckConstraint"
            }
            assert found == wanted, name
    await database.close()


async def test_migrating_again_changes_nothing(url: str, tmp_path: Path) -> None:
    database = open_database(url)
    async with database.writing() as connection:
        await connection.execute(text("INSERT INTO data_key VALUES ('kept')"))
    await booking_client.migrate(url)
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT id FROM data_key")) == "kept"
    await database.close()


async def test_another_rooms_tables_and_version_stay_as_they_are(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shared.db"
    database = open_database(url)
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE alembic_version_calls (version_num TEXT)"))
        await connection.execute(text("INSERT INTO alembic_version_calls VALUES ('0007')"))
    await booking_client.migrate(url)
    async with database.reading() as connection:
        found = await connection.scalar(text("SELECT version_num FROM alembic_version_calls"))
        assert found == "0007"
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_connect_refuses_a_database_that_is_not_migrated(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bare.db"
    with pytest.raises(CoreUnavailable, match="there is no database file"):
        await booking_client.connect(url, keys=KEYS)
    assert not (tmp_path / "bare.db").exists()
    (tmp_path / "bare.db").touch()
    with pytest.raises(CoreUnavailable, match=r"schema is missing.* migrate it first"):
        await booking_client.connect(url, keys=KEYS)


async def test_a_file_that_is_no_database_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("dear sir" * 1000)
    with pytest.raises(CoreUnavailable, match="not a database"):
        await booking_client.migrate(f"sqlite:///{tmp_path}/letter.db")


async def test_a_database_in_memory_cannot_be_migrated_from_outside() -> None:
    with pytest.raises(ValueError, match="migrated by connect"):
        await booking_client.migrate("sqlite://")


def to_first_version(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "0001")


async def test_a_database_of_the_first_version_keeps_what_it_has(
    database_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A patient with four phones, a booking of a channel that the bulletin does not know."""
    url = f"sqlite:///{tmp_path}/first.db"
    if database_kind == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        url = await copied_database(server, template="template0")
    database = open_database(url)
    async with database.writing() as connection:
        await connection.run_sync(to_first_version)
        for statement in FIRST_VERSION_ROWS:
            await connection.execute(text(statement))
        for number in range(1, 5):
            phone = (
                f"INSERT INTO phone VALUES ('phone{number}', 'p', :hash, :hash,"
                f" '2026-11-0{number} 08:00:00')"
            )
            await connection.execute(text(phone), {"hash": bytes([number])})
    await booking_client.migrate(url)
    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []
        phones = await connection.execute(text("SELECT id, place FROM phone ORDER BY place"))
        placed = [row.id for row in phones if row.place is not None]
        assert placed == ["phone4", "phone3", "phone2"]
        known = await connection.execute(text("SELECT name FROM channel WHERE code = 'kiosk'"))
        assert known.scalar_one() == "kiosk"
        assert await connection.scalar(text("SELECT count(*) FROM booking")) == 1
        assert await connection.scalar(text("SELECT count(*) FROM sub_channel")) == 8
        assert await falsehoods(connection) == []
    await database.close()


FIRST_VERSION_ROWS = (
    "INSERT INTO hospital VALUES (1, '城东医院', '[]', '南京市', '玄武区', '三级', 0)",
    "INSERT INTO campus VALUES (1, 1, '本部', 0)",
    "INSERT INTO department_group VALUES (1, 1, '内科')",
    "INSERT INTO department VALUES (1, 1, 1, '心血管内科', '[]', 0)",
    "INSERT INTO clinic_session VALUES (1, 1, 1, NULL, '2026-11-25', '上午', 16, 'open')",
    "INSERT INTO slot VALUES (1, 1, '08:00:00', '08:30:00', 2, 0, 1)",
    "INSERT INTO patient VALUES ('p', '1', '1', '1', true, '2026-11-01 08:00:00')",
    "INSERT INTO hold VALUES ('h', 1, 'kiosk', NULL, NULL, 'confirmed', '2026-11-24 08:00:00',"
    " '2026-11-24 08:15:00')",
    "INSERT INTO booking VALUES (1, '20202028', 'booked', 'h', 1, 1, '2026-11-25', 'p', NULL,"
    " 'kiosk', false, '0011', '2026-11-24 08:00:00', NULL)",
    "INSERT INTO idempotency VALUES ('kiosk', 'key', '1', 1, '2026-11-24 08:00:00')",
)

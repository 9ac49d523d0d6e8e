from __future__ import annotations

import asyncio
import traceback
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import CoreUnavailable
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.database import open_database, require_database_file
from tests.booking_client.clinic import KEYS, rules
from tests.booking_client.conftest import copied_database


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "https://core.example", "sqlite://h"])
def test_another_kind_of_url_is_named_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="the booking core does not know") as caught:
        open_database(url)
    assert "secret" not in str(caught.value)


def test_what_is_no_url_is_said() -> None:
    with pytest.raises(ValueError, match="not a database URL"):
        open_database("booking.db")


async def test_a_connection_is_durable_and_checks_its_references(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    async with database.reading() as connection:
        found = {
            name: await connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await database.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 4000,
    }


async def test_a_log_need_not_wait_for_the_disk(url: str) -> None:
    database = open_database(url, durable=False)
    setting = "PRAGMA synchronous" if database.dialect == "sqlite" else "SHOW synchronous_commit"
    async with database.reading() as connection:
        assert await connection.scalar(text(setting)) in (1, "off")  # 1 is NORMAL
    await database.close()


async def test_a_value_that_the_database_does_not_take_is_not_quoted(
    postgresql_server: str,
) -> None:
    database = open_database(await copied_database(postgresql_server))

    async def insert(value: object) -> None:
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO data_key VALUES (:id)"), {"id": value})

    for value in (32010619450101001, "32010619450101001\udcff", "32010619450101001\0"):
        with pytest.raises(CoreUnavailable) as caught:
            await insert(value)
        printed = "".join(traceback.format_exception(caught.value))
        assert "32010619450101001" not in printed
    await database.close()


async def test_an_exception_undoes_a_write(url: str) -> None:
    database = open_database(url)

    async def fail_half_way() -> None:
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO data_key VALUES ('lost')"))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await fail_half_way()
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM data_key")) == 0
    await database.close()


async def test_who_only_asks_sees_what_is_committed_and_nothing_else(url: str) -> None:
    database = open_database(url)
    count = text("SELECT count(*) FROM data_key")
    async with database.asking() as asker:
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO data_key VALUES ('new')"))
            assert await asker.scalar(count) == 0
        assert await asker.scalar(count) == 1
    await database.close()


async def test_a_reader_does_not_wait_for_a_writer(url: str) -> None:
    writer, reader = open_database(url), open_database(url, seconds=1)
    async with writer.writing() as connection:
        await connection.execute(text("INSERT INTO data_key VALUES ('unseen')"))
        async with reader.reading() as other:
            assert await other.scalar(text("SELECT count(*) FROM data_key")) == 0
    await writer.close()
    await reader.close()


async def test_a_writer_that_never_gets_its_turn_says_so_in_time(sqlite_url: str) -> None:
    first, second = open_database(sqlite_url), open_database(sqlite_url, seconds=0.3)
    core = SqlBookingCore(second, KEYS, rules())
    async with first.writing():
        with pytest.raises(CoreUnavailable, match=r"locked|no answer"):
            await core.release("any")
    await core.release("any")
    await first.close()
    await second.close()


async def test_a_statement_that_takes_too_long_is_given_up(sqlite_url: str) -> None:
    database = open_database(sqlite_url, seconds=0.2)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000)"
    for way in (database.reading, database.asking):
        with pytest.raises(CoreUnavailable, match=r"no answer within 0\.2 s"):
            async with way() as connection:
                await connection.execute(text(f"{endless} SELECT count(*) FROM n"))
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1
    await database.close()


async def test_tasks_take_turns_on_a_database_in_memory() -> None:
    database = open_database("sqlite://")
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE counter (n INTEGER)"))
        await connection.execute(text("INSERT INTO counter VALUES (0)"))

    async def count_up() -> None:
        async with database.writing() as connection:
            n = await connection.scalar(text("SELECT n FROM counter"))
            await connection.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

    await asyncio.gather(*(count_up() for _ in range(20)))
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT n FROM counter")) == 20
    await database.close()


async def test_an_error_carries_nothing_that_a_caller_said(url: str) -> None:
    database = open_database(url)

    async def insert_twice() -> None:
        async with database.writing() as connection:
            statement = text("INSERT INTO data_key VALUES (:id), (:id)")
            await connection.execute(statement, {"id": "32010619450101001X"})

    with pytest.raises(CoreUnavailable) as caught:
        await insert_twice()
    await database.close()
    assert "32010619450101001X" not in f"{caught.value} {caught.value.__cause__}"


async def test_the_server_gives_up_what_takes_too_long(
    postgresql_server: str,
) -> None:
    database = open_database(await copied_database(postgresql_server), seconds=0.5)
    with pytest.raises(CoreUnavailable, match=r"no answer within 0\.5 s|statement timeout"):
        async with database.reading() as connection:
            await connection.execute(text("SELECT pg_sleep(30)"))
    async with database.reading() as connection:
        left = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
        assert await connection.scalar(text(f"{left} AND state = 'active'")) == 0
    await database.close()


async def test_a_reader_cannot_write_on_the_server(postgresql_server: str) -> None:
    database = open_database(await copied_database(postgresql_server))
    with pytest.raises(CoreUnavailable, match="read-only transaction"):
        async with database.reading() as connection:
            await connection.execute(text("INSERT INTO data_key VALUES ('x')"))
    await database.close()


async def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    database = open_database(f"postgresql://nobody@/none?host={tmp_path}")
    with pytest.raises(CoreUnavailable):
        async with database.reading():
            pass
    await database.close()


async def test_a_server_that_was_restarted_is_no_outage(postgresql_server: str) -> None:
    url = await copied_database(postgresql_server)
    database, other = open_database(url), open_database(url)
    async with database.reading() as connection:
        first = await connection.scalar(text("SELECT pg_backend_pid()"))
    async with other.reading() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": first})
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT pg_backend_pid()")) != first
    await database.close()
    await other.close()


async def test_a_lost_race_is_run_again_and_its_first_run_undone(core: SqlBookingCore) -> None:
    runs: list[int] = []

    async def write(connection: AsyncConnection) -> int:
        runs.append(len(runs))
        await connection.execute(text(f"INSERT INTO data_key VALUES ('run {len(runs)}')"))
        if len(runs) == 1:
            await connection.execute(text("INSERT INTO data_key VALUES ('run 1')"))
        return len(runs)

    assert await core.database.write(write) == 2
    async with core.database.reading() as connection:
        rows = await connection.execute(text("SELECT id FROM data_key WHERE id LIKE 'run%'"))
        assert list(rows.scalars()) == ["run 2"]


async def test_a_race_that_is_always_lost_ends(core: SqlBookingCore) -> None:
    async def write(connection: AsyncConnection) -> None:
        for _ in range(2):
            await connection.execute(text("INSERT INTO data_key VALUES ('twice')"))

    with pytest.raises(CoreUnavailable, match=r"(?i)unique"):
        await core.database.write(write)


def test_a_file_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(CoreUnavailable, match=r"there is no database file .*none\.db"):
        require_database_file(f"sqlite:///{tmp_path}/none.db")
    assert not (tmp_path / "none.db").exists()

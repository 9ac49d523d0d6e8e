"""The booking core's databases, which every room shares."""

from tests.booking_client.conftest import (
    database_kind,
    migrated_file,
    postgresql_server,
    sqlite_url,
    url,
)

__all__ = ["database_kind", "migrated_file", "postgresql_server", "sqlite_url", "url"]

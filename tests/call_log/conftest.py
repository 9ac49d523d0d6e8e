"""The booking core's databases, which the call log shares."""

from tests.booking_client.conftest import database_kind, postgresql_server, url

__all__ = ["database_kind", "postgresql_server", "url"]

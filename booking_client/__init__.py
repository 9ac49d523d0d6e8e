"""The booking core that every channel shares. Knows nothing of telephones.

`await connect(url)` gives the one async interface, `BookingCore`, wherever the
core is; `await connect_database(url)` also gives the hospital's side of it,
`HospitalDesk`, which is there on the database only; `await migrate(url)` makes or
upgrades the database before either.

The imports are inside the functions so that `booking_client.types`, which the
conversation uses, loads no database library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from booking_client.interface import BookingCore
    from booking_client.personal_data import PersonalDataKeys
    from booking_client.rules import Rules
    from booking_client.sql.core import SqlBookingCore

__all__ = ["connect", "connect_database", "migrate"]


async def connect(
    url: str, *, keys: PersonalDataKeys | None = None, rules: Rules | None = None
) -> BookingCore:
    """Open the booking core at `url`; close it with `await core.close()`.

    `https://host` (or `http://` on this machine) is a booking service, which knows
    this channel by the key in IVR_BOOKING_KEY; `keys` and `rules` are its own
    then. Any other URL is `connect_database`'s.

    Raises ValueError for another kind of URL, CoreUnavailable when the service
    does not answer or does not take the key (AccessDenied), and what
    `connect_database` raises.
    """
    from booking_client.http.addresses import is_remote

    if is_remote(url):
        from booking_client.http.core import open_remote

        return await open_remote(url)
    return await connect_database(url, keys=keys, rules=rules)


async def connect_database(
    url: str, *, keys: PersonalDataKeys | None = None, rules: Rules | None = None
) -> SqlBookingCore:
    """Open the booking core on the database at `url`; close it with `await core.close()`.

    `sqlite:///path` opens a migrated file, `postgresql://user:password@host/name` a
    migrated database of a server, `sqlite://` an empty database in memory
    (already migrated, for tests). `keys` default to the environment's
    (`PersonalDataKeys.from_environment`); `rules` to those imported into the
    database (`import_rules`), else to `data/rules.yaml`.

    Raises ValueError for another kind of URL, DataKeyError for a missing,
    malformed or wrong key, DataFileError for bad rules and CoreUnavailable when
    the database cannot be opened or is not migrated.
    """
    from booking_client.sql.opening import open_core

    return await open_core(url, keys=keys, rules=rules)


async def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema; harmless when it is there already.

    Raises ValueError for another kind of URL, CoreUnavailable when it fails.
    """
    from booking_client.migrations.upgrade import migrate_url

    await migrate_url(url)

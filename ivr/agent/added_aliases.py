"""The aliases that were added while the hotline runs, taken over by the agent as they change."""

from __future__ import annotations

import logging
from pathlib import Path

from booking_client.errors import CoreUnavailable
from datafiles import DataFileError
from ivr.aliases.overlay import NO_ALIASES, Overlay, read_aliases
from ivr.ports import Clock
from ivr.session.closed_lists import ClosedLists

log = logging.getLogger(__name__)

POLL_SECONDS = 3.0  # the pages say that it takes so long


class AddedAliases:
    """`path` may be written by the pages and by `ivr aliases`, of this process or another. A file
    that cannot be read is reported, and the calls go on with what was read before."""

    def __init__(self, path: Path, lists: ClosedLists, clock: Clock) -> None:
        self._path = path
        self._lists = lists
        self._clock = clock
        self._read_at: tuple[int, int] | None = None

    def read(self) -> Overlay:
        """What is live now; nothing where the file cannot be read."""
        self._read_at = self._stamp()
        try:
            return read_aliases(self._path).overlay
        except DataFileError as error:
            log.error("the added aliases are not used: %s", error)
            return NO_ALIASES

    async def follow(self) -> None:
        """For ever: what has changed is understood from the next question on."""
        while True:
            await self._clock.sleep(POLL_SECONDS)
            stamp = self._stamp()
            if stamp == self._read_at:
                continue
            self._read_at = stamp
            try:
                await self._lists.take(read_aliases(self._path).overlay)
                log.info("the added aliases were read again")
            except (DataFileError, CoreUnavailable) as error:
                log.error("the added aliases stay as they were: %s", error)

    def _stamp(self) -> tuple[int, int] | None:
        """Tells one state of the file from another: it is replaced, never written in place."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

"""The clock of a live call: Shanghai's wall clock and the machine's monotonic one."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from zoneinfo import ZoneInfo

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class SystemClock:
    """`start`: for rehearsals, what it shows when it is made (None: the real time)."""

    def __init__(self, start: dt.datetime | None = None) -> None:
        real = dt.datetime.now(_SHANGHAI).replace(tzinfo=None)
        self._ahead = dt.timedelta() if start is None else start - real

    def now(self) -> dt.datetime:
        return dt.datetime.now(_SHANGHAI).replace(tzinfo=None) + self._ahead

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

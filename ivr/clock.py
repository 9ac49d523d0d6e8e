"""The clock of a live call: Shanghai's wall clock and the machine's monotonic one."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from zoneinfo import ZoneInfo

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class SystemClock:
    def now(self) -> dt.datetime:
        return dt.datetime.now(_SHANGHAI).replace(tzinfo=None)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

"""A caller that kills its own process in the middle of a booking:

    python -m tests.booking_client.sql.caller URL HOLD_ID before-commit|after-commit

Confirms, and dies just before the transaction is committed or just after, before
anyone could hear the answer.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from sqlalchemy import event
from sqlalchemy.engine import Engine

import booking_client
from tests.booking_client.clinic import KEYS, NOW, patient, rules


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, hold_id: str, moment: str) -> None:
    core = await booking_client.connect(url, keys=KEYS, rules=rules())
    if moment == "before-commit":
        event.listen(Engine, "commit", die)
    await core.confirm(hold_id, patient(), "call-1", NOW)
    die()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

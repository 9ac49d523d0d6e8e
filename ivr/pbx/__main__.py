"""`python -m ivr.pbx [--config FILE]`: the managed Asterisk alone, until SIGTERM or Ctrl-C.

For deploy/systemd and deploy/compose: Asterisk lives on when the agent dies, which
is what makes its dialplan the safety net.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from datafiles import DataFileError
from ivr.agent.managed_pbx import pbx_settings
from ivr.config import MissingSecret, load_config
from ivr.pbx.asterisk_process import AsteriskProcess
from ivr.pbx.settings import REPOSITORY, PbxError, PbxSettings


async def serve(settings: PbxSettings) -> int:
    """Returns 0 when asked to stop, Asterisk's own code (at least 1) when it ended by itself."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with AsteriskProcess(settings) as pbx:
        ended = asyncio.create_task(pbx.wait())
        asked = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
            return 0 if asked.done() else max(1, ended.result())
        finally:
            for task in (ended, asked):
                task.cancel()
            await asyncio.gather(ended, asked, return_exceptions=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m ivr.pbx", description="The managed Asterisk.")
    parser.add_argument("--config", type=Path, default=REPOSITORY / "config.yaml", metavar="FILE")
    try:
        return asyncio.run(serve(pbx_settings(load_config(parser.parse_args().config))))
    except (DataFileError, MissingSecret, PbxError) as fault:
        sys.stderr.write(f"pbx: {fault}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())

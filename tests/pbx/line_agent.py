"""A process with the real FastAGI and AudioSocket servers and no conversation: it sends one tone.

For tests of what the dialplan does with an agent that ends well or badly. The whole
agent has its own tests; this one can be told exactly how to fail.

  IVR_AMI_SECRET=... python -m tests.pbx.line_agent --agi-port N --ami-port N
      [--line served|refused|silent|none] [--end hangup|transfer|none] [--after SECONDS]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
from uuid import uuid4

from ivr.agent.watchdog import HEARTBEAT_VARIABLE, beat
from ivr.ports import FRAME_BYTES
from ivr.telephony.agi_server import AgiServer, AgiSession
from ivr.telephony.ami import AmiAddress, AmiClient
from ivr.telephony.audiosocket_line import AudioSocketLine
from ivr.telephony.audiosocket_server import AudioSocketServer
from tests.pbx.lab import free_port, tone


async def play(line: AudioSocketLine, seconds: float) -> None:
    """The tone on an absolute 20 ms clock, for `seconds`."""
    pcm = tone("agent", 1.0)
    loop = asyncio.get_running_loop()
    start = loop.time()
    for number in range(int(seconds / 0.02)):
        at = number * FRAME_BYTES % len(pcm)
        await line.send(pcm[at : at + FRAME_BYTES])
        await asyncio.sleep(max(0.0, start + (number + 1) * 0.02 - loop.time()))
        if not line.open:
            return


async def call(
    session: AgiSession, options: argparse.Namespace, media: AudioSocketServer, ami: AmiClient
) -> None:
    if options.line == "none":
        await session.wait_hungup()
        return
    call_id = uuid4()
    async with media.expect(call_id) as expected:
        arguments = f"{call_id},127.0.0.1:{options.media_port}"
        execution = asyncio.create_task(session.execute("AudioSocket", arguments, timeout=None))
        try:
            if options.line == "served":
                line = await expected.connected()
                channel = session.env["agi_channel"]
                await ami.action("AbsoluteTimeout", {"Channel": channel, "Timeout": "60"})
                await play(line, options.after)
                await line.hang_up()
            await execution
        finally:
            execution.cancel()
            await asyncio.gather(execution, return_exceptions=True)
    if options.end != "none" and options.line == "served":
        await session.set_variable("IVR_END", options.end)


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--agi-port", type=int, required=True)
    parser.add_argument("--ami-port", type=int, required=True)
    lines = ["served", "refused", "silent", "none"]
    parser.add_argument("--line", choices=lines, default="served")
    parser.add_argument("--end", choices=["hangup", "transfer", "none"], default="none")
    parser.add_argument("--after", type=float, default=60.0)
    options = parser.parse_args()
    media = AudioSocketServer("127.0.0.1", 0)
    await media.start()
    silent = socket.create_server(("127.0.0.1", 0))  # the kernel accepts; nobody ever writes
    ports = {"refused": free_port(), "silent": silent.getsockname()[1]}
    options.media_port = ports.get(options.line, media.address[1])
    address = AmiAddress("127.0.0.1", options.ami_port, "ivr", os.environ["IVR_AMI_SECRET"])
    ami = AmiClient(address)
    await ami.connect()
    agi = AgiServer(lambda s: call(s, options, media, ami), "127.0.0.1", options.agi_port)
    await agi.start()
    if HEARTBEAT_VARIABLE in os.environ:
        await beat(int(os.environ[HEARTBEAT_VARIABLE]))
    else:
        await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

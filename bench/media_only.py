"""What a call costs the agent in media alone: AudioSocket lines, silence out on the 20 ms clock.

    python -m bench.media_only --calls 50 --seconds 20

The PBX's ends run in a process of their own, so the figure is the agent's CPU only. A tick
is late when it is taken more than 20 ms after its time; skipped ones were not sent at all.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import time
from uuid import UUID

from ivr.clock import SystemClock
from ivr.ports import SILENCE, CallerFrame
from ivr.telephony.audiosocket_codec import encode_audio, encode_identity
from ivr.telephony.audiosocket_line import AudioSocketLine
from ivr.telephony.audiosocket_server import AudioSocketServer
from ivr.telephony.frame_clock import FrameClock

WARM_UP = 2.0  # seconds before the measurement begins


class Call:
    """One line: a frame out on every tick, every frame in counted."""

    def __init__(self, line: AudioSocketLine) -> None:
        self.line = line
        self.clock = FrameClock(SystemClock())
        self.sent = 0
        self.heard = 0

    async def talk(self) -> None:
        async for _ in self.clock:
            if not self.line.open:
                return
            await self.line.send(SILENCE)
            self.sent += 1

    async def listen(self) -> None:
        async for event in self.line.events():
            if isinstance(event, CallerFrame):
                self.heard += 1


async def measure(calls: int, seconds: float) -> None:
    server = AudioSocketServer("127.0.0.1", 0)
    await server.start()
    expected = [server.expect(UUID(int=number)) for number in range(calls)]
    host, port = server.address
    peer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.media_only", "--calls", str(calls), "--peer", f"{host}:{port}"
    )
    try:
        running = [Call(await one.connected(30.0)) for one in expected]
        async with asyncio.TaskGroup() as tasks:
            for call in running:
                tasks.create_task(call.talk())
                tasks.create_task(call.listen())
            await asyncio.sleep(WARM_UP)
            before = counts(running)
            cpu, wall = time.process_time(), time.monotonic()
            await asyncio.sleep(seconds)
            cpu, wall = time.process_time() - cpu, time.monotonic() - wall
            after = counts(running)
            await asyncio.gather(*(call.line.hang_up() for call in running))
    finally:
        if peer.returncode is None:
            peer.terminate()
        await peer.wait()
        await server.stop()
    sent, heard, late, skipped, dropped = (b - a for a, b in zip(before, after, strict=True))
    load = 100 * cpu / wall
    print(f"{calls} calls, {wall:.1f} s: {load:.1f}% of a core, {load / calls:.3f}% a call")
    print(f"frames sent {sent}, heard {heard}, due {round(wall / 0.02) * calls}")
    print(f"late {late} ({100 * late / max(sent, 1):.2f}%), skipped {skipped}, dropped {dropped}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def counts(calls: list[Call]) -> tuple[int, ...]:
    """Frames sent, frames heard, late ticks, skipped ticks, frames dropped."""
    return (
        sum(call.sent for call in calls),
        sum(call.heard for call in calls),
        sum(call.clock.late for call in calls),
        sum(call.clock.skipped for call in calls),
        sum(call.line.dropped_in + call.line.dropped_out for call in calls),
    )


async def play_pbx(calls: int, host: str, port: int) -> None:
    """The other end of every line: 320 bytes every 20 ms until the agent hangs up."""

    async def one(number: int) -> None:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(encode_identity(UUID(int=number)))
        speaking = asyncio.create_task(speak(writer))
        try:
            while data := await reader.read(65_536):
                if data.endswith(b"\0\0\0") and len(data) % (len(SILENCE) + 3) == 3:
                    break  # the hang-up frame after whole frames of silence
        finally:
            speaking.cancel()
            writer.close()

    async def speak(writer: asyncio.StreamWriter) -> None:
        frame = encode_audio(SILENCE)
        async for _ in FrameClock(SystemClock()):
            writer.write(frame)

    await asyncio.gather(*(one(number) for number in range(calls)))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.media_only", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.calls < 1 or options.seconds <= 0:
        parser.error("--calls and --seconds must be above zero")
    if options.peer:
        host, _, port = options.peer.rpartition(":")
        asyncio.run(play_pbx(options.calls, host, int(port)))
    else:
        asyncio.run(measure(options.calls, options.seconds))


if __name__ == "__main__":
    main()

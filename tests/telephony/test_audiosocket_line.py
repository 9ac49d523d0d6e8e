"""A call's audio over a real socket: exact frames in, bounded memory, one end however it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from ivr.ports import FRAME_BYTES, SILENCE, CallerFrame, CallerKey, LineClosed, LineEvent
from ivr.telephony.audiosocket_codec import (
    encode_audio,
    encode_error,
    encode_hang_up,
    encode_identity,
    encode_key,
)
from ivr.telephony.audiosocket_line import AudioSocketLine, LineLimits
from ivr.telephony.audiosocket_server import AudioSocketServer
from tests.telephony.peers import BOUND, Peer

CALL = UUID("6b0d5c1e-8f0a-4f5e-9a53-0d8c0a5a1232")


@asynccontextmanager
async def line_and_pbx(
    limits: LineLimits | None = None,
) -> AsyncIterator[tuple[AudioSocketLine, Peer]]:
    server = AudioSocketServer("127.0.0.1", 0, limits or LineLimits(fill_after=60))
    await server.start()
    try:
        async with server.expect(CALL) as expected, Peer(server.address) as pbx:
            pbx.send(encode_identity(CALL))
            yield await expected.connected(), pbx
    finally:
        await server.stop()


async def all_events(line: AudioSocketLine) -> list[LineEvent]:
    async with asyncio.timeout(BOUND):
        return [event async for event in line.events()]


async def some_events(line: AudioSocketLine, count: int) -> list[LineEvent]:
    events: list[LineEvent] = []
    async with asyncio.timeout(BOUND):
        async for event in line.events():
            events.append(event)
            if len(events) == count:
                break
    return events


def numbered(count: int) -> bytes:
    """`count` frames of audio, each filled with its own number."""
    return b"".join(bytes((n % 256,)) * FRAME_BYTES for n in range(count))


@pytest.mark.parametrize("size", [2, 160, 320, 480, 640, 16_000])
async def test_audio_of_any_size_becomes_exact_frames(size: int) -> None:
    pcm = numbered(60)
    async with line_and_pbx() as (line, pbx):
        for start in range(0, len(pcm), size):
            pbx.send(encode_audio(pcm[start : start + size]))
        events = await some_events(line, 60)
    frames = [event.pcm for event in events if isinstance(event, CallerFrame)]
    assert all(len(frame) == FRAME_BYTES for frame in frames)
    assert b"".join(frames) == pcm


async def test_keys_keep_their_place_among_the_frames() -> None:
    async with line_and_pbx() as (line, pbx):
        pbx.send(encode_audio(SILENCE) + encode_key("0") + encode_audio(SILENCE) + encode_hang_up())
        assert await all_events(line) == [
            CallerFrame(SILENCE),
            CallerKey("0"),
            CallerFrame(SILENCE),
            LineClosed(hung_up=True),
        ]


async def test_unknown_kinds_are_passed_over() -> None:
    async with line_and_pbx() as (line, pbx):
        pbx.send(b"\x12\x00\x02ab" + encode_key("1"))
        assert await some_events(line, 1) == [CallerKey("1")]


End = Callable[[AudioSocketLine, Peer], Awaitable[None]]


async def end_by_close(line: AudioSocketLine, pbx: Peer) -> None:
    await pbx.close()


async def end_by_reset(line: AudioSocketLine, pbx: Peer) -> None:
    await pbx.reset()


async def end_by_hang_up_frame(line: AudioSocketLine, pbx: Peer) -> None:
    pbx.send(encode_hang_up())


async def end_by_ourselves(line: AudioSocketLine, pbx: Peer) -> None:
    ending = asyncio.create_task(line.hang_up())
    assert await pbx.exactly(3) == encode_hang_up()
    await pbx.close()
    await ending


async def end_by_ourselves_when_the_pbx_does_not_react(line: AudioSocketLine, pbx: Peer) -> None:
    await line.hang_up(timeout=0.02)


async def end_inside_a_frame(line: AudioSocketLine, pbx: Peer) -> None:
    pbx.send(encode_audio(SILENCE)[:100])
    await pbx.close()


async def end_by_a_broken_frame(line: AudioSocketLine, pbx: Peer) -> None:
    pbx.send(b"\x10\x00\x03abc")


async def end_by_an_endless_frame(line: AudioSocketLine, pbx: Peer) -> None:
    pbx.send(b"\x10\xff\xff")


async def end_by_an_error(line: AudioSocketLine, pbx: Peer) -> None:
    pbx.send(encode_error(4))


@pytest.mark.parametrize(
    ("end", "hung_up"),
    [
        (end_by_close, True),
        (end_by_reset, True),
        (end_by_hang_up_frame, True),
        (end_by_ourselves, False),
        (end_by_ourselves_when_the_pbx_does_not_react, False),
        (end_inside_a_frame, False),
        (end_by_a_broken_frame, False),
        (end_by_an_endless_frame, False),
        (end_by_an_error, False),
    ],
)
async def test_a_line_ends_once_after_what_came_before(end: End, hung_up: bool) -> None:
    async with line_and_pbx() as (line, pbx):
        pbx.send(encode_audio(SILENCE))
        assert await some_events(line, 1) == [CallerFrame(SILENCE)]
        await end(line, pbx)
        assert await all_events(line) == [LineClosed(hung_up)]
        assert await all_events(line) == []
        assert not line.open
        await line.send(SILENCE)  # no effect, no error
        await line.hang_up()


async def test_what_the_caller_sent_before_the_end_is_still_read() -> None:
    async with line_and_pbx() as (line, pbx):
        pbx.send(encode_audio(numbered(3)) + encode_key("5"))
        await pbx.close()
        events = await all_events(line)
    assert [type(event) for event in events] == [CallerFrame] * 3 + [CallerKey, LineClosed]


async def test_a_pbx_that_falls_silent_has_gone() -> None:
    async with line_and_pbx(LineLimits(silence=0.03, fill_after=60)) as (line, pbx):
        assert await all_events(line) == [LineClosed(hung_up=False)]
        assert await pbx.rest() == b""


async def test_silence_stands_in_for_a_phone_that_sends_nothing() -> None:
    """A held key or silence suppression: time goes on in frames, and speech comes after it."""
    speech = b"\x01" * FRAME_BYTES
    async with line_and_pbx(LineLimits(fill_after=0.02)) as (line, pbx):
        assert await some_events(line, 20) == [CallerFrame(SILENCE)] * 20
        pbx.send(encode_audio(speech))
        async with asyncio.timeout(BOUND):
            async for event in line.events():
                if event != CallerFrame(SILENCE):
                    break
        assert event == CallerFrame(speech)


async def test_a_waiting_reader_that_is_cancelled_loses_nothing() -> None:
    async with line_and_pbx() as (line, pbx):
        reading = asyncio.create_task(all_events(line))
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        pbx.send(encode_key("1"))
        assert await some_events(line, 1) == [CallerKey("1")]


async def test_frames_reach_the_pbx() -> None:
    async with line_and_pbx() as (line, pbx):
        for n in range(3):
            await line.send(bytes((n,)) * FRAME_BYTES)
        assert await pbx.exactly(3 * 323) == b"".join(
            encode_audio(bytes((n,)) * FRAME_BYTES) for n in range(3)
        )


@pytest.mark.parametrize("length", [0, 319, 321, 640])
async def test_only_whole_frames_are_sent(length: int) -> None:
    async with line_and_pbx() as (line, _):
        with pytest.raises(ValueError, match="320"):
            await line.send(bytes(length))


async def test_nothing_is_sent_after_our_hang_up() -> None:
    async with line_and_pbx() as (line, pbx):
        await line.send(SILENCE)
        ending = asyncio.create_task(line.hang_up())
        assert await pbx.exactly(326) == encode_audio(SILENCE) + encode_hang_up()
        await line.send(SILENCE)
        pbx.writer.write_eof()
        assert await pbx.rest() == b""
        await ending


async def test_a_pbx_that_does_not_read_costs_no_memory_and_is_given_up() -> None:
    limits = LineLimits(stall=0.05, fill_after=60)
    async with line_and_pbx(limits) as (line, pbx):
        pbx.pause_reading()
        largest = 0
        async with asyncio.timeout(BOUND):
            while line.open:
                await line.send(SILENCE)
                await asyncio.sleep(0)
                largest = max(largest, line._transport.get_write_buffer_size())
        assert 0 < largest <= (limits.unsent_frames + 1) * 323
        assert line.dropped_out > 0
        assert await all_events(line) == [LineClosed(hung_up=False)]


async def test_a_stalled_pbx_that_reads_again_hears_later_frames() -> None:
    async with line_and_pbx(LineLimits(stall=BOUND, fill_after=60)) as (line, pbx):
        pbx.pause_reading()
        while not line.dropped_out:
            await line.send(SILENCE)
            await asyncio.sleep(0)
        pbx.resume_reading()
        last = b"\x01" * FRAME_BYTES
        async with asyncio.timeout(BOUND):
            while (await pbx.exactly(323))[3:] != last:
                await line.send(last)
        assert line.open


async def test_a_session_that_does_not_read_keeps_the_newest_frames_and_every_key() -> None:
    async with line_and_pbx(LineLimits(unread_frames=10, fill_after=60)) as (line, pbx):
        pbx.send(encode_key("7") + encode_audio(numbered(50)) + encode_hang_up())
        assert await pbx.rest() == b""
        events = await all_events(line)
    assert events[0] == CallerKey("7")
    assert events[-1] == LineClosed(hung_up=True)
    frames = [event.pcm[0] for event in events if isinstance(event, CallerFrame)]
    assert frames == list(range(40, 50))
    assert line.dropped_in == 40

import asyncio
from collections.abc import Mapping

import pytest

from bench.peer import wire


async def read(data: bytes) -> list[bytes | Mapping[str, object]]:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return [item async for item in wire.frames(reader)]


async def test_sound_and_what_is_told_come_as_they_were_sent() -> None:
    sent = wire.audio(b"\1\0" * 160) + wire.told(turn="鼓楼医院") + wire.audio(b"\2\0")
    assert await read(sent) == [b"\1\0" * 160, {"turn": "鼓楼医院"}, b"\2\0"]


@pytest.mark.parametrize("cut", [1, 2, 5, 100])
async def test_a_connection_that_ends_in_a_frame_ends_without_a_fault(cut: int) -> None:
    assert await read(wire.told(ready=True) + wire.audio(bytes(320))[:cut]) == [{"ready": True}]

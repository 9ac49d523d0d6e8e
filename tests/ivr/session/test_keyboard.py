from __future__ import annotations

import asyncio
import io
import os
import pty

import pytest

from ivr.session.keyboard import Keyboard


async def test_piped_lines_and_their_end() -> None:
    keyboard = Keyboard(io.StringIO("鼓楼医院\n\n明天"))
    assert not keyboard.tty
    assert [await keyboard.line() for _ in range(3)] == ["鼓楼医院", "", "明天"]
    with pytest.raises(EOFError):
        await keyboard.line()


async def test_a_terminal_is_waited_for_and_its_end_is_the_end() -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave, "r", encoding="utf-8") as stream:
        keyboard = Keyboard(stream)
        assert keyboard.tty
        waiting = asyncio.create_task(keyboard.line())
        await asyncio.sleep(0)
        assert not waiting.done()
        os.write(master, "心内科\n".encode())
        assert await asyncio.wait_for(waiting, 10) == "心内科"
        os.write(master, b"\x04")
        with pytest.raises(EOFError):
            await asyncio.wait_for(keyboard.line(), 10)
    os.close(master)


async def test_who_stops_waiting_leaves_nothing_behind() -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave, "r", encoding="utf-8") as stream:
        waiting = asyncio.create_task(Keyboard(stream).line())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not asyncio.get_running_loop().remove_reader(stream.fileno())
    os.close(master)

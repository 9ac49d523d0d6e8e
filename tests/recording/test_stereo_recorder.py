"""The recorder on a real disk, its faults, and its death."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ivr.recording.stereo_recorder import WAITING_BATCHES, StereoRecorder
from tests.recording.sound import SAMPLES, frame


def legs(path: Path) -> tuple[list[int], list[int]]:
    """The first sample of every frame: left, right."""
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
    return samples[::SAMPLES, 0].tolist(), samples[::SAMPLES, 1].tolist()


def pass_frames(recorder: StereoRecorder, first: int, count: int) -> None:
    for n in range(first, first + count):
        recorder.agent(frame(-n), personal=False)
        recorder.caller(frame(n))


async def test_both_legs_of_a_call_are_in_the_file_left_caller_right_agent(tmp_path: Path) -> None:
    recorder = StereoRecorder(tmp_path / "call.wav")
    await recorder.start()
    pass_frames(recorder, 1, 333)
    await recorder.close()
    await recorder.close()
    assert legs(recorder.path) == (list(range(1, 334)), [-n for n in range(1, 334)])
    assert recorder.fault is None
    assert recorder.seconds == pytest.approx(6.66)


async def test_an_utterance_with_an_id_number_is_silent_in_the_file(tmp_path: Path) -> None:
    recorder = StereoRecorder(tmp_path / "call.wav")
    await recorder.start()
    pass_frames(recorder, 1, 100)
    hold = recorder.hold_from(10)
    pass_frames(recorder, 101, 100)
    recorder.utterance_ended()
    recorder.utterance_understood(contains_id=True, hold=hold)
    pass_frames(recorder, 201, 100)
    await recorder.close()
    left, right = legs(recorder.path)
    assert left == [*range(1, 91), *[0] * 110, *range(201, 301)]
    assert right == [-n for n in left]


async def test_frames_after_the_end_are_ignored(tmp_path: Path) -> None:
    recorder = StereoRecorder(tmp_path / "call.wav")
    await recorder.start()
    pass_frames(recorder, 1, 10)
    await recorder.close()
    pass_frames(recorder, 11, 10)
    assert len(legs(recorder.path)[0]) == 10


async def test_a_recording_that_cannot_be_created_does_not_break_the_call(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    recorder = StereoRecorder(tmp_path / "file" / "call.wav")
    await recorder.start()
    pass_frames(recorder, 1, 200)
    await recorder.close()
    assert recorder.fault == "the recording call.wav cannot be created: File exists"


async def test_a_disk_that_hangs_costs_sound_but_neither_memory_nor_the_call(
    tmp_path: Path,
) -> None:
    free = threading.Event()
    with ThreadPoolExecutor(1) as executor:
        recorder = StereoRecorder(tmp_path / "call.wav", executor)
        await recorder.start()
        executor.submit(free.wait)
        for batch in range(WAITING_BATCHES + 20):
            pass_frames(recorder, 1 + batch * 25, 25)
            await asyncio.sleep(0)
        assert recorder.fault is not None
        assert "too slow" in recorder.fault
        free.set()
        await recorder.close()
    left, _ = legs(recorder.path)
    assert left == list(range(1, len(left) + 1))


KILLED_IN_MID_CALL = """
import asyncio, os, signal, struct, sys
from pathlib import Path
from ivr.recording.stereo_recorder import StereoRecorder

async def main():
    recorder = StereoRecorder(Path(sys.argv[1]))
    await recorder.start()
    for n in range(1, 501):
        if n == 300:
            recorder.hold_from(5)
        recorder.agent(struct.pack("<h", -n) * 160, personal=False)
        recorder.caller(struct.pack("<h", n) * 160, voiced=n >= 300)
        await asyncio.sleep(0.001)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_after_kill_9_the_file_opens_and_lacks_at_most_two_seconds(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED_IN_MID_CALL, str(path), cwd=os.getcwd()
    )
    async with asyncio.timeout(60):
        assert await process.wait() == -signal.SIGKILL
    left, right = legs(path)
    assert len(left) >= 500 - 100
    assert left[:280] == list(range(1, 281))
    assert right[:280] == [-n for n in range(1, 281)]
    assert left[299:] == [0] * (len(left) - 299), "a held utterance reached the disk"

"""Threads that compute run behind the event loop's: sound that is due goes first.

With as many threads computing as there are cores the loop's thread waited 10 to 30 ms for its
turn, and the frames of every call were late. A lower priority (nice) is each thread's own on Linux,
needs no privilege, and is inherited by the threads that it makes.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Made = TypeVar("Made")

NICE = 10


def step_back() -> None:
    """Lower the priority of the calling thread, for good."""
    thread = threading.get_native_id()
    os.setpriority(os.PRIO_PROCESS, thread, max(NICE, os.getpriority(os.PRIO_PROCESS, thread)))


def made_behind(make: Callable[[], Made]) -> Made:
    """What `make` returns; the threads that it starts are of low priority."""
    with ThreadPoolExecutor(1, initializer=step_back) as thread:
        return thread.submit(make).result()

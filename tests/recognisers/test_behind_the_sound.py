"""Whoever computes steps back behind the sound."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future

from ivr.recognisers.behind_the_sound import NICE, made_behind


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_what_is_made_and_the_threads_it_starts_are_of_low_priority_and_we_are_not() -> None:
    before = priority()
    found: Future[int] = Future()

    def make() -> int:
        threading.Thread(target=lambda: found.set_result(priority())).start()
        found.result(5.0)
        return priority()

    assert made_behind(make) >= NICE
    assert found.result() >= NICE
    assert priority() == before

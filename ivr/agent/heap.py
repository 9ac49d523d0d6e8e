"""The heap of a process that serves for weeks: what is freed goes back to the system.

glibc gives every thread an arena of its own and lets each keep what is free at its end, up to
64 MB. With the threads of recogniser, voice and databases that came to 265 MB more in half an hour
of three calls at once (python -m bench.soak, 2026-11-30). Two arenas that are trimmed keep little.
Large buffers stay in them, because to map each anew costs a page fault every 4 KiB.
"""

from __future__ import annotations

import ctypes
import platform

# malloc.h
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_MB = 1 << 20

_OPTIONS = ((_M_ARENA_MAX, 2), (_M_MMAP_THRESHOLD, 32 * _MB), (_M_TRIM_THRESHOLD, 16 * _MB))


def keep_small() -> bool:
    """To be called before threads are made; False where the C library is not glibc (mallopt(3))."""
    if platform.libc_ver()[0] != "glibc":
        return False
    libc = ctypes.CDLL(None)
    return all([libc.mallopt(option, value) == 1 for option, value in _OPTIONS])

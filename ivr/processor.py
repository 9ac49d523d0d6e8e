"""What this machine's processor can do."""

from __future__ import annotations

from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")


def has_vnni(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether it multiplies unsigned by signed bytes with exact 32-bit sums (AVX-512 VNNI or AVX
    VNNI), which makes int8 models about twice as fast; False where that cannot be told."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return any(line.startswith("flags") and "vnni" in line for line in lines)

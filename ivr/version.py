"""Which code this is, for records whose figures are compared later."""

from __future__ import annotations

import subprocess
from importlib import metadata
from pathlib import Path

PACKAGE = "voice-booking-12320"
_GIT_LIMIT = 10.0  # seconds


def version(checkout: Path = Path(__file__).parents[1]) -> str:
    """`0.1.0`; in a checkout with its commit, `0.1.0 at 35fa1cd`, and `+` where files differ."""
    number = metadata.version(PACKAGE)
    # Every tag is excluded: the commit itself is what a reader can check out.
    command = ["git", "describe", "--always", "--exclude=*", "--dirty=+"]
    try:
        asked = subprocess.run(
            command, cwd=checkout, capture_output=True, text=True, check=True, timeout=_GIT_LIMIT
        )
    except (OSError, subprocess.SubprocessError):  # installed, or no git
        return number
    return f"{number} at {asked.stdout.strip()}"

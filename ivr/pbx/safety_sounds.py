"""The sentences that Asterisk plays without the agent, and what their files must be like."""

from __future__ import annotations

import wave
from pathlib import Path

from ivr.pbx.settings import PbxError

SAFETY_NET = "ivr-safety-net.wav"
OPERATORS_BUSY = "ivr-operators-busy.wav"
CRISIS_CALL = "ivr-crisis-call.wav"

# File -> text, for the set-up that renders them.
SENTENCES = {
    SAFETY_NET: "对不起，系统现在有点问题，马上为您转接人工，请不要挂机。",
    OPERATORS_BUSY: "人工座席现在都忙，请您稍后再拨12320。再见。",
    CRISIS_CALL: "心理危机来电，马上接通。",
}

# A fault is noticed within 3 s (take_over_seconds here, heartbeat_limit in config.yaml), and the
# caller must be in the queue within 10 s of it.
LONGEST_SAFETY_NET = 6.5


def check_sounds(folder: Path) -> None:
    """Raises PbxError unless all files are there and fit: 8 kHz, mono, 16 bit, some audio."""
    for name in SENTENCES:
        path = folder / name
        try:
            with wave.open(str(path)) as sound:
                shape = (sound.getframerate(), sound.getnchannels(), sound.getsampwidth())
                seconds = sound.getnframes() / sound.getframerate()
        except (OSError, EOFError, wave.Error) as error:
            raise PbxError(f"{path}: {error}. `make setup` renders it") from error
        if shape != (8000, 1, 2):
            raise PbxError(f"{path}: must be 8000 Hz, mono, 16 bit; it is {shape}")
        if seconds < 0.2:
            raise PbxError(f"{path}: holds no sentence ({seconds:.2f} s)")
        if name == SAFETY_NET and seconds > LONGEST_SAFETY_NET:
            raise PbxError(
                f"{path}: {seconds:.1f} s; over {LONGEST_SAFETY_NET:g} s the caller "
                "would reach the operators' queue too late"
            )

"""A real Asterisk on free ports, a real operator's phone, and callers, for tests of whole calls.

    async with pbx_lab(tmp_path) as lab:
        agent = ...                       # its FastAGI on 127.0.0.1:lab.agent_port
        async with lab.caller(number="02583600000") as phone:
            await phone.wait_for("answered", seconds=5)

Sounds are tones of known pitch, so that a test can tell from the caller's recording
who was heard and when (`who_is_heard`).
"""

from __future__ import annotations

import contextlib
import itertools
import secrets
import socket
import tempfile
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ivr.pbx.asterisk_process import AsteriskProcess
from ivr.pbx.safety_sounds import CRISIS_CALL, OPERATORS_BUSY, SAFETY_NET
from ivr.pbx.settings import PbxSettings, find_installation
from ivr.pbx.sip_phone import SipPhone
from ivr.ports import SAMPLE_RATE

# Whose voice is which pitch, in Hz. Ringing is the 450 Hz of deploy's indications.conf.
PITCH = {
    "ringing": 450,
    "safety net": 700,
    "crisis call": 900,
    "operator": 1100,
    "counsellor": 1300,
    "busy": 1500,
    "agent": 1900,
}
SENTENCE_SECONDS = 1.0

_WINDOW = 320  # samples, 40 ms: 25 Hz resolution
_LOUD = 500  # of 32767, RMS


@dataclass
class PbxLab:
    """`settings` has ports and secrets; `operator` is a phone that answers the queue."""

    settings: PbxSettings
    asterisk: AsteriskProcess
    operator: SipPhone
    folder: Path
    recordings: list[Path] = field(default_factory=list)

    @property
    def agent_port(self) -> int:
        return self.settings.agent_port

    def counsellor(
        self, *, stays: float = 3.0, rings: float = 0.5, speaks: float = 2.0
    ) -> SipPhone:
        """A phone of the crisis line's people: answers and says a tone of `speaks` seconds."""
        says = self.folder / "counsellor.wav"
        write_tone(says, "counsellor", speaks)
        return SipPhone.answering(
            f"sip:127.0.0.1:{self.settings.sip_port}",
            secret=self.settings.sip_secret,
            user="crisis",
            say=[says],
            ring_for=rings,
            hang_up_after=stays,
            record_dir=self.folder,
        )

    def caller(self, *, extension: str = "12320", number: str = "") -> SipPhone:
        """A phone that dials `extension`; what it hears goes to the next of `recordings`."""
        self.recordings.append(self.folder / f"heard-{len(self.recordings) + 1}.wav")
        return SipPhone.calling(
            f"sip:{extension}@127.0.0.1:{self.settings.sip_port}",
            secret=self.settings.sip_secret,
            number=number,
            record=self.recordings[-1],
        )


@contextlib.asynccontextmanager
async def pbx_lab(
    folder: Path,
    *,
    sounds: Path | None = None,
    operator_says: Path | None = None,
    operator_stays: float = 1.5,
    queue_seconds: int = 60,
    agent_port: int | None = None,
    sip_bind: str = "127.0.0.1",
) -> AsyncIterator[PbxLab]:
    """Everything up and the operator registered inside the block; nothing left after it.

    Without `sounds` and `operator_says` they are tones. `operator_stays`: seconds
    from the operator's answer to the hang-up.
    """
    if sounds is None:
        sounds = folder / "sounds"
        sounds.mkdir()
        write_tone(sounds / SAFETY_NET, "safety net", SENTENCE_SECONDS)
        write_tone(sounds / OPERATORS_BUSY, "busy", SENTENCE_SECONDS)
        write_tone(sounds / CRISIS_CALL, "crisis call", 0.3)
    if operator_says is None:
        operator_says = folder / "operator.wav"
        write_tone(operator_says, "operator", 1.0)
    sip_port = free_port(socket.SOCK_DGRAM)
    # A folder of its own with a short path: Asterisk's control socket has a limit of 107 bytes.
    with tempfile.TemporaryDirectory(prefix="pbx-") as run_dir:
        settings = PbxSettings(
            installation=find_installation(),
            run_dir=Path(run_dir),
            sounds=sounds,
            ami_secret=secrets.token_urlsafe(16),
            sip_secret=secrets.token_urlsafe(16),
            sip_bind=sip_bind,
            sip_port=sip_port,
            ami_port=free_port(),
            agent_port=agent_port or free_port(),
            queue_seconds=queue_seconds,
        )
        async with AsteriskProcess(settings) as asterisk:
            operator = SipPhone.answering(
                f"sip:127.0.0.1:{sip_port}",
                secret=settings.sip_secret,
                say=[operator_says],
                hang_up_after=operator_stays,
            )
            async with operator:
                await operator.wait_for("registered", seconds=5)
                yield PbxLab(settings, asterisk, operator, folder)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody had a moment ago."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tone(who: str, seconds: float) -> bytes:
    """8 kHz PCM of that voice's pitch."""
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    samples: NDArray[np.int16] = (8000 * np.sin(2 * np.pi * PITCH[who] * at)).astype("<i2")
    return samples.tobytes()


def write_tone(path: Path, who: str, seconds: float) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes(tone(who, seconds))


def who_is_heard(recording: Path) -> list[tuple[float, str]]:
    """Seconds from the recording's start at which another voice began, and whose.

    Silence is a voice too, "nobody"; the 4 s between two rings belong to the ringing.
    """
    with wave.open(str(recording)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(float)
    changes: list[tuple[float, str]] = []
    last = ""
    for number in range(len(samples) // _WINDOW):
        who = _whose(samples[number * _WINDOW : (number + 1) * _WINDOW])
        if who != last and not (last == "ringing" and who == "nobody"):
            changes.append((number * _WINDOW / SAMPLE_RATE, who))
            last = who
    return changes


def first_heard(recording: Path, who: str) -> float | None:
    """Seconds from the recording's start to that voice, None if it is not in it."""
    return next((at for at, name in who_is_heard(recording) if name == who), None)


def longest_heard(recording: Path, who: str) -> float:
    """Seconds of that voice's longest tone; speech only ever hits its pitch in passing."""
    with wave.open(str(recording)) as sound:
        end = sound.getnframes() / sound.getframerate()
    changes = [*who_is_heard(recording), (end, "end")]
    spans = [
        until - since for (since, voice), (until, _) in itertools.pairwise(changes) if voice == who
    ]
    return max(spans, default=0.0)


def _whose(window: NDArray[np.float64]) -> str:
    if np.sqrt(np.mean(window**2)) < _LOUD:
        return "nobody"
    spectrum = np.abs(np.fft.rfft(window * np.hanning(len(window))))
    pitch = float(np.argmax(spectrum)) * SAMPLE_RATE / len(window)
    name = min(PITCH, key=lambda who: abs(PITCH[who] - pitch))
    return name if abs(PITCH[name] - pitch) <= 50 else "nobody"

"""A tape whose file is as a live call's recording: silent wherever an ID number may be."""

from __future__ import annotations

from pathlib import Path

from ivr.audio_file import write_speech
from ivr.ports import SAMPLE_RATE
from ivr.recording.masking import MaskedTimeline, Piece
from ivr.recording.wav_file import STEREO_FRAME_BYTES
from ivr.replay.line import Tape

_STEREO_SAMPLE = 4  # bytes


class MaskedTape(Tape):
    """The whole sound stays in memory for the judge; what is written is masked."""

    def __init__(self) -> None:
        super().__init__()
        self._timeline = MaskedTimeline()
        self._masked = bytearray()
        self._finished = False

    def caller(self, frame: bytes, voiced: bool = False) -> None:
        super().caller(frame, voiced)
        self._timeline.caller(frame, voiced)
        self._keep(self._timeline.take())

    def agent(self, frame: bytes, personal: bool = False) -> None:
        super().agent(frame, personal)
        self._timeline.agent(frame, personal)

    def hold_from(self, look_back_frames: int) -> int:
        return self._timeline.hold_from(look_back_frames)

    def utterance_ended(self) -> None:
        self._timeline.utterance_ended()

    def utterance_understood(self, contains_id: bool, hold: int | None = None) -> None:
        self._timeline.utterance_understood(contains_id, hold)

    def ask_id_number(self, asking: bool) -> None:
        self._timeline.ask_id_number(asking)

    def write(self, path: Path, since: float = 0.0, until: float | None = None) -> None:
        """As Tape.write; nothing is recorded after it."""
        if not self._finished:
            self._finished = True
            self._keep(self._timeline.finish())
        start = int(since * SAMPLE_RATE) * _STEREO_SAMPLE
        end = None if until is None else int(until * SAMPLE_RATE) * _STEREO_SAMPLE
        write_speech(path, bytes(self._masked[start:end]), channels=2)

    def _keep(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            at = piece.start * STEREO_FRAME_BYTES
            if len(self._masked) < at:
                self._masked.extend(bytes(at - len(self._masked)))
            self._masked[at : at + len(piece.pcm)] = piece.pcm

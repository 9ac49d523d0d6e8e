"""From a call's recording to the files of a case: its YAML and the WAVs beside it, in a folder or
in a ZIP."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import yaml

from booking_client.types import Booking
from ivr.audio_file import speech_wav
from ivr.call_log import StoredCall
from ivr.replay.export.case_of_call import Exported, ExportFault, NoCase, exported
from ivr.replay.export.corrections import NONE, Corrections
from ivr.replay.export.recorded_legs import RecordedLegs

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time a ZIP can hold: the same case, the same file


def exported_call(
    call: StoredCall,
    recording: Path | None,
    corrections: Corrections = NONE,
    cancelled: Booking | None = None,
) -> Exported:
    """`call` as a case. A recording that is gone (None, or no such file) is spoken by a synthetic
    voice; `cancelled` as `exported` takes it. Raises ExportFault, RecordingFault."""
    legs = RecordedLegs.read(recording) if recording is not None and recording.is_file() else None
    return exported(call, legs, corrections, cancelled)


def case_text(made: Exported) -> str:
    """The YAML of the case, with its notes on top."""
    notes = "".join(f"# {note}\n" for note in made.notes)
    return notes + yaml.safe_dump(made.case, allow_unicode=True, sort_keys=False, width=100)


def write_case(made: Exported, folder: Path) -> Path:
    """Write the files into `folder`, made if it is not there; gives the case's path.

    Raises ExportFault where a file of that name is there already, OSError for a disk that will not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = _files(made)
    for name in files:
        if (folder / name).exists():
            raise ExportFault(NoCase.THERE_ALREADY, f"{folder / name} is there already")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder / f"{made.stem}.yaml"


def zipped(made: Exported) -> bytes:
    """The files as a ZIP."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(made).items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _files(made: Exported) -> dict[str, bytes]:
    sounds = {name: speech_wav(pcm) for name, pcm in made.sounds.items()}
    return {f"{made.stem}.yaml": case_text(made).encode(), **sounds}

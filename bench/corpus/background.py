"""What is said near the telephone and is no answer: data/background.yaml, and its speech."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bench.corpus.rendering import Rendering, kept
from bench.corpus.utterances import DEV_VOICES, Split
from datafiles import load_yaml
from ivr.voices.choice import DEFAULT_SPEED, DEFAULT_STYLE

_FILE = Path(__file__).parent / "data" / "background.yaml"

Text = Annotated[str, Field(min_length=1)]


class BackgroundData(BaseModel):
    """`everyday`: other people and the television. `prompts`: our own, as an echo. `foreign`:
    espeak-ng's name of a language -> sentences."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    everyday: tuple[Text, ...]
    prompts: tuple[Text, ...]
    foreign: dict[Text, tuple[Text, ...]]


@cache
def background_data() -> BackgroundData:
    """Raises DataFileError (file, line, field)."""
    return load_yaml(_FILE, BackgroundData)


def everyday(split: Split | None = None) -> tuple[Rendering, ...]:
    """People talking of other things: one sentence in three is `dev`'s."""
    spoken = tuple(
        Rendering(text, DEV_VOICES[place % len(DEV_VOICES)], (0.95, 1.0, 1.1)[place % 3])
        for place, text in enumerate(background_data().everyday)
    )
    return _part(spoken, split)


def prompts(split: Split | None = None) -> tuple[Rendering, ...]:
    """Our own prompts in the product's voice."""
    spoken = tuple(
        Rendering(text, DEFAULT_STYLE, DEFAULT_SPEED) for text in background_data().prompts
    )
    return _part(spoken, split)


@cache
def talkers() -> tuple[bytes, ...]:
    """Everybody of `everyday` as 8 kHz s16le PCM. Raises SpeechMissing."""
    return tuple(kept(rendering) for rendering in everyday())


def _part(spoken: tuple[Rendering, ...], split: Split | None) -> tuple[Rendering, ...]:
    if split is None:
        return spoken
    return tuple(r for place, r in enumerate(spoken) if (place % 3 == 2) == (split == "dev"))

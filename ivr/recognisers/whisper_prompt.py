"""What Whisper is told before it listens: token ids of the language, task and likely words."""

from __future__ import annotations

import functools
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from tokenizers import Tokenizer

from datafiles import load_yaml
from grammars.meaning import Slot
from ivr.ports import Hint

PROMPTS_FILE = Path(__file__).with_name("data") / "whisper_prompts.yaml"

# Token ids of the multilingual models' vocabulary.
END = 50257
START = 50258
CHINESE = 50260
TRANSCRIBE = 50359
PREVIOUS = 50361
NO_TIMESTAMPS = 50363

TASK = (START, CHINESE, TRANSCRIBE, NO_TIMESTAMPS)

SHORT_SECONDS = 2.5
MOST_PROMPT_TOKENS = 224  # of earlier text, as the model was trained


class SlotPrompt(BaseModel):
    """One entry of the data file, which says what the fields mean."""

    model_config = ConfigDict(extra="forbid")

    text: str = ""
    short_text: str = ""
    phrases: bool = False


class Prompts(BaseModel):
    """data/whisper_prompts.yaml."""

    model_config = ConfigDict(extra="forbid")

    prompts: dict[Slot, SlotPrompt]


def prompt_tokens(hint: Hint, seconds: float, tokenizer: Tokenizer) -> list[int]:
    """The decoder's first tokens for `seconds` of audio; just TASK where the slot has no prompt."""
    prompt = load_prompts().prompts.get(hint.slot, SlotPrompt())
    text = prompt.short_text if prompt.short_text and seconds < SHORT_SECONDS else prompt.text
    if prompt.phrases and hint.phrases:
        text += "、".join(hint.phrases)
    earlier = _encode(text, tokenizer)[:MOST_PROMPT_TOKENS]
    return [PREVIOUS, *earlier, *TASK] if earlier else list(TASK)


def _encode(text: str, tokenizer: Tokenizer) -> list[int]:
    if not text:
        return []
    ids: list[int] = tokenizer.encode(" " + text, add_special_tokens=False).ids
    return ids


@functools.cache
def load_prompts(path: Path = PROMPTS_FILE) -> Prompts:
    """The prompts by slot. Raises DataFileError."""
    return load_yaml(path, Prompts)

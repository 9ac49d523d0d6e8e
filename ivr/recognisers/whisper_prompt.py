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

START = 50258
CHINESE = 50260
TRANSCRIBE = 50359
PREVIOUS = 50361
NO_TIMESTAMPS = 50363
END = 50257

TASK = (START, CHINESE, TRANSCRIBE, NO_TIMESTAMPS)

# The model was trained with up to 224 tokens of earlier text; each costs decoding time.
_MOST_PROMPT_TOKENS = 120


class SlotPrompt(BaseModel):
    """`text` as it stands, then (`phrases`) the hint's own phrases."""

    model_config = ConfigDict(extra="forbid")

    text: str = ""
    phrases: bool = False


class Prompts(BaseModel):
    """data/whisper_prompts.yaml."""

    model_config = ConfigDict(extra="forbid")

    prompts: dict[Slot, SlotPrompt]


def prompt_tokens(hint: Hint, tokenizer: Tokenizer) -> list[int]:
    """The decoder's first tokens for a turn; just TASK where the slot has no prompt."""
    words = _words(hint)
    if not words:
        return list(TASK)
    earlier: list[int] = tokenizer.encode(" " + words, add_special_tokens=False).ids
    return [PREVIOUS, *earlier[:_MOST_PROMPT_TOKENS], *TASK]


def _words(hint: Hint) -> str:
    prompt = _prompts().prompts.get(hint.slot)
    if prompt is None:
        return ""
    listed = "、".join(hint.phrases) if prompt.phrases else ""
    return prompt.text + listed


@functools.cache
def _prompts() -> Prompts:
    return load_yaml(PROMPTS_FILE, Prompts)

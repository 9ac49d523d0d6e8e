"""Whisper's text -> what a caller may have said: simplified, without loops and credits."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import opencc
from pydantic import BaseModel, ConfigDict

from datafiles import load_yaml

HALLUCINATIONS_FILE = Path(__file__).with_name("data") / "hallucinations.yaml"

# Fast Mandarin is about 7 syllables a second; 9 leaves room for words like 一一一.
_SYLLABLES_PER_SECOND = 9.0
_SYLLABLES_FREE = 4


class Hallucinations(BaseModel):
    """data/hallucinations.yaml."""

    model_config = ConfigDict(extra="forbid")

    phrases: list[str]


def clean(text: str, seconds: float) -> str:
    """`text` as a caller's words of `seconds` of speech; empty when nothing is left of it.

    Simplified Chinese without punctuation (a hypothesis that differs in a full stop
    would only take another one's place in the N-best), but for the colon of a clock
    time; a run of words repeated beyond what fits into `seconds` is said once;
    subtitle credits give nothing.
    """
    text = _simplifier().convert(text).strip()
    if any(phrase in text for phrase in _hallucinations()):
        return ""
    return without_loops(words_only(text), seconds)


def without_loops(text: str, seconds: float) -> str:
    """Cut a repeated run of 1 to 20 characters when `text` is longer than `seconds` allow.

    Digits may honestly repeat (0000), so length decides, not repetition alone.
    """
    most = int(seconds * _SYLLABLES_PER_SECOND) + _SYLLABLES_FREE
    if _syllables(text) <= most:
        return text
    cut = re.sub(r"(.{1,20}?)\1{2,}", r"\1", text)
    if _syllables(cut) <= most:
        return cut
    # No plain loop and still too long: what came first is the likeliest to have been said.
    return cut[:most]


def words_only(text: str) -> str:
    """`text` without punctuation, but for the colon of a clock time."""
    text = re.sub(r"(?<=\d)[:：](?=\d)", "\0", text)
    text = re.sub(r"[^\w\0]|_", " ", text).replace("\0", ":")
    # Spaces part Latin words only; digits that were grouped by dashes or spaces are one number.
    return re.sub(r"(?<![A-Za-z]) | (?![A-Za-z])", "", " ".join(text.split()))


def _syllables(text: str) -> int:
    """Chinese characters, and digits, count one; a Latin word counts one."""
    return len(re.findall(r"[\u3400-\u9fff]|\d|[A-Za-z]+", text))


@functools.cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@functools.cache
def _hallucinations() -> tuple[str, ...]:
    return tuple(load_yaml(HALLUCINATIONS_FILE, Hallucinations).phrases)

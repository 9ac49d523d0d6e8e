"""The accent of Nanjing, made by changing syllables before they are synthesised.

The merges are those of grammars/data/accent.yaml's own source, Jianghuai Mandarin: n is l,
zh ch sh are z c s, ing eng ang are in en an; h before u turns to f now and then. A
synthesiser that says the merged syllable cleanly is no Nanjing voice: tones, rhythm and the
glottal stop of the old entering tone are missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bench.corpus.chance import share
from ivr.voices.mandarin_reading import Punctuation, Word

LIKELY = 0.6
SELDOM = 0.2

Reading = tuple[Word | Punctuation, ...]


def _retroflex(syllable: str) -> str:
    return re.sub(r"^(z|c|s)h", r"\1", syllable)


def _nasal(final: str, merged: str) -> Callable[[str], str]:
    return lambda syllable: re.sub(rf"{final}(?=\d|$)", merged, syllable)


def _lateral(syllable: str) -> str:
    """嗯, a bare n, stays."""
    return re.sub(r"^n(?=[aeiouvü])", "l", syllable)


def _labial(syllable: str) -> str:
    """hu -> fu, hua -> fa, hui -> fei, hun -> fen; huo and huai stay."""
    for old, new in (("hui", "fei"), ("hun", "fen"), ("hua", "fa")):
        if syllable.startswith(old) and not syllable.startswith("huai"):
            return new + syllable[len(old) :]
    return re.sub(r"^hu(?=\d|$)", "fu", syllable)


# Name -> (how likely a speaker has it, what it does to one TONE3 syllable).
MERGES: dict[str, tuple[float, Callable[[str], str]]] = {
    "n-l": (LIKELY, _lateral),
    "zh-z": (LIKELY, _retroflex),
    "ing-in": (LIKELY, _nasal("ing", "in")),
    "eng-en": (LIKELY, _nasal("eng", "en")),
    "ang-an": (LIKELY, _nasal("ang", "an")),
    "hu-f": (SELDOM, _labial),
}


def speakers_merges(speaker: str) -> tuple[str, ...]:
    """The merges of one invented speaker; at least one."""
    merges = tuple(name for name, (rate, _) in MERGES.items() if share(speaker, name) < rate)
    return merges or ("zh-z",)


def accented(reading: Sequence[Word | Punctuation], merges: Sequence[str]) -> Reading:
    """`reading` as a speaker with these merges says it. Raises KeyError for an unknown merge."""
    changes = [MERGES[name][1] for name in merges]
    return tuple(
        part if isinstance(part, Punctuation) else Word(tuple(_merged(part.syllables, changes)))
        for part in reading
    )


def _merged(syllables: Sequence[str], changes: Sequence[Callable[[str], str]]) -> list[str]:
    merged = list(syllables)
    for change in changes:
        merged = [change(syllable) for syllable in merged]
    return merged

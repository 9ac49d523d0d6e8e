"""How alike two syllables sound: a cost from 0 (the same) to 1, tone-blind and accent-aware.

Every pinyin syllable is a pair (initial, final) and so a number below SYMBOLS;
one matrix holds the cost of hearing one for another. The weights are data
(`data/accent.yaml`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from grammars.data_files import accent_data
from grammars.data_models import AccentData, Weights

INITIALS = ("", *"bpmfdtnlgkhjqx", "zh", "ch", "sh", *"rzcsyw")

# final -> (medial, vowel, coda); I is the vowel of zi and zhi, r that of er.
FINALS: dict[str, tuple[str, str, str]] = {
    "a": ("", "a", ""),
    "o": ("", "o", ""),
    "e": ("", "e", ""),
    "ai": ("", "a", "i"),
    "ei": ("", "e", "i"),
    "ao": ("", "a", "u"),
    "ou": ("", "o", "u"),
    "an": ("", "a", "n"),
    "en": ("", "e", "n"),
    "ang": ("", "a", "ng"),
    "eng": ("", "e", "ng"),
    "ong": ("", "o", "ng"),
    "er": ("", "r", ""),
    "i": ("", "i", ""),
    "I": ("", "I", ""),
    "ia": ("i", "a", ""),
    "io": ("i", "o", ""),
    "ie": ("i", "e", ""),
    "iao": ("i", "a", "u"),
    "iou": ("i", "o", "u"),
    "ian": ("i", "a", "n"),
    "in": ("", "i", "n"),
    "iang": ("i", "a", "ng"),
    "ing": ("", "i", "ng"),
    "iong": ("i", "o", "ng"),
    "u": ("", "u", ""),
    "ua": ("u", "a", ""),
    "uo": ("u", "o", ""),
    "uai": ("u", "a", "i"),
    "uei": ("u", "e", "i"),
    "uan": ("u", "a", "n"),
    "uen": ("u", "e", "n"),
    "uang": ("u", "a", "ng"),
    "ueng": ("u", "e", "ng"),
    "v": ("", "v", ""),
    "ve": ("v", "e", ""),
    "van": ("v", "a", "n"),
    "vn": ("", "v", "n"),
}

_FINAL_NUMBER = {final: number for number, final in enumerate(FINALS)}
_INITIAL_NUMBER = {initial: number for number, initial in enumerate(INITIALS)}
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_FIRST_LETTER = len(INITIALS) * len(FINALS)
_ODD = {"n": "en", "ng": "en", "m": "mu", "hm": "hen", "hng": "hen", "ê": "ei"}

UNKNOWN = _FIRST_LETTER + len(_LETTERS)
SYMBOLS = UNKNOWN + 1


def split(syllable: str) -> tuple[str, str]:
    """A pinyin syllable without tone -> (initial, full final): jiu -> (j, iou), yuan -> (y, van).

    Raises KeyError for what is not pinyin.
    """
    syllable = _ODD.get(syllable, syllable).replace("ü", "v")
    initial = next((i for i in ("zh", "ch", "sh") if syllable.startswith(i)), "")
    if not initial and syllable[:1] in _INITIAL_NUMBER:
        initial = syllable[:1]
    final = syllable[len(initial) :]
    if initial == "y":
        rounded = final.startswith("u")
        final = "v" + final[1:] if rounded else final if final.startswith("i") else "i" + final
    elif initial == "w":
        final = final if final.startswith("u") else "u" + final
    elif initial in ("j", "q", "x") and final.startswith("u"):
        final = "v" + final[1:]
    elif initial in ("zh", "ch", "sh", "r", "z", "c", "s") and final == "i":
        final = "I"
    final = {"ui": "uei", "iu": "iou", "un": "uen", "ue": "ve"}.get(final, final)
    if final not in FINALS:
        raise KeyError(syllable)
    return initial, final


@cache
def symbol(syllable: str) -> int:
    """The number of a syllable (or of a Latin letter); UNKNOWN for anything else."""
    if len(syllable) == 1 and syllable in _LETTERS and syllable not in ("a", "o", "e", "n", "m"):
        return _FIRST_LETTER + _LETTERS.index(syllable)
    try:
        initial, final = split(syllable)
    except KeyError:
        return UNKNOWN
    return _INITIAL_NUMBER[initial] * len(FINALS) + _FINAL_NUMBER[final]


@cache
def cost_matrix() -> npt.NDArray[np.float32]:
    """SYMBOLS x SYMBOLS costs, symmetric, zero on the diagonal (UNKNOWN is unlike itself)."""
    data = accent_data()
    initials = _pairs(INITIALS, data.initials)
    finals = _final_costs(data)
    costs = np.ones((SYMBOLS, SYMBOLS), dtype=np.float32)
    both = data.share.initial * initials[:, None, :, None] + (
        data.share.final * finals[None, :, None, :]
    )
    costs[:_FIRST_LETTER, :_FIRST_LETTER] = both.reshape(_FIRST_LETTER, _FIRST_LETTER)
    np.minimum(costs, 1.0, out=costs)
    np.fill_diagonal(costs, 0.0)
    costs[UNKNOWN, UNKNOWN] = 1.0
    costs.setflags(write=False)
    return costs


def syllable_cost(one: str, other: str) -> float:
    """Cost of hearing syllable `other` where `one` was said."""
    return float(cost_matrix()[symbol(one), symbol(other)])


def _final_costs(data: AccentData) -> npt.NDArray[np.float32]:
    parts = list(FINALS.values())
    total = np.zeros((len(parts), len(parts)), dtype=np.float32)
    for place, weights in enumerate((data.medials, data.vowels, data.codas)):
        kinds = sorted({part[place] for part in parts})
        table = _pairs(kinds, weights)
        index = [kinds.index(part[place]) for part in parts]
        total += table[np.ix_(index, index)]
    for one, other, cost in data.finals:
        i, j = _FINAL_NUMBER[one], _FINAL_NUMBER[other]
        total[i, j] = total[j, i] = cost
    return total


def _pairs(kinds: Sequence[str], weights: Weights) -> npt.NDArray[np.float32]:
    table = np.full((len(kinds), len(kinds)), weights.other, dtype=np.float32)
    np.fill_diagonal(table, 0.0)
    number = {kind: index for index, kind in enumerate(kinds)}
    for one, other, cost in weights.pairs:
        if one in number and other in number:
            i, j = number[one], number[other]
            table[i, j] = table[j, i] = cost
    return table

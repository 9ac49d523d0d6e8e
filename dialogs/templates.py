"""A sentence as it is written in the data, cut into pieces of speech.

A sentence is fixed text around placeholders: "好的，{values}。" `|` cuts a long fixed text at a
natural pause, to let its parts be shared. Punctuation after a placeholder is a pause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dialogs.commands import Fragment

Fragments = tuple[Fragment, ...]

HOLE = re.compile(r"\{(\w*)\}")
_PAUSES = {"，": 0.12, "、": 0.12, "：": 0.15, "；": 0.25, "。": 0.3, "？": 0.3, "！": 0.3}


@dataclass(frozen=True, slots=True)
class _Piece:
    """Fixed text, or a placeholder with the pause that its punctuation asks for."""

    text: str = ""
    hole: str = ""
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Template:
    """One sentence, cut into fragments."""

    pieces: tuple[_Piece, ...]

    def render(self, holes: Mapping[str, Fragments]) -> Fragments:
        spoken: list[Fragment] = []
        for piece in self.pieces:
            if not piece.hole:
                spoken.append(Fragment(piece.text))
                continue
            value = holes.get(piece.hole, ())
            spoken.extend(value[:-1])
            spoken.extend(
                replace(last, pause_after=max(last.pause_after, piece.pause)) for last in value[-1:]
            )
        return tuple(spoken)

    def fixed_texts(self) -> Iterator[str]:
        return (piece.text for piece in self.pieces if not piece.hole)


def parse_template(text: str) -> Template:
    """Cut a sentence into fixed fragments and placeholders."""
    pieces: list[_Piece] = []
    for index, part in enumerate(HOLE.split(text)):
        if index % 2:
            pieces.append(_Piece(hole=part))
            continue
        for fixed in part.split("|"):
            rest = fixed.strip()
            while rest and rest[0] in _PAUSES and pieces and pieces[-1].hole:
                pieces[-1] = replace(pieces[-1], pause=_PAUSES[rest[0]])
                rest = rest[1:].strip()
            if rest:
                pieces.append(_Piece(text=rest))
    return Template(tuple(pieces))

"""Free speech that is written down as it was said: when is it finished, and what is left of it."""

from __future__ import annotations

from grammars.data_files import statements_data
from grammars.spoken import plain


def is_finished(text: str) -> bool:
    """Whether the caller says to have said everything."""
    row = plain(text)
    data = statements_data()
    return row.endswith(data.finished) or row in data.finished_alone


def without_ending(text: str) -> str:
    """What was stated: the text without the words that end it; empty when it was only these."""
    said = text.rstrip("。，！？ ,.!?")
    data = statements_data()
    if plain(said) in (*data.finished, *data.finished_alone):
        return ""
    ending = max((word for word in data.finished if said.endswith(word)), key=len, default="")
    return said.removesuffix(ending).rstrip("。，！？ ,.!?")

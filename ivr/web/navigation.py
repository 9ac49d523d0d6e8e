"""The pages in the navigation: data/navigation.yaml, each shown to whoever may open it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from datafiles import load_yaml
from ivr.web.accounts.rights import Right

_SHIPPED = Path(__file__).parent / "data" / "navigation.yaml"


class Page(BaseModel):
    """`label` is a key of data/words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(pattern=r"^/[a-z/-]*$")
    label: str
    right: Right


class _Navigation(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    pages: tuple[Page, ...]


@cache
def navigation() -> tuple[Page, ...]:
    """Raises DataFileError (file, line, field)."""
    return load_yaml(_SHIPPED, _Navigation).pages


def entries_for(rights: frozenset[Right]) -> tuple[Page, ...]:
    return tuple(page for page in navigation() if page.right in rights)


def first_page(rights: frozenset[Right]) -> str:
    """Where somebody with these rights begins; empty: they come through a link (an operator)."""
    return next((page.path for page in entries_for(rights)), "")

"""Invented names for the demonstration's doctors."""

from __future__ import annotations

import random

from pydantic import BaseModel, ConfigDict, Field, field_validator

from booking_client.rules_file import DATA
from datafiles import load_yaml


class NameParts(BaseModel):
    """The characters of `data/invented_names.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    surnames: str = Field(min_length=1)
    given: str = Field(min_length=1)
    single_character_percent: int = Field(ge=0, le=100)

    @field_validator("surnames", "given")
    @classmethod
    def _without_blanks(cls, characters: str) -> str:
        return "".join(characters.split())

    def draw(self, source: random.Random) -> str:
        given = source.choice(self.given)
        if source.randrange(100) >= self.single_character_percent:
            given += source.choice(self.given)
        return source.choice(self.surnames) + given


def load_name_parts() -> NameParts:
    return load_yaml(DATA / "invented_names.yaml", NameParts)

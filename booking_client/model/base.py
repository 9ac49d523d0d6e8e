"""The declarative base: constraint names that migrations can rely on, and the text lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from sqlalchemy import JSON, MetaData
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {list[str]: JSON}


def one_of(column: str, values: Iterable[str]) -> str:
    """The text of a CHECK that lets only `values` into `column`."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"

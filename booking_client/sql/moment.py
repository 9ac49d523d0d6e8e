"""The moment that a statement is asked at, as parameters: so that the statement is built once.

Building one of the larger statements costs SQLAlchemy more than running it costs
the database; they are made by cached functions, and `at(now)` goes along with the
other values.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Date, DateTime, Float, Time, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

NOW = bindparam("now", type_=DateTime())
TODAY = bindparam("today", type_=Date())
CLOCK = bindparam("clock", type_=Time())


def at(now: dt.datetime) -> dict[str, Any]:
    """The values of NOW, TODAY and CLOCK."""
    return {"now": now, "today": now.date(), "clock": now.time()}


class days_apart(FunctionElement[float]):
    """How many days lie between two dates, whichever is the earlier."""

    type = Float()
    inherit_cache = True


@compiles(days_apart, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    first, second = (compiler.process(clause, **options) for clause in element.clauses)
    return f"abs(julianday({first}) - julianday({second}))"


@compiles(days_apart, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    first, second = (compiler.process(clause, **options) for clause in element.clauses)
    return f"abs({first} - {second})"

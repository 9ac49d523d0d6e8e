"""Campuses, departments and doctors that are no longer in the catalogue.

Nullable columns only, as in 0002: SQLite adds them without making a table anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    for table in ("campus", "department", "doctor"):
        op.add_column(table, sa.Column("retired_on", sa.Date(), nullable=True))

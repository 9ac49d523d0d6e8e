"""Which booking another one was moved from, and an index for the month's tables.

A nullable column only, as in 0002: SQLite adds it without making a table anew.
"""

from __future__ import annotations

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE booking ADD COLUMN moved_from_id INTEGER"
        " CONSTRAINT fk_booking_moved_from_id REFERENCES booking (id)"
    )
    op.create_index("ix_booking_created_at", "booking", ["created_at"], unique=False)

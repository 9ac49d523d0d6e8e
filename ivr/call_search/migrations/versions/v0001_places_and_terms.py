"""The first tables: places of calls, and the terms that find them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_places",
        sa.Column("place", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("call", sa.Integer(), nullable=False),
        sa.Column("hospital", sa.String(80), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("lowest_confidence", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_call_places")),
        sa.UniqueConstraint("call", name=op.f("uq_call_places_call")),
    )
    op.create_table(
        "call_terms",
        sa.Column("term", sa.String(100), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("times", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("term", "day", name=op.f("pk_call_terms")),
    )
    op.create_index(op.f("ix_call_terms_day"), "call_terms", ["day"])


def downgrade() -> None:
    op.drop_table("call_terms")
    op.drop_table("call_places")

"""The first tables: calls and turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("caller_last_four", sa.String(4), nullable=False),
        sa.Column("caller_hash", sa.LargeBinary(32), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(20), nullable=True),
        sa.Column("category", sa.String(40), nullable=True),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("recording", sa.String(255), nullable=False),
        sa.Column("recogniser", sa.String(120), nullable=False),
        sa.Column("voice", sa.String(120), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("call_id", name=op.f("uq_calls_call_id")),
    )
    op.create_index(op.f("ix_calls_started_at"), "calls", ["started_at"])
    op.create_index(op.f("ix_calls_caller_hash"), "calls", ["caller_hash"])
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.Column("prompts", sa.JSON(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("expected", sa.String(20), nullable=True),
        sa.Column("heard", sa.JSON(), nullable=False),
        sa.Column("understood", sa.JSON(), nullable=False),
        sa.Column("keys", sa.String(80), nullable=False),
        sa.Column("decided", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("timings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call"], ["calls.id"], name=op.f("fk_turns_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
        sa.UniqueConstraint("call", "number", name=op.f("uq_turns_call_number")),
    )


def downgrade() -> None:
    op.drop_table("turns")
    op.drop_table("calls")

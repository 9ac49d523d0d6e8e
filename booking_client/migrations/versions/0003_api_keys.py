"""Keys that channels book with over HTTP, hashed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("burst", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("burst > 0", name=op.f("ck_api_key_burst")),
        sa.CheckConstraint("per_minute > 0", name=op.f("ck_api_key_per_minute")),
        sa.ForeignKeyConstraint(["channel"], ["channel.code"], name=op.f("fk_api_key_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
    )

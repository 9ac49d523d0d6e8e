"""The first tables: tickets and who read them, survey answers, unanswered questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("caller", sa.LargeBinary(), nullable=True),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("recording", sa.String(255), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("resolution", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("key", name=op.f("uq_tickets_key")),
        sa.UniqueConstraint("number", name=op.f("uq_tickets_number")),
    )
    op.create_index(op.f("ix_tickets_state_opened_at"), "tickets", ["state", "opened_at"])
    op.create_index(op.f("ix_tickets_call_id"), "tickets", ["call_id"])
    op.create_table(
        "ticket_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name=op.f("fk_ticket_access_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_access")),
    )
    op.create_index(op.f("ix_ticket_access_ticket"), "ticket_access", ["ticket"])
    op.create_table(
        "survey_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("question", sa.String(40), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("remark", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_survey_answers_score")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
        sa.UniqueConstraint("call_id", "question", name=op.f("uq_survey_answers_call_id_question")),
    )
    op.create_index(op.f("ix_survey_answers_answered_at"), "survey_answers", ["answered_at"])
    op.create_table(
        "unanswered_questions",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered_questions")),
    )
    op.create_index(op.f("ix_unanswered_questions_asked_at"), "unanswered_questions", ["asked_at"])


def downgrade() -> None:
    for table in ("unanswered_questions", "survey_answers", "ticket_access", "tickets"):
        op.drop_table(table)

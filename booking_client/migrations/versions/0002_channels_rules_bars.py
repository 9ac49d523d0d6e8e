"""Channels, quotas, dated rules, bars, three phones, access log.

Only tables and nullable columns are added: SQLite can do that without making a
table anew, so bookings and all that refers to them stay where they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"

# The bulletin's channels, and the family doctors of the communities.
_CHANNELS = {
    "phone": "电话",
    "online_12320": "12320网络",
    "in_clinic": "诊间",
    "third_party": "第三方",
    "family_doctor": "社区家庭医生",
}
# The bulletin's sub-channels of February 2021, in its order.
_SUB_CHANNELS = (
    "健康南京客户端",
    "南京卫生12320微信平台",
    "12320快速预约",
    "我的南京客户端",
    "江苏省预约挂号网",
    "南京卫生12320网",
    "就医160",
    "电信百号",
)
_PHONES = 3


def upgrade() -> None:
    channel = op.create_table(
        "channel",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_channel")),
    )
    sub_channel = op.create_table(
        "sub_channel",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sub_channel")),
    )
    assert channel is not None
    assert sub_channel is not None
    op.bulk_insert(channel, [{"code": code, "name": name} for code, name in _CHANNELS.items()])
    op.bulk_insert(
        sub_channel,
        [{"name": name, "position": place} for place, name in enumerate(_SUB_CHANNELS, start=1)],
    )
    _keep_channels_in_use()
    op.create_table(
        "hospital_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hospital_id"], ["hospital.id"], name=op.f("fk_hospital_rule_hospital_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hospital_rule")),
        sa.UniqueConstraint(
            "version",
            "hospital_id",
            "valid_from",
            name=op.f("uq_hospital_rule_version_hospital_id_valid_from"),
        ),
    )
    op.create_table(
        "bar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("reason IN ('no_shows', 'desk')", name=op.f("ck_bar_reason")),
        sa.CheckConstraint("until >= since", name=op.f("ck_bar_days")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_bar_hospital_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_bar_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bar")),
    )
    op.create_index(op.f("ix_bar_patient_id"), "bar", ["patient_id"], unique=False)
    op.create_table(
        "session_quota",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.CheckConstraint("booked >= 0", name=op.f("ck_session_quota_booked")),
        sa.CheckConstraint("held + booked <= places", name=op.f("ck_session_quota_not_over_quota")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_session_quota_held")),
        sa.CheckConstraint("places >= 0", name=op.f("ck_session_quota_places")),
        sa.ForeignKeyConstraint(
            ["channel"], ["channel.code"], name=op.f("fk_session_quota_channel")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["clinic_session.id"], name=op.f("fk_session_quota_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_quota")),
        sa.UniqueConstraint(
            "session_id", "channel", name=op.f("uq_session_quota_session_id_channel")
        ),
    )
    op.create_table(
        "personal_data_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_personal_data_access_booking_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_data_access")),
    )
    op.create_index(
        op.f("ix_personal_data_access_booking_id"),
        "personal_data_access",
        ["booking_id"],
        unique=False,
    )
    _add("doctor", "expertise VARCHAR")
    moment = sa.DateTime().compile(dialect=op.get_bind().dialect)
    _add("clinic_session", f"cancelled_at {moment}", "cancel_reason VARCHAR")
    _add("hold", _refers("hold", "quota_id", "INTEGER", "session_quota (id)"))
    _add("hold", "rules_version INTEGER")
    _add("booking", _refers("booking", "sub_channel", "VARCHAR", "sub_channel (name)"))
    _add("booking", _refers("booking", "quota_id", "INTEGER", "session_quota (id)"))
    _add("phone", f"place INTEGER CONSTRAINT ck_phone_place CHECK (place BETWEEN 1 AND {_PHONES})")
    _add("phone", f"last_used_at {moment}")
    op.execute("UPDATE phone SET last_used_at = created_at")
    newer = "SELECT count(*) FROM phone o WHERE o.patient_id = phone.patient_id AND"
    rank = f"1 + ({newer} (o.created_at, o.id) > (phone.created_at, phone.id))"
    op.execute(f"UPDATE phone SET place = {rank} WHERE {rank} <= {_PHONES}")
    op.create_index(
        "uq_phone_place",
        "phone",
        ["patient_id", "place"],
        unique=True,
        sqlite_where=sa.text("place IS NOT NULL"),
        postgresql_where=sa.text("place IS NOT NULL"),
    )
    op.create_index("ix_booking_patient_date", "booking", ["patient_id", "date"], unique=False)
    op.create_index("ix_department_name", "department", ["name"], unique=False)


def _keep_channels_in_use() -> None:
    """A channel that has holds or bookings already goes on, under its code."""
    op.execute(
        "INSERT INTO channel (code, name)"
        " SELECT channel, channel FROM (SELECT channel FROM hold UNION SELECT channel FROM booking)"
        " AS used WHERE channel NOT IN (SELECT code FROM channel)"
    )


def _add(table: str, *columns: str) -> None:
    """ALTER TABLE in SQL: Alembic would make a SQLite table anew for a column with a constraint."""
    for column in columns:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def _refers(table: str, column: str, kind: str, target: str) -> str:
    return f"{column} {kind} CONSTRAINT fk_{table}_{column} REFERENCES {target}"

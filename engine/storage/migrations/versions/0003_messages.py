"""Messages taken once, signals broadcast once, start events that wait for their time, and where a case came from."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add three tables and a column that may be empty: the release before goes on beside them."""
    op.create_table(
        "message",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_message_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "id", name=op.f("pk_message")),
    )
    op.create_table(
        "broadcast",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
    )
    op.create_table(
        "start_timer",
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period", sa.String(length=80), nullable=True),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("slug", "version", "key", name=op.f("pk_start_timer")),
    )
    op.create_index(op.f("ix_start_timer_due"), "start_timer", ["due"])
    op.add_column("cases", sa.Column("origin", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_cases_origin"), "cases", ["origin"])
    op.create_index(op.f("ix_job_kind_key"), "job", ["kind", "key"])

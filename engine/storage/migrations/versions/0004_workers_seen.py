"""Who does deferred work and when it was last seen; counting what is open without reading what is over."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OPEN = sa.text("status IN ('ready', 'reserved')")


def upgrade() -> None:
    """Add a table and two indexes: the release before goes on beside them."""
    op.create_table(
        "worker",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host", "pid", name=op.f("pk_worker")),
    )
    op.create_index("ix_cases_status", "cases", ["status"])
    op.create_index("ix_task_open", "task", ["status"], postgresql_where=OPEN, sqlite_where=OPEN)

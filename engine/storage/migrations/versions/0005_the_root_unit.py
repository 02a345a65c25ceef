"""The root unit (the province) in every table whose rows belong to a case, so that the tables can be spread by it.

A column that has a default is added at once, without writing a row, and the release before goes on: what it inserts
takes the default. Where there is only one root, that is the default, and all rows have theirs; where there are several
it is empty, and `engine.storage.settling` gives the rows theirs after this step, in small transactions.
"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("cases", "task", "hand_off", "document", "job", "message", "incident", "viewing", "stored_answer",
          "number_book", "audit_event")


def upgrade() -> None:
    """Add the column to each table, and to units the roots they lay under before."""
    op.add_column("unit", sa.Column("former_roots", sa.Text(), nullable=True))
    root = _only_root()
    for table in TABLES:
        op.add_column(table, sa.Column("root", sa.String(length=64), nullable=False, server_default=root))
    if root:        # the office's own history is no province's
        op.execute(sa.text("UPDATE audit_event SET root = '' WHERE stream = :office").bindparams(
            sa.bindparam("office", _OFFICE, type_=sa.Uuid())))
    op.create_index("ix_job_root_due", "job", ["root", "due"])


_OFFICE = UUID(int=0)


def _only_root() -> str:
    """Give the one root unit of the office; empty where there is none or several."""
    rows = op.get_bind().execute(sa.text("SELECT id, type, parent FROM unit")).mappings()
    units: dict[str, Any] = {row["id"]: row for row in rows}
    provinces = [unit for unit, row in units.items() if row["type"] == "province"]
    if len(provinces) == 1:
        return str(provinces[0])
    tops = {_top(units, unit) for unit in units}
    return str(tops.pop()) if not provinces and len(tops) == 1 else ""


def _top(units: dict[str, Any], unit: str) -> str:
    seen: set[str] = set()
    while units[unit]["parent"] in units and unit not in seen:
        seen.add(unit)
        unit = units[unit]["parent"]
    return unit

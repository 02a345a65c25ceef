"""Where a unit is a guest in a case, and the words of each case: lists that do not grow slow with the archive.

A table and triggers only, so that nothing is held long: what the release before writes meanwhile is noted too. What
reads every case – who was a guest until now, the indexes – is done after this step, while people work
(`engine.storage.indexing`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GUESTS = (("task", "unit"), ("hand_off", "to_unit"))
NOTE = """INSERT INTO case_guest (root, case_id, unit, filed_at)
SELECT cases.root, cases.id, NEW.{unit}, cases.filed_at FROM cases
WHERE cases.id = NEW.case_id AND NEW.{unit} NOT IN (cases.unit, cases.competent) ON CONFLICT DO NOTHING;"""


def upgrade() -> None:
    """Add the table, and let the database keep it."""
    op.create_table(
        "case_guest",
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_guest_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "unit", name=op.f("pk_case_guest")),
    )
    op.create_index("ix_case_guest_unit_filed_at", "case_guest", ["unit", "filed_at"])
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, unit in GUESTS:
        note, name = NOTE.format(unit=unit), f"note_guest_of_{table}"
        if postgresql:
            op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {note} RETURN NULL; "
                       "END $$")
            op.execute(f"CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(f"CREATE TRIGGER {name} AFTER INSERT ON {table} BEGIN {note} END")
    if not postgresql:
        op.execute("CREATE VIRTUAL TABLE case_words USING fts5(id UNINDEXED, said)")
        op.execute("CREATE TRIGGER note_words AFTER INSERT ON cases BEGIN INSERT INTO case_words (id, said) "
                   "VALUES (NEW.id, NEW.code || ' ' || NEW.words); END")
        op.execute("INSERT INTO case_words (id, said) SELECT id, code || ' ' || words FROM cases ORDER BY filed_at")

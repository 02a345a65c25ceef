"""Spreading the tables over several PostgreSQL servers with Citus, by the root unit (the province).

What belongs to a case is spread: every primary key, unique constraint and foreign key of such a table begins with
`root`, which Citus asks for, and all rows of a case lie on one server. The tables of the office are small, and every
server has a copy of them. Code and tracking secret of a case are unique within a root then; a code tells its root
anyway, by the unit whose code it begins with.

Re-keying is plain PostgreSQL and needs no Citus; it is one transaction, and nothing else may work on the database
meanwhile. The same release works on both forms of the schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, ForeignKeyConstraint, Table, UniqueConstraint, func, inspect, select, text

from engine.domain.audit import OFFICE
from engine.domain.errors import Conflict, InvalidInput, Unavailable
from engine.domain.rooting import Rooting
from engine.domain.text import Text
from engine.storage import database
from engine.storage.tables import audit_event_table, case_table, metadata

SHARDS = 128    # several to a province, so that two large ones seldom share one; Citus moves them from server to server


@dataclass(frozen=True, slots=True)
class Plan:
    """The statements in their order: taking the old keys away, making new ones, spreading, and foreign keys at last."""

    drops: tuple[str, ...]
    keys: tuple[str, ...]
    spread: tuple[str, ...]
    ties: tuple[str, ...]

    def statements(self, *, citus: bool = True) -> tuple[str, ...]:
        """Give them all; without `citus` only what re-keys."""
        return (*self.drops, *self.keys, *(self.spread if citus else ()), *self.ties)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a database is: whether it is re-keyed, whether it has the extension, whether it is spread, and how many
    cases lie under each root."""

    keyed: bool
    citus: bool
    spread: bool
    cases: dict[str, int]


def spread_tables() -> list[Table]:
    """Give the tables that are spread, `cases` first: whatever has a root."""
    return sorted((table for table in metadata.tables.values() if "root" in table.c),
                  key=lambda table: (table is not case_table, table.name))


def reference_tables() -> list[Table]:
    """Give the tables of which every server has a copy, those that others refer to first."""
    return [table for table in metadata.sorted_tables if "root" not in table.c]


def plan() -> Plan:
    """Say what spreads the schema of this release."""
    tables = spread_tables()
    drops = [f"ALTER TABLE {tie.table.name} DROP CONSTRAINT {_name(tie)}" for table in tables for tie in _ties(table)]
    keys: list[str] = []
    for table in tables:
        parts = [f"ADD CONSTRAINT pk_{table.name} PRIMARY KEY ({_with_root(table.primary_key)})",
                 *(f"ADD CONSTRAINT {_name(one)} UNIQUE ({_with_root(one)})" for one in _uniques(table))]
        drops += [f"ALTER TABLE {table.name} DROP CONSTRAINT {_name(one)}" for one in _uniques(table)]
        drops.append(f"ALTER TABLE {table.name} DROP CONSTRAINT pk_{table.name}")
        keys.append(f"ALTER TABLE {table.name} {', '.join(parts)}")
    spread = [*(f"SELECT create_reference_table('{table.name}')" for table in reference_tables()),
              *(f"SELECT create_distributed_table('{table.name}', 'root', {_placed(table)})" for table in tables)]
    ties = [f"ALTER TABLE {table.name} ADD CONSTRAINT {_name(tie)} FOREIGN KEY {_refers(tie)}"
            for table in tables for tie in _ties(table)]
    return Plan(tuple(drops), tuple(keys), tuple(spread), tuple(ties))


def _placed(table: Table) -> str:
    return f"shard_count => {SHARDS}" if table is case_table else f"colocate_with => '{case_table.name}'"


def _ties(table: Table) -> list[ForeignKeyConstraint]:
    """Give the foreign keys of a table in a fixed order."""
    return sorted(table.foreign_key_constraints, key=lambda tie: list(tie.column_keys))


def _uniques(table: Table) -> list[UniqueConstraint]:
    found = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return sorted(found, key=lambda one: [column.name for column in one.columns])


def _name(one: ForeignKeyConstraint | UniqueConstraint) -> str:
    """Give the name that the conventions of the schema make."""
    columns = "_".join(column.name for column in one.columns)
    if isinstance(one, ForeignKeyConstraint):
        return f"fk_{one.table.name}_{columns}_{one.referred_table.name}"
    return f"uq_{one.table.name}_{columns}"


def _with_root(columns: object) -> str:
    return ", ".join(["root", *(column.name for column in columns if column.name != "root")])  # type: ignore[attr-defined]


def _refers(tie: ForeignKeyConstraint) -> str:
    """Say to what a key refers: within the root where the other table is spread too."""
    here, there = list(tie.column_keys), [element.column.name for element in tie.elements]
    root = ["root"] if "root" in tie.referred_table.c else []
    return f"({', '.join([*root, *here])}) REFERENCES {tie.referred_table.name} ({', '.join([*root, *there])})"


def standing() -> Standing:
    """Look how far the database is.

    Raises:
        InvalidInput: it is SQLite.
        Unavailable: it is away.
    """
    _refuse_sqlite()
    with database.reading() as session:
        cases = session.execute(select(case_table.c.root, func.count()).group_by(case_table.c.root)).all()
        connection = session.connection()
        return Standing(_keyed(connection), _has_citus(connection), _is_spread(connection),
                        {str(root): int(number) for root, number in sorted(map(tuple, cases))})


def apply(rooting: Rooting, *, citus: bool) -> tuple[str, ...]:
    """Re-key the tables and, with `citus`, spread them, in one transaction; give the statements that were done. What
    was done before is not done again.

    Raises:
        InvalidInput: the database is SQLite.
        Conflict: rows lack a root, or two roots number under one code: the sentence says what to do.
        Unavailable: there is no Citus in the database.
    """
    _refuse_sqlite()
    with database.locked() as session:
        connection = session.connection()
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        if citus and not _has_citus(connection):
            raise Unavailable(Text(
                "Cơ sở dữ liệu này chưa có Citus; chưa thay đổi gì. Hãy cài (CREATE EXTENSION citus), hoặc chỉ đổi "
                "khóa với --keys-only.", "This database has no Citus; nothing was changed. Install it (CREATE "
                "EXTENSION citus), or only change the keys with --keys-only."))
        _refuse_unfit(connection, rooting)
        done = tuple(_missing(connection, citus=citus))
        for statement in done:
            connection.execute(text(statement))
        return done


def _missing(connection: Connection, *, citus: bool) -> Iterator[str]:
    whole, keyed = plan(), _keyed(connection)
    to_spread = citus and not _is_spread(connection)
    if not keyed:
        yield from (*whole.drops, *whole.keys)
    elif to_spread:     # a table is spread before another refers to it
        yield from (drop for drop in whole.drops if " DROP CONSTRAINT fk_" in drop)
    if to_spread:
        yield from whole.spread
    if not keyed or to_spread:
        yield from whole.ties


def _refuse_sqlite() -> None:
    if database.current().sqlite:
        raise InvalidInput(Text("SQLite không chia được; hãy chuyển sang PostgreSQL (MOTCUA_DATABASE_URL).",
                                "SQLite cannot be spread; move to PostgreSQL (MOTCUA_DATABASE_URL)."))


def _keyed(connection: Connection) -> bool:
    """Tell whether every spread table has its root in its primary key."""
    known = inspect(connection)
    return all("root" in known.get_pk_constraint(table.name)["constrained_columns"] for table in spread_tables())


def _has_citus(connection: Connection) -> bool:
    return connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'citus'")).first() is not None


def _is_spread(connection: Connection) -> bool:
    if not _has_citus(connection):
        return False
    asked = text("SELECT count(*) FROM pg_dist_partition WHERE logicalrelid = CAST('cases' AS regclass)")
    return bool(connection.execute(asked).scalar())


def _refuse_unfit(connection: Connection, rooting: Rooting) -> None:
    """Refuse what could not be found again afterwards.

    Raises:
        Conflict: as `apply`.
    """
    for table in spread_tables():
        lacking = table.c.root == ""
        if table is audit_event_table:
            lacking = lacking & (table.c.stream != OFFICE)
        if connection.execute(select(table.c.root).where(lacking).limit(1)).first() is not None:
            raise Conflict(Text(f"Bảng {table.name} có dòng chưa thuộc tỉnh nào. Hãy chạy «motcua db upgrade» trước.",
                                f"The table {table.name} has rows without a root. Run “motcua db upgrade” first."))
    shared = sorted(code for code, roots in rooting.codes.items() if len(roots) > 1)
    if shared:
        raise Conflict(Text(f"Nhiều tỉnh dùng chung mã đơn vị {shared[0]}. Hãy cho mỗi đơn vị một mã riêng.",
                            f"Several provinces share the unit code {shared[0]}. Give each unit a code of its own."))

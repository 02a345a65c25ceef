"""The measuring stick of `motcua bench`: the least that any web application does to change a row and keep a record.

It looks a bearer token up, updates one row, inserts one line of a record and commits, over the same engines and
settings as the product. Its two tables exist only in the database of a measurement.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, Text, select

from engine.storage import database
from engine.storage.tables import access_token_table
from engine.storage.types import UtcDateTime

ITEMS = 1_000
_metadata = MetaData()
_item = Table("floor_item", _metadata, Column("id", Integer, primary_key=True), Column("body", Text, nullable=False),
              Column("version", Integer, nullable=False))
_record = Table("floor_record", _metadata, Column("id", Integer, primary_key=True),
                Column("item", Integer, ForeignKey("floor_item.id"), nullable=False),
                Column("account", String(64), nullable=False), Column("at", UtcDateTime, nullable=False),
                Column("body", Text, nullable=False))


def prepare() -> None:
    """Make the two tables with `ITEMS` rows to update."""
    with database.locked() as session:
        _metadata.create_all(session.connection())
        session.execute(_item.insert(), [{"id": number, "body": "", "version": 0} for number in range(ITEMS)])


def act(secret: str, item: int, body: str, now: datetime) -> str | None:
    """Do the least: token, update, insert, commit; give the account, or None where the token is unknown."""
    with database.current().writer.begin() as connection:
        account = connection.execute(select(access_token_table.c.account).where(
            access_token_table.c.digest == hashlib.sha256(secret.encode()).hexdigest(),
            access_token_table.c.revoked_at.is_(None))).scalar()
        if account is None:
            return None
        connection.execute(_item.update().where(_item.c.id == item).values(body=body, version=_item.c.version + 1))
        connection.execute(_record.insert().values(item=item, account=account, at=now, body=body))
        return str(account)

"""Accounts, sign-in and bearer tokens. What an account may do follows from the positions it holds today."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine.adapters import passwords
from engine.domain.errors import AccountNotFound, InvalidInput, UnitNotFound
from engine.domain.office import AccessToken
from engine.domain.people import SYSTEM, Account, Actor, Appointment, Position, Post, Unit, in_force
from engine.domain.text import Text
from engine.queries import office
from engine.services import attempts, office_log
from engine.storage import database
from engine.storage.tables import access_token_table, account_table, appointment_table, position_table

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_ROLE = re.compile(r"[a-z][a-z0-9-]{0,63}")
WRONG_TRIES = 10
SHORTEST_PASSWORD = 8
Chance = Callable[[int], str]


def create(name: str, unit: str, roles: Sequence[str], now: datetime, *, full_name: str | None = None,
           password: str | None = None, by: Actor = SYSTEM) -> Account:
    """Create an account with a position of its own in a unit, holding the given roles from today.

    Raises:
        InvalidInput: the name or a role is malformed, or the account exists.
        UnitNotFound: there is no such unit.
    """
    _refuse_malformed(name, roles)
    hashed = _hashed(password) if password else None
    with database.locked() as session:
        if session.get(Account, name) is not None:
            raise InvalidInput(Text(f"Đã có tài khoản {name}.", f"The account {name} exists already."))
        if session.get(Unit, unit) is None:
            raise UnitNotFound(Text(f"Không có đơn vị {unit}.", f"There is no unit {unit}."))
        day = office.local_day(now)
        account = Account(name, full_name or name, hashed, now)
        position = Position(f"{unit}.{name}"[:64], unit, full_name or name, full_name or name, sorted(set(roles)), day)
        session.add_all((account, position))
        session.flush()
        session.add(Appointment(name, position.id, day))
        office_log.record(session, "account.created", by, now,
                          {"account": name, "unit": unit, "roles": sorted(set(roles))})
        return account


def _refuse_malformed(name: str, roles: Sequence[str]) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidInput(Text("Tên tài khoản gồm chữ thường, số, dấu chấm, gạch dưới và gạch nối.",
                                "An account name has lower-case letters, digits, dots, underscores and hyphens."))
    wrong = [role for role in roles if not _ROLE.fullmatch(role)]
    if wrong or not roles:
        raise InvalidInput(Text(f"Vai trò không hợp lệ: {', '.join(wrong) or 'chưa nêu'}.",
                                f"Not a role: {', '.join(wrong) or 'none given'}."))


def set_password(name: str, password: str, now: datetime, by: Actor = SYSTEM) -> None:
    """Give an account a new password.

    Raises:
        AccountNotFound: there is no such account.
        InvalidInput: the password has fewer than 8 characters.
    """
    hashed = _hashed(password)
    with database.locked() as session:
        account = session.get(Account, name)
        if account is None:
            raise AccountNotFound(name)
        account.password_hash = hashed
        office_log.record(session, "account.password_changed", by, now, {"account": name})


def _hashed(password: str) -> str:
    """Hash a password outside any transaction: it takes longer than all the rest of the act."""
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput(Text(f"Mật khẩu cần ít nhất {SHORTEST_PASSWORD} ký tự.",
                                f"A password needs at least {SHORTEST_PASSWORD} characters."))
    return passwords.hashed(password)


def sign_in(name: str, password: str, origin: str, now: datetime) -> Actor | None:
    """Give the actor whose name and password these are, or None; wrong tries are counted across all workers.

    Raises:
        TooManyAttempts: too many wrong tries for this name from this origin.
    """
    tries = attempts.bucket("sign-in", name, origin)
    attempts.refuse_if_many(tries, WRONG_TRIES, now)
    with database.reading() as session:
        account = session.get(Account, name)
        stored = account.password_hash if account is not None and account.disabled_at is None else None
    if not passwords.matches(stored, password):
        attempts.note(tries, now)
        return None
    attempts.forget(tries)
    return actor(name, now)


def actor(name: str, now: datetime) -> Actor | None:
    """Give the actor of an account with the posts held today, or None where it is unknown or disabled."""
    with database.reading() as session:
        return _first(session.execute(_BY_NAME, {"account": name}).all(), now)


def actor_by_token(secret: str, now: datetime) -> Actor | None:
    """Give the actor whose bearer token this is, or None."""
    with database.asking() as connection:
        return _first(connection.execute(_BY_TOKEN, {"digest": _digest(secret)}).all(), now)


_HELD = (
    select(account_table.c.name, account_table.c.full_name, position_table.c.id, position_table.c.unit,
           position_table.c.roles, position_table.c.title_vi, position_table.c.title_en,
           appointment_table.c.valid_from.label("since"), appointment_table.c.valid_to.label("until"),
           position_table.c.valid_from, position_table.c.valid_to)
    .select_from(account_table.outerjoin(appointment_table, appointment_table.c.account == account_table.c.name)
                 .outerjoin(position_table, position_table.c.id == appointment_table.c.position))
    .where(account_table.c.disabled_at.is_(None)))
_BY_NAME = _HELD.where(account_table.c.name == bindparam("account"))
_BY_TOKEN = _HELD.join(access_token_table, access_token_table.c.account == account_table.c.name).where(
    access_token_table.c.digest == bindparam("digest"), access_token_table.c.revoked_at.is_(None))


def _first(rows: Sequence[Any], now: datetime) -> Actor | None:
    """Give the one actor that rows of posts tell of, with those held today."""
    if not rows:
        return None
    day = office.local_day(now)
    posts = tuple(Post(row.id, row.unit, frozenset(row.roles), Text(row.title_vi, row.title_en))
                  for row in rows
                  if row.id is not None and in_force(row.since, row.until, day)
                  and in_force(row.valid_from, row.valid_to, day))
    return Actor(rows[0].name, rows[0].full_name, posts)


def create_token(name: str, label: str, now: datetime, by: Actor = SYSTEM,
                 chance: Chance = secrets.token_urlsafe) -> str:
    """Create a bearer token for an account and give its secret, which is shown only once.

    Raises:
        AccountNotFound: there is no such account.
    """
    secret = f"mc_{chance(32)}"
    with database.locked() as session:
        if session.get(Account, name) is None:
            raise AccountNotFound(name)
        session.add(AccessToken(_digest(secret), name, label, now))
        office_log.record(session, "token.created", by, now, {"account": name, "label": label})
    return secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

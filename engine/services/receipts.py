"""Idempotency: the same key and body of one account get the first answer again, another body is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.domain.case import Case
from engine.domain.errors import KeyReused
from engine.domain.office import StoredAnswer
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.queries import roots
from engine.storage.tables import stored_answer_table

Render = Callable[[Session, Case], bytes]
_c = stored_answer_table.c
_FIRST = select(_c.fingerprint, _c.answer).where(
    _c.root.in_(bindparam("roots", expanding=True)), _c.account == bindparam("account"), _c.key == bindparam("key"))


@dataclass(eq=False)
class Receipt:
    """What a request expects back: how to write the answer, and under which key it may come again.

    `answer` is None until the act is done or recalled.
    """

    account: str
    render: Render
    key: str | None = None
    fingerprint: str = ""
    answer: bytes | None = None
    recalled: bool = False
    beside: dict[str, Any] = field(default_factory=dict)

    def recall(self, session: Session, actor: Actor, now: datetime) -> bool:
        """Take the first answer, if the key was used before on a case under one of the actor's roots.

        Raises:
            KeyReused: the key was used with another body.
        """
        if self.key is None:
            return False
        found = session.execute(_FIRST, {"account": self.account, "key": self.key,
                                         "roots": roots.presumed(session, actor, now)}).first()
        if found is None:
            return False
        if found.fingerprint != self.fingerprint:
            raise KeyReused(Text("Khóa này đã dùng cho một yêu cầu khác.",
                                 "This key was used for another request."))
        self.answer, self.recalled = found.answer, True
        return True

    def write(self, session: Session, case: Case) -> None:
        """Write the answer from the case as the act left it, with what else is to be said (`beside`)."""
        self.answer = self.render(session, case)
        if self.beside:
            self.answer = orjson.dumps({**orjson.loads(self.answer), **self.beside})

    def keep(self, session: Session, root: str, now: datetime) -> None:
        """Store the written answer beside the act where there is a key, under the root of the case."""
        if self.key is not None and self.answer is not None:
            session.add(StoredAnswer(root, self.account, self.key, self.fingerprint, self.answer, now))


def fingerprint(*parts: bytes) -> str:
    """Give the SHA-256 by which two requests are told to be the same."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()

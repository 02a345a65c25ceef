"""What the public may see of a case: where it is, what was promised, what the applicant must do. No officials' names.

Two ways lead here: the receipt's QR, whose token nobody guesses, or the code with a second secret that only the
applicant knows, the last four digits of the personal number or of the telephone.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain import audit
from engine.domain.case import Case, Task
from engine.domain.people import APPLICANT
from engine.domain.text import Text
from engine.procedures import forms
from engine.procedures.procedure import Procedure
from engine.queries import case_pages, case_path, office, roots
from engine.queries.case_pages import CaseFile
from engine.queries.case_path import Stop
from engine.storage import database
from engine.storage.tables import case_table

SECRET_DIGITS = 4
_SECRETS = ("personal-id", "phone-vn")
_DECOY = "----"


@dataclass(frozen=True)
class Public:
    """A case for its applicant. `sentence` says where it stands, `demand` what was asked of the applicant and why."""

    file: CaseFile
    sentence: Text
    stops: tuple[Stop, ...]
    demand: str | None
    until: datetime | None


def by_token(token: str, now: datetime) -> Public | None:
    """Give the case of a receipt's token, or None."""
    with database.reading() as session:
        case = session.scalars(select(Case).where(
            case_table.c.root.in_(roots.every(session)), case_table.c.tracking == token)).first()
        return _public(session, case, now) if case is not None else None


def token_of(code: str, secret: str) -> str | None:
    """Give the token of the case with this code if the secret is one of its applicant's, else None: an unknown code
    and a wrong secret are the same answer."""
    with database.reading() as session:
        case = roots.case_by_code(session, code.strip().upper())
        known = list(_secrets(case, office.procedure_of(session, case.version_id))) if case is not None else []
    given = secret.strip()
    right = [hmac.compare_digest(given.encode(), one.encode()) for one in (*known, _DECOY)]
    return case.tracking if case is not None and any(right[:-1]) else None


def _secrets(case: Case, loaded: Procedure) -> Iterator[str]:
    """Give the last digits of every personal number and telephone that the case was filed with."""
    filed: Any = case.data.get(loaded.definition.start.key, {})
    for field in loaded.filing_form().root.walk():
        if field.format in _SECRETS:
            value = forms.value_at(filed, field.name)
            digits = "".join(letter for letter in value if letter.isdecimal()) if isinstance(value, str) else ""
            if len(digits) >= SECRET_DIGITS:
                yield digits[-SECRET_DIGITS:]


def _public(session: Session, case: Case, now: datetime) -> Public:
    file = case_pages.open_file(session, case, now)
    waiting = next((task for task in case.open_tasks() if task.role == APPLICANT), None)
    asked = _asked(file, waiting) if waiting is not None else None
    limit = case.pending.get(f"limit:{waiting.place}") if waiting is not None else None
    return Public(file, _sentence(file), case_path.of(file).stops, asked, audit.instant(limit) if limit else None)


def _asked(file: CaseFile, waiting: Task) -> str | None:
    """Give the reason an official wrote for what is now asked of the applicant: that of the last step before it."""
    before = [task for task in file.case.tasks if task.completed_at is not None
              and task.completed_at <= waiting.opened_at and task.role != APPLICANT]
    if not before:
        return None
    last = max(before, key=lambda task: task.completed_at or task.opened_at)
    events = (event.facts() for event in reversed(file.events) if event.action == "task.completed")
    said = next((facts["submission"].get("reason") for facts in events
                 if facts["task"] == {"place": last.place, "ordinal": last.ordinal}), None)
    return said if isinstance(said, str) else None


def _sentence(file: CaseFile) -> Text:
    """Give the sentence the diagram has for where the case stands; where it has none, that of its status."""
    for task in file.case.open_tasks():
        path = task.calls
        places = [(path, task.key), *((path[:depth], path[depth]) for depth in reversed(range(len(path))))]
        said = (file.procedure.public_text(file.procedure.definition.step(*place)) for place in places)
        found = next((sentence for sentence in said if sentence is not None), None)
        if found is not None:
            return found
    return _BY_STATUS[str(file.case.status)]


_BY_STATUS = {
    "filed": Text("Hồ sơ của bạn đã được nộp.", "Your dossier has been filed."),
    "open": Text("Hồ sơ của bạn đang được giải quyết.", "Your dossier is being processed."),
    "suspended": Text("Hồ sơ của bạn đang tạm dừng.", "Your dossier is on hold."),
    "halted": Text("Hồ sơ của bạn đang được giải quyết.", "Your dossier is being processed."),
    "closed": Text("Hồ sơ của bạn đã giải quyết xong.", "Your dossier has been dealt with."),
    "stopped": Text("Hồ sơ của bạn đã dừng giải quyết.", "Processing of your dossier has stopped."),
}

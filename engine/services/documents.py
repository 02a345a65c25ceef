"""Papers of a case: kept in the file store first, then written to the case as rows and one AuditEvent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from engine.adapters import files
from engine.domain import policy
from engine.domain.case import Case
from engine.domain.errors import CaseNotFound, Conflict, InvalidSubmission, NotAllowed, NotFound, Unavailable
from engine.domain.office import Document
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.queries import office, roots
from engine.services import holding
from engine.services.receipts import Receipt
from engine.storage import database

LONGEST_NAME = 150
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\"<>|:*?]")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file that lies in the store and belongs to no case yet; `paper` is the id of what it is for, if any."""

    paper: str | None
    name: str
    sha256: str
    size: int
    media_type: str


def keep(folder: Path, stream: IO[bytes], name: str, paper: str | None, most: int) -> Upload:
    """Put a file into the store; nothing refers to it until it is added to a case.

    Raises:
        InvalidSubmission: it is too large or of a wrong type; the message names the file.
        Unavailable: the disk is full or failing.
    """
    called = clean_name(name)
    try:
        stored = files.store(folder, stream, called, most)
    except files.TooLarge:
        raise _refused(paper, Text(f"Tệp «{called}» lớn hơn {most // (1024 * 1024)} MB.",
                                   f"The file “{called}” is larger than {most // (1024 * 1024)} MB.")) from None
    except files.WrongType:
        raise _refused(paper, Text(f"Tệp «{called}» không phải PDF, JPG, PNG hoặc DOCX.",
                                   f"The file “{called}” is no PDF, JPG, PNG or DOCX.")) from None
    except OSError as error:
        raise Unavailable(Text("Ổ đĩa đầy hoặc hỏng, chưa lưu được tệp nào.",
                               "The disk is full or failing; no file was stored.")) from error
    return Upload(paper, called, stored.sha256, stored.size, stored.media_type)


def _refused(paper: str | None, message: Text) -> InvalidSubmission:
    return InvalidSubmission({f"paper-{paper}" if paper else "paper": [message]})


def clean_name(name: str) -> str:
    """Give a file name without folders, control signs or signs that turn the direction of writing; NFC."""
    bare = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    bare = _CONTROL.sub("", bare).strip(" .") or "tep"
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{ending[:10]}" if dot else bare[:LONGEST_NAME]


def add(code: str, uploads: Sequence[Upload], actor: Actor, now: datetime,
        receipt: Receipt | None = None) -> Case | None:
    """Add kept files to a case; adding none changes nothing. Gives None when the receipt recalled an earlier add.

    Raises:
        CaseNotFound: no such case, or the actor may not know of it.
        NotAllowed: the actor only oversees the case.
        Conflict: the case is over.
    """
    return holding.once_more(lambda: _add(code, uploads, actor, now, receipt), receipt)


def _add(code: str, uploads: Sequence[Upload], actor: Actor, now: datetime, receipt: Receipt | None) -> Case | None:
    with database.transaction() as session:
        if receipt is not None and receipt.recall(session, actor, now):
            return None
        case = holding.case_by_code(session, code, roots.of_actor(session, actor, now))
        policy.refuse_case(actor, case, office.current(session).organisation(office.local_day(now)))
        _refuse_unless_working(actor, case)
        if not uploads:
            return case
        for number, upload in enumerate(uploads):
            session.add(Document(uuid5(case.id, f"document:{case.seq + 1}:{number}"), case.root, case.id,
                                 upload.paper, upload.name, upload.media_type, upload.size, upload.sha256, now,
                                 actor.account))
        holding.store(session, case, dict(case.pending), actor, now, "document.added",
                      {"documents": [asdict(upload) for upload in uploads], "result": {}}, receipt)
        return case


def _refuse_unless_working(actor: Actor, case: Case) -> None:
    units = {case.unit, case.competent, *case.units.values()}
    if not any(post.unit in units and post.roles - {"auditor"} for post in actor.posts):
        raise NotAllowed(Text("Chỉ người của đơn vị giải quyết mới thêm được giấy tờ.",
                              "Only people of a unit that works on the case may add papers."))
    if case.status.over:
        raise Conflict(Text(f"Hồ sơ {case.code} đã kết thúc.", f"Case {case.code} is over."),
                       action=f"case.{case.status}", at=case.closed_at)


def fetch(code: str, document_id: UUID, folder: Path, actor: Actor, now: datetime) -> tuple[Document, Path]:
    """Give a paper of a case and where its bytes lie.

    Raises:
        CaseNotFound, NotFound: no such case or paper, or the actor may not know of it, or its bytes are gone.
    """
    with database.reading() as session:
        case = holding.case_by_code(session, code, roots.of_actor(session, actor, now))
        policy.refuse_case(actor, case, office.current(session).organisation(office.local_day(now)))
        return _fetch(session, case, document_id, folder)


def _fetch(session: Session, case: Case, document_id: UUID, folder: Path) -> tuple[Document, Path]:
    document = session.get(Document, (case.root, document_id))
    if document is None or document.case_id != case.id:
        raise CaseNotFound(case.code)
    path = files.place(folder, document.sha256)
    if not path.is_file():
        raise NotFound(Text(f"Không còn tệp «{document.name}» trong kho.",
                            f"The file “{document.name}” is no longer in the store."))
    return document, path

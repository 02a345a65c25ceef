"""Cases: the list for those who oversee or work on them, and the parts of one case."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from engine.domain import policy
from engine.domain.case import CaseStatus
from engine.queries import case_list, case_pages, case_path, hand_off_list
from engine.queries.case_list import Filters, Row
from engine.queries.case_pages import CaseFile
from engine.services import history, viewings
from webapp import (
    case_data,
    clock_data,
    handoff_data,
    language,
    paper_data,
    presentation,
    security,
    timeline_data,
)
from webapp.wording import translated as _

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
LATENESS = ("late", "on_time")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


@blueprint.get("")
def find() -> str:
    """List the cases the person may see, filtered by what the address says, newest first."""
    filters, now = _filters(), security.now()
    page = case_list.find(security.actor(), filters, now, _page_number())
    asked = {name: value for name, value in request.args.items() if name not in ("page", "lang", "theme") and value}
    pages = {number: url_for("cases.find", page=number, **_plain(asked))
             for number in (page.number - 1, page.number + 1) if 1 <= number <= page.pages}
    return render_template(
        "cases/find.html", rows=[_row(row) for row in page.rows], total=page.total, more=page.more, asked=asked,
        previous=pages.get(page.number - 1), following=pages.get(page.number + 1), number=page.number,
        pages=page.pages, export=url_for("cases.export", **_plain(asked)), statuses=statuses(),
        procedures=[(slug, language.say(title)) for slug, title in page.procedures],
        units=[(unit, language.say(title)) for unit, title in page.units],
        errors={name: [_("Viết ngày như 27/03/2026.")] for name in ("from", "to")
                if asked.get(name, "").strip() and _day(asked[name]) is None})


def _plain(asked: dict[str, str]) -> dict[str, Any]:
    return dict(asked)


@blueprint.get("/export.csv")
def export() -> Response:
    """Send the filtered list as CSV: UTF-8 with its mark, and no cell that a table program would compute."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow([_("Mã hồ sơ"), _("Thủ tục"), _("Người nộp"), _("Đơn vị tiếp nhận"), _("Nộp lúc"), _("Hẹn trả"),
                     _("Tình trạng")])
    for row in case_list.every(security.actor(), _filters(), security.now()):
        shown = _row(row)
        writer.writerow([harmless(shown[name]) for name in
                         ("code", "title", "applicant", "unit", "filed", "due", "state")])
    body = "\ufeff" + file.getvalue()
    return Response(body, content_type="text/csv; charset=utf-8",
                    headers={"Content-Disposition": "attachment; filename=ho-so.csv"})


def harmless(cell: str) -> str:
    """Keep a table program from taking a cell for a formula."""
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def statuses() -> list[tuple[str, str]]:
    """Give the states a case can be in, in words."""
    said = {"filed": _("chờ tiếp nhận"), "open": _("đang giải quyết"), "suspended": _("đồng hồ dừng"),
            "halted": _("vướng sự cố"), "closed": _("đã kết thúc"), "stopped": _("đã dừng giải quyết")}
    return [(str(status), said[str(status)]) for status in CaseStatus]


def _filters() -> Filters:
    asked = request.args
    status, lateness = asked.get("status"), asked.get("lateness")
    return Filters(
        procedure=asked.get("procedure") or None, unit=asked.get("unit") or None,
        status=status if status in [str(one) for one in CaseStatus] else None,
        lateness=lateness if lateness in LATENESS else None, filed_from=_day(asked.get("from")),
        filed_to=_day(asked.get("to")), words=asked.get("q", "").strip() or None)


def _day(text: str | None) -> date | None:
    """Read a day as people write it or as ISO does; anything else asks for nothing."""
    for pattern in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime((text or "").strip(), pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def _page_number() -> int:
    asked = request.args.get("page", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1


def _row(row: Row) -> dict[str, Any]:
    kind, text = clock_data.of_case(row.case, security.now())
    return {"code": row.case.code, "href": url_for("cases.show", code=row.case.code), "title": language.say(row.title),
            "applicant": row.case.applicant, "unit": language.say(row.unit), "kind": kind, "state": text,
            "filed": presentation.short(row.case.filed_at), "due": presentation.short(row.case.due_at)}


@blueprint.get("/<code>")
def show(code: str) -> str:
    """Show what was filed with a case and what its steps answered."""
    file = read(code)
    return part(file, "data", sections=case_data.sections(file), why=clock_data.why(file.reckoning, file.now))


@blueprint.get("/<code>/documents")
def documents(code: str) -> str:
    """Show the papers of a case."""
    return documents_page(code, {})


def documents_page(code: str, errors: dict[str, list[str]]) -> str:
    """Give the page of a case's papers, with what was refused of an upload."""
    file = read(code)
    return part(file, "documents", documents=[case_data.document(file, one) for one in file.documents],
                 papers=case_data.papers(file), errors=errors, may_add=not file.case.status.over,
                 most=security.settings().upload_bytes // (1024 * 1024))


def nothing_chosen() -> str:
    """Say that an upload had no file."""
    return _("Hãy chọn ít nhất một tệp.")


@blueprint.get("/<code>/course")
def course(code: str) -> str:
    """Show the way of a case as text, as a timeline and on the diagram."""
    file = read(code)
    path = case_path.of(file)
    return part(file, "course", twin=case_data.twin(file, path), timeline=timeline_data.timeline(file),
                 figure=case_data.figure(file, path))


@blueprint.get("/<code>/history")
def check(code: str) -> str:
    """Check the chain of a case and replay it, for those who oversee."""
    policy.require_role(security.actor(), *policy.OVERSEERS)
    file = read(code)
    chain = history.verify(code, security.settings().files)
    replayed = history.replay(code)
    return part(file, "history", chain=chain, replayed=replayed, events=[
        {"seq": event.seq, "at": presentation.short(event.at), "action": event.action, "who": file.name(event.actor),
         "hash": event.hash.hex()[:16]} for event in file.events])


@blueprint.get("/<code>/receipt")
def receipt(code: str) -> str:
    """Show the paper for the applicant: before acceptance that the dossier is being checked, after it form 01."""
    file = read(code)
    template = "cases/slip.html" if file.case.received_at is not None else "cases/acknowledgement.html"
    return render_template(template, paper=paper_data.slip(file), tabs=_tabs(file, "receipt"), code=code)


def read(code: str) -> CaseFile:
    """Read a case for one of its parts; who looked is noted."""
    file = case_pages.read(code, security.actor(), security.now())
    viewings.note(file.case.root, file.case.id, security.actor(), security.now())
    return file


def part(file: CaseFile, name: str, **more: Any) -> str:
    """Give one part of a case in the frame they share."""
    case = file.case
    open_task = next(iter(case.open_tasks()), None)
    facts = [language.say(file.procedure.title), _("phiên bản %(number)s", number=file.version)]
    if open_task is not None:
        facts.append(_("đang ở bước: %(step)s", step=language.say(file.task_name(open_task))))
    return render_template(
        f"cases/{name}.html", title=case.applicant or case.code, code=case.code, tabs=_tabs(file, name), facts=facts,
        clocks=[clock_data.clock_of_case(file, security.now())], halted=case.status is CaseStatus.HALTED,
        hand_offs=[handoff_data.sentence(one) for one in hand_off_list.open_of(case, security.now())], **more)


def _tabs(file: CaseFile, current: str) -> list[dict[str, Any]]:
    code = file.case.code
    tabs = [("data", "cases.show", _("Dữ liệu")),
            ("documents", "cases.documents", _("Giấy tờ (%(count)s)", count=len(file.documents))),
            ("clock", "deadlines.show", _("Thời hạn")),
            ("course", "cases.course", _("Diễn biến và sơ đồ")),
            ("receipt", "cases.receipt", _("Giấy tiếp nhận"))]
    if security.actor().has_role(*policy.OVERSEERS):
        tabs.append(("history", "cases.check", _("Kiểm tra")))
    return [{"text": text, "href": url_for(endpoint, code=code), "current": name == current}
            for name, endpoint, text in tabs]

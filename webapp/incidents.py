"""Incidents, for administrators: what halted which case since when, and the acts on one: let the case go on, take a
task from whoever holds it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.case import Task
from engine.domain.text import Text
from engine.queries import incident_list
from engine.queries.incident_list import Entry, Page
from engine.services import incidents
from webapp import language, security
from webapp.wording import translated as _

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")


@blueprint.get("")
def show() -> str:
    """List the incidents that wait; `?show=resolved` those that were resolved."""
    resolved = request.args.get("show") == "resolved"
    number = request.args.get("page", "1")
    page = incident_list.page(security.actor(), security.now(), resolved=resolved,
                              number=int(number[:6]) if number.isascii() and number.isdigit() else 1)
    return render_template("incidents/list.html", done=request.args.get("done", "")[:64], resolved=resolved,
                           rows=[_row(one) for one in page.entries], filters=_filters(page, resolved),
                           pages=_pages(page, resolved))


def _filters(page: Page, resolved: bool) -> list[dict[str, Any]]:
    return [{"text": _("Đang chờ (%(count)s)", count=page.open), "current": not resolved,
             "href": url_for("incidents.show")},
            {"text": _("Đã xử lý (%(count)s)", count=page.resolved), "current": resolved,
             "href": url_for("incidents.show", show="resolved")}]


def _pages(page: Page, resolved: bool) -> dict[str, Any] | None:
    if page.pages == 1:
        return None

    def link(number: int, text: str) -> tuple[str, str] | None:
        wish = "resolved" if resolved else None
        return (text, url_for("incidents.show", show=wish, page=number)) if 1 <= number <= page.pages else None

    return {"previous": link(page.number - 1, _("Trang trước")), "next": link(page.number + 1, _("Trang sau")),
            "text": f"{page.number}/{page.pages}"}


def _row(one: Entry) -> dict[str, Any]:
    incident = one.incident
    return {"href": url_for("incidents.read", incident_id=incident.id), "code": one.case.code,
            "retry": url_for("incidents.retry", incident_id=incident.id),
            "case": url_for("cases.show", code=one.case.code) if one.visible else None,
            "cause": language.say(Text(incident.message_vi, incident.message_en)), "kind": incident.code,
            "step": language.say(one.step) if one.step is not None else None, "procedure": language.say(one.procedure),
            "unit": language.say(one.unit), "to_do": language.say(one.to_do), "retried": one.retried,
            "at": incident.raised_at, "waited": _waited(incident.raised_at, incident.resolved_at or security.now()),
            "resolved_at": incident.resolved_at, "resolved_by": incident.resolved_by}


def _waited(since: datetime, until: datetime) -> str:
    """Say how long, by the clock on the wall: whoever looks after the system works at night too."""
    minutes = max(0, int((until - since).total_seconds() // 60))
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return _("%(days)s ngày %(hours)s giờ", days=days, hours=hours)
    if hours:
        return _("%(hours)s giờ %(minutes)s phút", hours=hours, minutes=minutes % 60)
    return _("%(minutes)s phút", minutes=minutes)


@blueprint.get("/<uuid:incident_id>")
def read(incident_id: UUID) -> str:
    """Show one incident: the cause, what was to be done, who holds the tasks of the case, and what can be done."""
    found = incident_list.read(incident_id, security.actor(), security.now())
    return render_template("incidents/show.html", row=_row(found), incident_id=incident_id,
                           tasks=[_task(incident_id, task, name) for task, name in found.tasks],
                           released=request.args.get("released") == "1")


def _task(incident_id: UUID, task: Task, name: Text) -> dict[str, Any]:
    return {"name": language.say(name), "unit": task.unit, "holder": task.holder, "since": task.claimed_at,
            "release": url_for("incidents.release", incident_id=incident_id, task_id=task.id)}


@blueprint.post("/<uuid:incident_id>/retry")
def retry(incident_id: UUID) -> Response:
    """Let the halted case go on."""
    case = incidents.retry(incident_id, security.actor(), security.now())
    return redirect(url_for("incidents.show", done=case.code if case is not None else None), 303)


@blueprint.post("/<uuid:incident_id>/tasks/<uuid:task_id>/release")
def release(incident_id: UUID, task_id: UUID) -> Response:
    """Take a task of the halted case from whoever holds it."""
    incidents.release(incident_id, task_id, security.actor(), security.now())
    return redirect(url_for("incidents.read", incident_id=incident_id, released=1), 303)

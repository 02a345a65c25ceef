"""My work: the tasks that wait for the person signed in, the most pressing first, and one button for the next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import Conflict
from engine.domain.people import APPLICANT, Actor
from engine.domain.text import searchable
from engine.queries import worklist
from engine.queries.worklist import Entry
from engine.services import tasks
from webapp import clock_data, language, presentation, security
from webapp.wording import translated as _

blueprint = Blueprint("work", __name__)
SHOWS = ("late", "today", "week")
MOST_SHOWN = 100
_TRIES = 5


@blueprint.get("/work")
def show() -> str:
    """Show the worklist; `?show=` narrows it to late, today or this week, `?q=` to words of code and applicant."""
    now = security.now()
    entries = worklist.mine(security.actor(), now)
    groups = {name: [entry for entry in entries if _in(name, entry, now)] for name in SHOWS}
    wish, words = request.args.get("show", ""), request.args.get("q", "").strip()
    shown = [entry for entry in groups.get(wish, entries) if _has(entry, words)]
    return render_template(
        "work/show.html", tiles=_tiles(groups), filters=_filters(wish, len(entries), groups), words=words, wish=wish,
        rows=[_row(entry, now) for entry in shown[:MOST_SHOWN]], hidden=max(0, len(shown) - MOST_SHOWN),
        has_next=worklist.next_of(entries) is not None, now=presentation.full(now), total=len(entries),
        done=request.args.get("done", "")[:64])


@blueprint.post("/work/next")
def begin_next() -> Response:
    """Open the most pressing task and reserve it."""
    return open_next(security.actor(), security.now())


def open_next(actor: Actor, now: datetime, done: str | None = None) -> Response:
    """Reserve the most pressing task and lead to it; where somebody is faster take the one after, without any go to
    the worklist."""
    for entry in [entry for entry in worklist.mine(actor, now) if entry.task.role != APPLICANT][:_TRIES]:
        try:
            tasks.claim(entry.task.id, actor, now)
        except Conflict:
            continue
        return redirect(url_for("tasks.show", task_id=entry.task.id, done=done), 303)
    return redirect(url_for("work.show", done=done), 303)


def due_of(entry: Entry) -> datetime | None:
    """Give the nearer due time of step and case: whichever is missed first is the one to show."""
    known = [due for due in (entry.task.due_at, entry.case.due_at) if due is not None]
    return min(known, default=None)


def _in(name: str, entry: Entry, now: datetime) -> bool:
    due = due_of(entry)
    if due is None:
        return False
    if name == "late":
        return due < now
    here, at = presentation.local(now), presentation.local(due)
    if name == "today":
        return due >= now and at.date() == here.date()
    return at.date() < here.date() + timedelta(days=7 - here.weekday())


def _has(entry: Entry, words: str) -> bool:
    wanted = searchable(words)
    return not wanted or wanted in searchable(f"{entry.case.code} {entry.case.applicant}")


def _tiles(groups: dict[str, list[Entry]]) -> list[dict[str, Any]]:
    said = {"late": ("late", _("trễ")), "today": ("soon", _("đến hạn hôm nay")), "week": ("ok", _("trong tuần này"))}
    return [{"kind": kind, "count": len(groups[name]), "text": text, "href": url_for("work.show", show=name)}
            for name, (kind, text) in said.items()]


def _filters(wish: str, total: int, groups: dict[str, list[Entry]]) -> list[dict[str, Any]]:
    said = {"": (_("Tất cả"), total), "late": (_("Trễ"), len(groups["late"])),
            "today": (_("Hôm nay"), len(groups["today"])), "week": (_("Tuần này"), len(groups["week"]))}
    return [{"text": f"{text} ({count})", "href": url_for("work.show", show=name or None),
             "current": name == (wish if wish in SHOWS else "")} for name, (text, count) in said.items()]


def _row(entry: Entry, now: datetime) -> dict[str, Any]:
    due = due_of(entry)
    mark = clock_data.of_due(entry.calendar, due, now, entry.warns(due) if due is not None and due > now else None)
    if entry.task.role == APPLICANT:
        mark = {"kind": "hold", "text": _("chờ người nộp"), "note": ""}
    name = language.say(entry.name)
    if entry.task.ordinal > 1:
        name = _("%(step)s, lần %(number)s", step=name, number=entry.task.ordinal)
    return {"mark": mark, "code": entry.case.code, "applicant": entry.case.applicant, "step": name,
            "procedure": language.say(entry.procedure), "case_due": presentation.short(entry.case.due_at) or "–",
            "mine": entry.task.holder is not None, "open": url_for("tasks.begin", task_id=entry.task.id)}


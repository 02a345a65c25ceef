"""Calendars, for administrators: a year of each with its sources and versions; a day, a file or a closure is shown
with every due time it would move before it is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain import calendar as times
from engine.domain import policy
from engine.domain.arithmetic import WEEKDAYS
from engine.domain.calendar import DayRule, Sessions, WorkCalendar, clock_text
from engine.domain.calendar_year import Day
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.queries import calendar_list
from engine.services import calendar_import, clock_orders, corrections
from engine.services.calendar_import import Wish
from engine.services.clock_orders import Moved, Preview
from engine.services.corrections import Draft, Shown
from webapp import language, presentation, security
from webapp.wording import translated as _

blueprint = Blueprint("calendars", __name__, url_prefix="/calendars")
Answer = Response | str | tuple[str, int]
AT_ONCE = 200       # cases that follow before the answer; the worker goes on with the others
KINDS = ("off", "half", "work", "hours", "usual")


@blueprint.get("")
def find() -> str:
    """List the calendars with their sources and the units that work by them."""
    policy.require_role(security.actor(), "administrator")
    return render_template("calendars/list.html", rows=[
        {"name": one.calendar.id, "href": url_for("calendars.show", name=one.calendar.id),
         "version": one.calendar.version, "source": one.calendar.source, "base": one.base,
         "units": ", ".join(language.say(unit.title) for unit in one.units), "since": presentation.day(one.since)}
        for one in calendar_list.every(security.now())])


@blueprint.get("/<name>")
def show(name: str) -> str:
    """Show one year of a calendar with its versions, and what can be corrected."""
    return _year_page(name, {})


def _year_page(name: str, errors: Mapping[str, list[str]]) -> str:
    policy.require_role(security.actor(), "administrator")
    now = security.now()
    found = calendar_list.read(name, _year(now), now)
    return render_template(
        "calendars/show.html", name=name, year=found.year, source=found.calendar.source, base=found.base,
        version=found.calendar.version, units=", ".join(language.say(unit.title) for unit in found.units),
        days=[_day(one) for one in found.days], total=sum(found.months),
        months=[(_("Tháng %(number)s", number=number), count) for number, count in enumerate(found.months, start=1)],
        week=_week(found.calendar), terms=_terms(found.calendar), editions=[
            {"number": one.number, "source": one.source, "reason": one.reason, "at": presentation.short(one.at),
             "since": presentation.day(_noon(one.effective_from)) if one.effective_from else "",
             "changed": one.changed} for one in found.editions],
        previous=url_for("calendars.show", name=name, year=found.year - 1),
        following=url_for("calendars.show", name=name, year=found.year + 1), errors=errors, given=request.form,
        kinds=_kinds(), done=request.args.get("done", "")[:64])


def weekday(day: date) -> str:
    """Give the weekday of a date in words."""
    return language.say(WEEKDAYS[day.weekday()])


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)       # noqa: DTZ001 - local time of the office


def _year(now: datetime) -> int:
    asked = request.args.get("year", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and 1900 <= int(asked[:4]) <= 2099 and len(asked) == 4 \
        else presentation.local(now).year


def _day(one: Day) -> dict[str, Any]:
    said = {"off": ("hold", _("nghỉ")), "half": ("soon", _("nửa ngày")), "worked": ("ok", _("làm bù")),
            "changed": ("soon", _("giờ khác")), "usual": ("plain", _("như thường"))}
    kind, text = said[one.kind]
    return {"date": presentation.day(_noon(one.day)), "weekday": weekday(one.day),
            "kind": kind, "state": text, "hours": _hours(one.rule.sessions), "reason": language.say(one.rule.text)}


def _hours(sessions: Sessions) -> str:
    return ", ".join(f"{clock_text(opening)}–{clock_text(close)}" for opening, close in sessions) or "–"


def _week(calendar: WorkCalendar) -> list[tuple[str, str]]:
    """Give the hours of the weekdays, equal ones that follow each other together."""
    names = [weekday(date(2026, 6, 1 + number)) for number in range(7)]     # a Monday
    found: list[tuple[str, str, Sessions]] = []
    for name, sessions in zip(names, calendar.week, strict=True):
        if found and found[-1][2] == sessions:
            found[-1] = (found[-1][0], name, sessions)
        else:
            found.append((name, name, sessions))
    return [(first if first == last else f"{first} – {last}", _hours(sessions) if sessions else _("nghỉ"))
            for first, last, sessions in found]


def _terms(calendar: WorkCalendar) -> list[tuple[str, str]]:
    return [(_("Giờ chốt"), calendar.cut_off if calendar.cut_off != "none" else _("không có")),
            (_("Ngày đầu"), _("ngày tiếp nhận không tính") if calendar.first_day == "next-day"
             else _("tính từ giờ tiếp nhận"))]


def _kinds() -> list[tuple[str, str]]:
    return [("off", _("nghỉ cả ngày")), ("half", _("làm buổi sáng")), ("work", _("làm cả ngày (làm bù)")),
            ("hours", _("giờ khác, ghi ở dưới")), ("usual", _("như thường lệ"))]


@blueprint.post("/<name>")
def submit(name: str) -> Answer:
    """Show what a corrected day or a file would do, or store a draft that was looked at."""
    policy.require_role(security.actor(), "administrator")
    try:
        if request.form.get("act") == "save":
            return _save(name)
        draft = _file_draft(name) if request.form.get("act") == "file" else _day_draft(name)
        return _preview_page(name, draft, corrections.preview(draft, security.now(), security.actor()))
    except InvalidInput as refused:
        return _year_page(name, {"": [language.say(refused.message)]}), 422


def _save(name: str) -> Response:
    try:
        draft = Draft.from_data(json.loads(request.form.get("draft", "")))
    except (ValueError, RecursionError):
        draft = Draft.from_data({})
    saved = corrections.save(draft, security.now(), security.actor())
    if saved.order is not None:
        clock_orders.follow(saved.order, security.now(), AT_ONCE)
    return redirect(url_for("calendars.show", name=name, year=request.form.get("year") or None,
                            done=", ".join(saved.versions) or "="), 303)


def _file_draft(name: str) -> Draft:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidInput(Text("Hãy chọn tệp .ics hoặc .toml.", "Choose an .ics or .toml file."))
    years = (int(request.form["year"]),) if request.form.get("year", "").isdecimal() else ()
    return calendar_import.draft(sent.filename, sent.read(), corrections.newest(name, security.now()),
                                 Wish(_given("file_source"), _given("file_reason"), years))


def _day_draft(name: str) -> Draft:
    before, kind = corrections.newest(name, security.now()), request.form.get("kind", "")
    day = read_day(request.form.get("date", ""))
    if kind not in KINDS:
        raise InvalidInput(Text("Hãy chọn ngày này là gì.", "Choose what the day is."))
    rule = None
    if kind != "usual":
        rule = DayRule(_sessions(kind, before, day), _given("reason") or "", _given("reason_en") or "")
    return calendar_import.one_day(before, day, rule, Wish(_given("source"), _given("reason")))


def _sessions(kind: str, before: WorkCalendar, day: date) -> Sessions:
    if kind == "hours":
        return times.read_sessions([part.strip() for part in request.form.get("hours", "").split(",")])
    return calendar_import.sessions_of(kind, before, day)


def _given(field: str) -> str | None:
    return request.form.get(field, "").strip() or None


def read_day(text: str) -> date:
    """Read a day as people write it (`11/03/2026`) or as ISO does.

    Raises:
        InvalidInput: it is no day.
    """
    parts = text.strip().split("/")
    if len(parts) == 3:
        text = "-".join((parts[2], parts[1].zfill(2), parts[0].zfill(2)))
    return times.read_date(text.strip())


def _preview_page(name: str, draft: Draft, shown: Shown) -> str:
    return render_template(
        "calendars/preview.html", name=name, year=request.form.get("year", ""), draft=json.dumps(draft.to_data()),
        versions=", ".join(shown.versions), source=draft.calendar.source, reason=draft.reason,
        new_hours=shown.new_hours, cases=moved_rows(shown.cases), seen=shown.cases,
        days=[{"date": presentation.day(_noon(day)), "weekday": weekday(day),
               "before": _rule(before), "after": _rule(after)} for day, before, after in shown.changes])


def _rule(rule: DayRule | None) -> str:
    if rule is None:
        return _("như thường lệ")
    said = _hours(rule.sessions) if rule.sessions else _("nghỉ")
    return f"{said} ({language.say(rule.text)})"


def moved_rows(seen: Preview) -> list[dict[str, Any]]:
    """Give the cases an order would move: the due time before and after, and that the printed date stays."""
    return [_moved(one) for one in seen.cases]


def _moved(one: Moved) -> dict[str, Any]:
    before, after = one.due_before, one.due_after
    kind, text = "plain", _("không đổi")
    if before is not None and after is not None and before != after:
        kind, text = ("soon", _("lùi lại")) if after > before else ("late", _("sớm hơn"))
    return {"code": one.code, "applicant": one.applicant, "before": presentation.short(before) or "–",
            "after": presentation.short(after) or "–", "promised": presentation.short(one.promised) or "–",
            "kind": "late" if one.why else kind, "text": one.why or text}

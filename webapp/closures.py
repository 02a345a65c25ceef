"""Closures, for administrators: some days of a unit are other than its calendar says, for the cases it has now."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain import calendar as times
from engine.domain import policy
from engine.domain.errors import InvalidInput, UnitNotFound
from engine.queries import console
from engine.services import clock_orders, closures
from engine.services.closures import Closure
from webapp import calendars, language, security

blueprint = Blueprint("closures", __name__, url_prefix="/closures")
Answer = Response | str | tuple[str, int]


@blueprint.get("")
def ask() -> str:
    """Ask for the unit, the days, the hours and the reason."""
    policy.require_role(security.actor(), "administrator")
    return _page({})


@blueprint.post("")
def submit() -> Answer:
    """Show which cases a closure would move, or order it once that was looked at."""
    policy.require_role(security.actor(), "administrator")
    try:
        closure = _closure()
        if request.form.get("act") == "save":
            order = closures.close(closure, security.now(), security.actor())
            clock_orders.follow(order, security.now(), calendars.AT_ONCE)
            return redirect(url_for("closures.ask", done=closure.unit), 303)
        seen = closures.preview(closure, security.now(), security.actor())
    except (InvalidInput, UnitNotFound) as refused:
        return _page({"": [language.say(refused.message)]}), 422
    return _page({}, cases=calendars.moved_rows(seen), seen=seen)


def _closure() -> Closure:
    first = _day("first")
    last = _day("last") if request.form.get("last", "").strip() else first
    hours = request.form.get("hours", "").strip()
    sessions = times.read_sessions([part.strip() for part in hours.split(",")]) if hours else ()
    return Closure(request.form.get("unit", ""), first, last, sessions, request.form.get("reason", ""))


def _day(field: str) -> date:
    return calendars.read_day(request.form.get(field, ""))


def _page(errors: dict[str, list[str]], **more: object) -> str:
    units = [(unit, f"{language.say(title)} ({unit})") for unit, title in console.units(security.now()).items()]
    return render_template("calendars/closure.html", errors=errors, given=request.form, units=units,
                           done=request.args.get("done", "")[:64], **more)

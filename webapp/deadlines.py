"""The clock of a case on its page: every date with its verdict and its arithmetic, and extending the limit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from engine.domain.arithmetic import period_text
from engine.domain.clock import Verdict
from engine.domain.errors import InvalidSubmission
from engine.queries import clock_account
from engine.queries.case_pages import CaseFile
from engine.queries.clock_account import Account
from engine.services import extensions
from webapp import cases, clock_data, form_data, language, presentation, security
from webapp.wording import translated as _

blueprint = Blueprint("deadlines", __name__, url_prefix="/cases")
Answer = Response | str | tuple[str, int]
Mark = tuple[str, str]


@blueprint.get("/<code>/clock")
def show(code: str) -> str:
    """Show all that the clock of a case says, and who may extend it how."""
    return _page(code, {})


@blueprint.post("/<code>/extension")
def extend(code: str) -> Answer:
    """Extend the limit of a case."""
    try:
        extensions.extend(code, _asked(code), request.form.get("ground", ""), security.actor(), security.now())
    except InvalidSubmission as refused:
        return _page(code, form_data.errors_of(refused)), 422
    return redirect(url_for("deadlines.show", code=code), 303)


def _asked(code: str) -> str:
    """Give the period asked for: its number as typed, in the unit of the limit."""
    found = extensions.chance_of(code, security.actor(), security.now())
    return f"{request.form.get('by', '').strip()} {found.longest.unit if found is not None else 'working days'}"


def _page(code: str, errors: Mapping[str, list[str]]) -> str:
    file = cases.read(code)
    account = clock_account.of(file.case, file.rules)
    chance = extensions.chance_of(file.case.code, security.actor(), security.now())
    return cases.part(
        file, "clock", dates=_dates(account), notes=_notes(file, account), errors=errors, given=request.form,
        why=clock_data.why(file.reckoning, file.now), norm=clock_data.why(account.norm, file.now),
        chance={"left": chance.left, "longest": language.say(period_text(chance.longest)),
                "unit": language.say(period_text(chance.longest)).partition(" ")[2]} if chance is not None else None)


def _dates(account: Account) -> list[dict[str, Any]]:
    """Give every date the clock knows: what it is, when, and how the case stands by it."""
    case, now = account.case, security.now()
    found = [
        (_("Hạn theo quy định"), case.due_at, _mark(case.verdict, case.due_at, now)),
        (_("Ngày hẹn đã in trên giấy"), case.promised_at, _mark(account.promised_verdict, case.promised_at, now)),
        (_("Lời hẹn mới, hạn theo quy định không đổi"), account.new_promise, _mark(None, account.new_promise, now)),
        (_("Định mức phục vụ"), case.norm_due_at, _mark(account.norm_verdict, case.norm_due_at, now))]
    if case.ended_at is None:
        found.append((_("Bắt đầu nhắc (sắp đến hạn)"), account.warn, None))
    return [{"what": what, "when": presentation.full(at), "mark": mark} for what, at, mark in found if at is not None]


def _mark(verdict: Verdict | str | None, due: datetime | None, now: datetime) -> Mark | None:
    said: Mapping[str, Mark] = {"early": ("ok", _("xong trước hạn")), "on_time": ("ok", _("xong đúng hạn")),
                                "late": ("late", _("xong quá hạn"))}
    if verdict is not None:
        return said[verdict]
    if due is None:
        return None
    return ("late", _("quá hạn")) if now > due else ("ok", _("trong hạn"))


def _notes(file: CaseFile, account: Account) -> list[Mark]:
    """Say what else is to be known of the clock."""
    found: list[Mark] = []
    if account.late_for_index:
        found.append(("late", _("Đã yêu cầu bổ sung %(count)s lần: hồ sơ bị tính là trễ khi đánh giá chất lượng phục "
                                "vụ, hạn không đổi.", count=account.requests)))
    if account.inner is not None:
        outcome, due = account.inner
        said = next((language.say(choice.label) for step in file.procedure.definition.steps.values()
                     for choice in file.procedure.outcomes_of(step) if choice.value == outcome), outcome)
        found.append(("info", _("Nếu kết quả là «%(outcome)s» thì hạn là %(time)s.", outcome=said,
                                time=presentation.full(due))))
    if account.moved:
        found.append(("info", _("Hạn tính lại khác ngày hẹn đã in: ngày in giữ nguyên cho đến khi báo người dân ngày "
                                "mới.")))
    return found

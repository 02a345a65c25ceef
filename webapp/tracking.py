"""The public tracking page: by the receipt's QR, or by code and a second secret, with wrong tries counted."""

from __future__ import annotations

from datetime import datetime
from time import sleep
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from engine import clock
from engine.domain import explanation
from engine.domain.case import CaseStatus
from engine.queries import tracking
from engine.queries.case_path import Stop
from engine.queries.tracking import Public
from engine.services import attempts
from webapp import case_data, clock_data, frame, language, presentation, security
from webapp.access import public
from webapp.wording import translated as _

blueprint = Blueprint("tracking", __name__)
MOST_BY_ORIGIN = 20
MOST_BY_CODE = 10
ANSWER_SECONDS = 0.2
"""Right and wrong take the same time, so that the time tells nothing."""


@blueprint.get("/track")
@public
def track() -> str:
    """Show the form: code and the last four digits of the personal number or telephone."""
    return _form("", {})


@blueprint.post("/track")
@public
def look_up() -> Answer | str | tuple[str, int]:
    """Lead to the case; an unknown code and a wrong secret get the same answer, and too many wrong tries none."""
    began = clock.monotonic()
    code, secret = request.form.get("code", "").strip()[:64], request.form.get("secret", "").strip()[:16]
    if frame.switches_language():
        return _form(code, {})
    by_origin = attempts.bucket("track", request.remote_addr or "")
    by_code = attempts.bucket("track-code", code.upper())
    attempts.refuse_if_many(by_origin, MOST_BY_ORIGIN, security.now())
    attempts.refuse_if_many(by_code, MOST_BY_CODE, security.now())
    token = tracking.token_of(code, secret)
    if token is None:
        attempts.note(by_origin, security.now())
        attempts.note(by_code, security.now())
    sleep(max(0.0, ANSWER_SECONDS - (clock.monotonic() - began)))
    if token is None:
        wrong = _("Không tìm thấy hồ sơ với mã và 4 số này. Hãy xem lại giấy tiếp nhận.")
        return _form(code, {"code": wrong}), 404
    return redirect(url_for("tracking.show", token=token), 303)


@blueprint.get("/t/<token>")
@public
def show(token: str) -> Response:
    """Show a case to whoever holds its receipt; a token of 80 random bits needs no count of wrong tries."""
    found = tracking.by_token(token[:64], security.now())
    if found is None:
        response = make_response(_form("", {"code": _("Mã QR này không dẫn tới hồ sơ nào.")}), 404)
    else:
        response = make_response(_page(found, security.now()))
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _form(code: str, errors: dict[str, str]) -> str:
    frame.with_form()
    return render_template("tracking/form.html", code=code, errors=errors)


def _page(found: Public, now: datetime) -> str:
    file, case = found.file, found.file.case
    kind, text = clock_data.of_case(case, now, file.reckoning, file.now)
    return render_template(
        "tracking/show.html", code=case.code, procedure=language.say(file.procedure.title),
        sentence=language.say(found.sentence), steps=_steps(found.stops, kind), promise=_promise(found, kind, text),
        why=clock_data.why(file.reckoning, file.now), unit=language.say(file.unit(case.unit)),
        competent=language.say(file.unit(case.competent)), action=_action(found),
        papers=[one["title"] for one in case_data.papers(file)])


def _promise(found: Public, kind: str, text: str) -> dict[str, Any]:
    """Say what was promised: while the clock stands the old date is struck through and what is left is said."""
    case, reckoning = found.file.case, found.file.reckoning
    old = (_("Hẹn trả cũ"), presentation.short(case.promised_at)) if case.promised_at else None
    if case.status is CaseStatus.SUSPENDED and reckoning is not None and reckoning.course is not None:
        since = reckoning.standing_since
        left = language.say(explanation.remaining_text(reckoning))
        said = _("Đồng hồ đang dừng từ %(time)s", time=presentation.short(since)) if since else _("Đồng hồ đang dừng")
        return {"kind": "hold", "text": said, "old": old,
                "more": _("Còn lại %(time)s, tính tiếp khi bạn làm xong.", time=left) if left else ""}
    if case.due_at is None:
        waiting = "" if case.status.over else _("Ngày hẹn trả có khi hồ sơ được tiếp nhận.")
        return {"kind": kind, "text": text[:1].upper() + text[1:], "old": None, "more": waiting}
    if case.ended_at is not None or case.status.over:
        return {"kind": kind, "text": text[:1].upper() + text[1:], "old": None, "more": ""}
    moved = old if case.promised_at != case.due_at else None
    return {"kind": kind, "text": _("Hẹn trả %(time)s", time=presentation.full(case.due_at)), "old": moved,
            "more": text[:1].upper() + text[1:]}


def _steps(stops: tuple[Stop, ...], kind: str) -> list[dict[str, Any]]:
    """Give the progress without names of officials; a step that was repeated shows once, at its last turn."""
    last = {stop.key: stop for stop in stops}
    shown = [stop for stop in stops if last[stop.key] is stop]
    mark = kind if kind != "plain" else "ok"
    return [{"text": language.say(stop.name), "at": presentation.short(stop.at), "kind": mark,
             "state": "" if stop.state == "next" else stop.state} for stop in shown]


def _action(found: Public) -> dict[str, Any] | None:
    """Say what the applicant must do and until when, where the case waits for it."""
    if not any(task.role == "applicant" for task in found.file.case.open_tasks()):
        return None
    until = found.until
    return {"items": [found.demand] if found.demand else [],
            "text": _("Nộp tại quầy trước %(time)s. Sau lúc đó cơ quan dừng giải quyết hồ sơ.",
                      time=presentation.full(until)) if until else ""}

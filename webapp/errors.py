"""The one door where errors become answers: a family gets a status, and its facts go along.

Under `/api/` the answer is problem+json (RFC 9457), elsewhere the page `errors/problem.html`. Something nobody
expected is logged with its traceback and answered without it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, make_response, render_template
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from engine import journal
from engine.domain import errors
from engine.domain.text import Text
from engine.queries import case_view
from webapp import access, language, observing

log = logging.getLogger("motcua.web")
STATUS: Mapping[type[errors.EngineError], int] = {
    errors.NotFound: 404, errors.NotAllowed: 403, errors.Conflict: 409, errors.KeyReused: 422,
    errors.InvalidSubmission: 422, errors.InvalidProcedure: 422, errors.InvalidOrganisation: 422,
    errors.InvalidInput: 422, errors.TooManyAttempts: 429, errors.Unavailable: 503, errors.Halted: 422,
}
UNEXPECTED = Text("Hệ thống gặp lỗi ngoài dự kiến. Lỗi đã được ghi lại.",
                  "Something unexpected went wrong. It was recorded.")
TITLES: Mapping[int, Text] = {
    400: Text("Yêu cầu không đọc được", "The request cannot be read"),
    401: Text("Cần đăng nhập", "Sign in first"),
    403: Text("Không được phép", "Not allowed"),
    404: Text("Không tìm thấy", "Not found"),
    405: Text("Không dùng được phương thức này", "Method not allowed"),
    409: Text("Có người đã làm trước", "Somebody was faster"),
    413: Text("Nội dung quá lớn", "Too large"),
    415: Text("Kiểu nội dung không được nhận", "Unsupported content type"),
    422: Text("Nội dung chưa đúng", "Not accepted as written"),
    429: Text("Thử quá nhiều lần", "Too many tries"),
    500: Text("Lỗi hệ thống", "System error"),
    503: Text("Tạm thời không dùng được", "Not available now"),
}
_NAMED: Mapping[str, Text] = {
    "CaseHalted": Text("Hồ sơ đang vướng sự cố", "The case is halted"),
    "Conflict": Text("Lúc này không làm được", "Not possible now"),
    "Halted": Text("Hồ sơ không chạy được", "The case cannot run"),
}
_DETAILS: Mapping[int, Text] = {
    404: Text("Không có gì ở địa chỉ này.", "There is nothing at this address."),
    405: Text("Địa chỉ này không nhận phương thức đó.", "This address does not take that method."),
    413: Text("Nội dung gửi lên vượt quá giới hạn.", "What was sent is over the limit."),
}


class Refusal(Exception):
    """A request refused before any service was asked: unreadable, without a token, of a wrong type."""

    def __init__(self, status: int, message: Text, fields: Mapping[str, list[Text]] | None = None) -> None:
        super().__init__(message.en)
        self.status = status
        self.message = message
        self.fields = fields


def register(app: Flask) -> None:
    """Let the app answer every error here."""
    app.register_error_handler(errors.EngineError, _engine)
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: errors.EngineError) -> int:
    """Give the status of an error's family; one without a family is the system's own fault."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def _engine(error: errors.EngineError) -> Response:
    status = status_of(error)
    if status >= 500:
        log.error("refused", extra=journal.facts(request=observing.request_id(), error=type(error).__name__,
                                                 cause=_cause(error)))
    return answer(status, error.message, name=type(error).__name__, facts=_facts(error))


def _cause(error: errors.EngineError) -> str | None:
    """Give the first line of what the database or the machine said: the lines after it may repeat stored values."""
    cause = error.__cause__
    said = str(getattr(cause, "orig", None) or cause or "")
    return said.splitlines()[0][:200] if said else None


def _facts(error: errors.EngineError) -> dict[str, Any]:
    """Give what an error knows beside its sentence."""
    spoken = language.chosen()
    if isinstance(error, errors.Conflict):
        return {"actor": error.actor, "action": error.action, "at": case_view.moment(error.at)}
    if isinstance(error, errors.InvalidSubmission):
        return {"errors": language.spoken(error.errors, spoken)}
    if isinstance(error, errors.KeyReused):
        return {"errors": {"Idempotency-Key": [error.message.to(spoken)]}}
    if isinstance(error, errors.InvalidProcedure):
        return {"errors": {}, "problems": [problem.facts(spoken) for problem in error.problems]}
    if isinstance(error, errors.TooManyAttempts):
        return {"retry_after": error.retry_after}
    return {"errors": {"request": [error.message.to(spoken)]}} if status_of(error) == 422 else {}


def _refusal(error: Refusal) -> Response:
    fields = {"errors": language.spoken(dict(error.fields), language.chosen())} if error.fields is not None else {}
    response = answer(error.status, error.message, facts=fields)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="motcua"'
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    kept = error.get_response()
    if status < 400:
        return make_response(kept)
    detail = _DETAILS.get(status) or TITLES.get(status) or Text(HTTPStatus(status).phrase, HTTPStatus(status).phrase)
    response = answer(status, detail)
    for header in ("Allow", "Retry-After", "WWW-Authenticate"):
        if header in kept.headers:
            response.headers[header] = kept.headers[header]
    return response


def _unexpected(error: Exception) -> Response:
    log.error("unexpected", exc_info=error, extra=journal.facts(request=observing.request_id()))
    return answer(500, UNEXPECTED)


def answer(status: int, detail: Text, *, name: str | None = None, facts: Mapping[str, Any] | None = None) -> Response:
    """Write an error as problem+json or as a page, in the language of the request."""
    spoken, known = language.chosen(), facts or {}
    title = _NAMED.get(name or "") or TITLES.get(status) or Text(HTTPStatus(status).phrase, HTTPStatus(status).phrase)
    if access.wants_json():
        body = {"type": f"urn:motcua:problem:{name}" if name else "about:blank", "title": title.to(spoken),
                "status": status, "detail": detail.to(spoken), **known}
        response = Response(orjson.dumps(body), status, content_type="application/problem+json")
        response.headers["Content-Language"] = spoken
    elif request_ctx.url_adapter is None:      # a Host that is none: no address can be written, so no page with links
        response = Response(f"{title.to(spoken)}. {detail.to(spoken)}", status, mimetype="text/plain")
    else:
        page = render_template("errors/problem.html", status=status, title=title, detail=detail, facts=known)
        response = make_response(page, status)
    if "retry_after" in known:
        response.headers["Retry-After"] = str(known["retry_after"])
    return response

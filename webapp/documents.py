"""Papers of a case: downloading, looking at, and adding them. What a browser shows of them can run nothing."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from engine.domain.errors import InvalidSubmission
from engine.services import documents
from engine.services.documents import Upload
from webapp import cases, form_data, security

blueprint = Blueprint("documents", __name__, url_prefix="/cases/<code>/documents")
_SHOWN_INSIDE = ("application/pdf", "image/jpeg", "image/png")
_NOTHING_RUNS = "default-src 'none'; frame-ancestors 'self'"


@blueprint.get("/<uuid:document_id>")
def download(code: str, document_id: UUID) -> Response:
    """Send a paper as a file to keep."""
    response = _sent(code, document_id, inside=False)
    response.headers["Content-Security-Policy"] = f"{_NOTHING_RUNS}; sandbox"
    return response


@blueprint.get("/<uuid:document_id>/view")
def view(code: str, document_id: UUID) -> Response:
    """Send an image or a PDF to be shown inside our own page; every other type is sent as a file."""
    response = _sent(code, document_id, inside=True)
    response.headers["Content-Security-Policy"] = _NOTHING_RUNS
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _sent(code: str, document_id: UUID, *, inside: bool) -> Response:
    document, path = documents.fetch(code, document_id, security.settings().files, security.actor(), security.now())
    response = send_file(path, mimetype=document.media_type, download_name=document.name, etag=document.sha256,
                         as_attachment=not (inside and document.media_type in _SHOWN_INSIDE))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("")
def add(code: str) -> Answer | tuple[str, int]:
    """Add papers to a case; one that is refused is named, the others are kept."""
    kept, errors = gather(request.files.items(multi=True))
    documents.add(code, kept, security.actor(), security.now())
    if not kept and not errors:
        errors = {"paper": [cases.nothing_chosen()]}
    if errors:
        return cases.documents_page(code, errors), 422
    return redirect(url_for("cases.documents", code=code), 303)


def gather(sent: Iterable[tuple[str, FileStorage]]) -> tuple[list[Upload], dict[str, list[str]]]:
    """Put what was sent into the file store; give what is kept, and what was refused by field."""
    kept: list[Upload] = []
    errors: dict[str, list[str]] = {}
    for field, file in sent:
        if not file.filename:
            continue
        paper = field.removeprefix("paper-") if field.startswith("paper-") else None
        try:
            kept.append(documents.keep(security.settings().files, file.stream, file.filename, paper,
                                       security.settings().upload_bytes))
        except InvalidSubmission as refused:
            for name, messages in form_data.errors_of(refused).items():
                errors.setdefault(name, []).extend(messages)
    return kept, errors

"""Filing at the counter on behalf of an applicant: choose the procedure, fill in its form with the papers, receipt.

What was uploaded stays with the form while it is being corrected: files lie in the store, and signed notes of them
travel in the page. The key of the form lets a second sending find the first filing instead of making another.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from engine.domain.errors import InvalidSubmission, KeyReused
from engine.domain.text import Text
from engine.procedures import forms
from engine.queries import desk
from engine.queries.desk import Counter
from engine.services import cases, receipts
from engine.services import documents as papers
from engine.services.documents import Upload
from engine.services.receipts import Receipt
from webapp import case_data, documents, form_data, frame, language, presentation, security
from webapp.form_data import Strings
from webapp.wording import translated as _

blueprint = Blueprint("filing", __name__, url_prefix="/filing")
Answer = Response | str | tuple[str, int]
_KEPT_SECONDS = 12 * 3600


@dataclass(frozen=True)
class Sent:
    """What the form carried: its texts, the papers that are in the store, what was refused, and its key."""

    strings: Strings
    uploads: Sequence[Upload]
    errors: dict[str, list[str]]
    key: str


@blueprint.get("")
def choose() -> str:
    """List the procedures that can be filed at a counter of this person."""
    found = desk.counters(security.actor(), security.now())
    return render_template("filing/choose.html", procedures=[
        {"href": url_for("filing.show", slug=one.slug), "title": language.say(one.title), "code": one.manifest.code,
         "description": language.say(one.manifest.description) if one.manifest.description else ""} for one in found])


@blueprint.get("/<slug>")
def show(slug: str) -> str:
    """Show the filing form with the papers to bring."""
    counter = desk.counter(slug, security.actor(), security.now())
    blank = form_data.blank(counter.procedure.filing_form(), {})
    return _page(counter, Sent(blank, (), {}, secrets.token_urlsafe(18)))


@blueprint.post("/<slug>")
def submit(slug: str) -> Answer:
    """File a case and add its papers, each at most once for one form, and lead to the receipt."""
    counter = desk.counter(slug, security.actor(), security.now())
    sent = _sent()
    if frame.switches_language():
        return _page(counter, sent)
    try:
        if not sent.errors:
            return redirect(url_for("cases.receipt", code=_file(counter, sent)), 303)
        _judge(counter, sent)
    except InvalidSubmission as refused:
        found = form_data.errors_of(refused, counter.procedure.filing_form())
        return _page(counter, replace(sent, errors=found | sent.errors)), 422
    except KeyReused:
        again = _("Mẫu này đã nộp một lần với nội dung khác. Gửi lại nếu muốn nộp một hồ sơ nữa.")
        return _page(counter, Sent(sent.strings, sent.uploads, {"": [again]}, secrets.token_urlsafe(18))), 422
    return _page(counter, sent), 422


def _judge(counter: Counter, sent: Sent) -> None:
    """Judge the answers also where a paper is refused already, so that all there is to correct is said at once."""
    form = counter.procedure.filing_form()
    forms.clean(form, forms.from_strings(form, sent.strings), presentation.local(security.now()).date())


def _file(counter: Counter, sent: Sent) -> str:
    """File, then add the papers; either is recalled when the same form comes again."""
    actor, now = security.actor(), security.now()
    mark = receipts.fingerprint(repr(sorted((name, list(values)) for name, values in sent.strings.items()
                                            if name not in _OURS)).encode())
    filed = Receipt(actor.account, lambda _session, case: case.code.encode(), f"form:{sent.key}", mark)
    submission = forms.from_strings(counter.procedure.filing_form(), sent.strings)
    cases.file(counter.procedure.slug, submission, actor, now, unit=_unit(counter, sent), receipt=filed)
    code = (filed.answer or b"").decode()
    if sent.uploads:
        added = Receipt(actor.account, lambda _session, case: case.code.encode(), f"papers:{sent.key}",
                        receipts.fingerprint(*(one.sha256.encode() for one in sent.uploads)))
        papers.add(code, sent.uploads, actor, now, added)
    return code


_OURS = frozenset({"csrf_token", "key", "kept", "switch_language", "unit"})


def _unit(counter: Counter, sent: Sent) -> str:
    wanted = "".join(sent.strings.get("unit", ())[:1])
    if wanted or len(counter.units) == 1:
        return wanted or counter.units[0][0]
    raise InvalidSubmission({"unit": [Text("Hãy chọn nơi tiếp nhận.", "Choose the receiving unit.")]})


def _sent() -> Sent:
    kept, errors = documents.gather(request.files.items(multi=True))
    replaced = {one.paper for one in kept}
    before = [one for one in _read_notes(request.form.getlist("kept")) if one.paper not in replaced]
    key = request.form.get("key", "")
    if not (key.isascii() and 16 <= len(key) <= 64):
        key = secrets.token_urlsafe(18)
    return Sent(request.form.to_dict(flat=False), [*before, *kept], errors, key)


def _notes() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="kept-papers")


def _read_notes(notes: Sequence[str]) -> list[Upload]:
    """Read the notes of files that this person uploaded before; a note that is forged or old is passed over."""
    found = []
    for note in notes[:security.MOST_FILES]:
        try:
            account, fields = _notes().loads(note, max_age=_KEPT_SECONDS)
        except (BadSignature, ValueError, TypeError):
            continue
        if account == security.actor().account:
            found.append(Upload(**fields))
    return found


def _page(counter: Counter, sent: Sent) -> str:
    frame.with_form()
    loaded = counter.procedure
    account = security.actor().account
    return render_template(
        "filing/show.html", title=language.say(loaded.title), errors=sent.errors, key=sent.key, slug=loaded.slug,
        description=_words(loaded.manifest.description), note=_words(loaded.filing_form().description),
        fields=form_data.fields(loaded.filing_form(), sent.strings, sent.errors),
        units=[(unit, language.say(title)) for unit, title in counter.units] if len(counter.units) > 1 else [],
        unit="".join(sent.strings.get("unit", ())[:1]),
        papers=[_paper(paper, sent) for paper in loaded.manifest.papers],
        kept=[{"note": _notes().dumps([account, asdict(one)]), "paper": one.paper} for one in sent.uploads],
        most=security.settings().upload_bytes // (1024 * 1024))


def _words(text: Any) -> str:
    return language.say(text) if text is not None else ""


def _paper(paper: Any, sent: Sent) -> dict[str, Any]:
    """Give one paper to bring: its field, what is kept of it, and whether some answer may make it needless."""
    return {"name": f"paper-{paper.id}", "label": language.say(paper.title), "hint": case_data.paper_hint(paper),
            "error": sent.errors.get(f"paper-{paper.id}", []),
            "kept": [one.name for one in sent.uploads if one.paper == paper.id]}

"""One task: looking at it, opening it for oneself, giving it back, and completing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.case import TaskStatus
from engine.domain.errors import InvalidSubmission
from engine.procedures import forms
from engine.queries import case_pages
from engine.queries.case_pages import TaskFile
from engine.services import tasks, viewings
from webapp import case_data, clock_data, form_data, frame, language, presentation, security, work
from webapp.form_data import Strings
from webapp.wording import translated as _

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks/<uuid:task_id>")
Answer = Response | str | tuple[str, int]


@blueprint.get("")
def show(task_id: UUID) -> Answer:
    """Show a task with its case, its clock and, to whom it is to do, its form."""
    found = case_pages.read_task(task_id, security.actor(), security.now())
    viewings.note(found.file.case.root, found.file.case.id, security.actor(), security.now())
    return _page(found, None, {})


@blueprint.post("/open")
def begin(task_id: UUID) -> Response:
    """Reserve a task for the person who opens it."""
    tasks.claim(task_id, security.actor(), security.now())
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@blueprint.post("/release")
def release(task_id: UUID) -> Response:
    """Give a task back to everyone who may do it."""
    tasks.release(task_id, security.actor(), security.now())
    return redirect(url_for("work.show"), 303)


@blueprint.post("")
def submit(task_id: UUID) -> Answer:
    """Complete a task with the answers of its form and open the next one."""
    actor, now = security.actor(), security.now()
    found = case_pages.read_task(task_id, actor, now)
    strings = request.form.to_dict(flat=False)
    if frame.switches_language():
        return _page(found, strings, {})
    try:
        tasks.complete(task_id, forms.from_strings(_form(found), strings), actor, now)
    except InvalidSubmission as refused:
        return _page(found, strings, form_data.errors_of(refused, _form(found))), 422
    return work.open_next(actor, now, found.file.case.code)


def _form(found: TaskFile) -> forms.Form:
    return found.file.procedure.form_of(found.step) or forms.empty(found.task.key)


def _page(found: TaskFile, strings: Strings | None, errors: dict[str, list[str]]) -> str:
    frame.with_form()
    file, task, form = found.file, found.task, _form(found)
    given = form_data.blank(form, file.case.data) if strings is None else strings
    return render_template(
        "tasks/show.html", title=_title(found), code=file.case.code, applicant=file.case.applicant,
        facts=[fact for fact in (file.case.applicant, language.say(file.procedure.title)) if fact],
        clocks=[clock for clock in (clock_data.clock_of_task(found), clock_data.clock_of_case(
            file, security.now())) if clock is not None],
        why=clock_data.why(file.reckoning, file.now), errors=errors, task_id=task.id,
        description=language.say(form.description) if form.description else "",
        fields=form_data.fields(form, given, errors) if _open(found) else None, state=_state(found),
        sections=case_data.sections(file), documents=[case_data.document(file, one) for one in file.documents],
        give_back=_give_back(found), done=request.args.get("done", "")[:64],
        link=(_("Mở hồ sơ"), url_for("cases.show", code=file.case.code)))


def _title(found: TaskFile) -> str:
    name = language.say(found.file.task_name(found.task))
    if found.task.ordinal > 1:
        return _("%(step)s, lần %(number)s", step=name, number=found.task.ordinal)
    return name


def _give_back(found: TaskFile) -> str | None:
    """Say what the button is called that lets others do the task: for who holds it, and for the head over it."""
    if found.task.holder is None or found.task.status.over:
        return None
    if found.task.holder == security.actor().account:
        return _("Trả lại việc cho người khác làm")
    return _("Lấy lại việc để người khác làm") if found.may_unblock else None


def _open(found: TaskFile) -> bool:
    """Tell whether the person signed in can complete the task now."""
    free = found.task.holder in (None, security.actor().account)
    return found.may_do and free and not found.task.status.over and str(found.file.case.status) != "halted"


def _state(found: TaskFile) -> dict[str, Any] | None:
    """Say why there is nothing to fill in: done, no longer to be done, held, halted, or somebody else's."""
    task, file = found.task, found.file
    if _open(found):
        return None
    if task.status is TaskStatus.COMPLETED:
        return {"kind": "ok", "text": _("%(who)s đã làm xong việc này lúc %(time)s.", who=file.name(task.actor),
                                        time=presentation.full(task.completed_at))}
    if task.status is TaskStatus.CANCELLED:
        return {"kind": "info", "text": _("Việc này không còn phải làm nữa.")}
    if str(file.case.status) == "halted":
        return {"kind": "late", "text": _("Hồ sơ đang vướng sự cố. Quản trị viên thấy sự cố này.")}
    if found.may_do:
        return {"kind": "info", "text": _("%(who)s đang giữ việc này từ %(time)s.", who=file.name(task.holder),
                                          time=presentation.full(task.claimed_at))}
    return {"kind": "info", "text": _("Việc này dành cho người khác; ông/bà chỉ xem.")}

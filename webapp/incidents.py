"""Incidents: what halted which case, and the button that lets it go on, for administrators."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.queries import incident_list
from engine.services import incidents
from webapp import language, presentation, security

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")


@blueprint.get("")
def show() -> str:
    """List the incidents nobody has looked at yet."""
    found = incident_list.waiting(security.actor(), language.chosen())
    return render_template("incidents/show.html", done=request.args.get("done", "")[:64], incidents=[
        {**one, "at": presentation.short(datetime.fromisoformat(one["raised_at"])),
         "retry": url_for("incidents.retry", incident_id=UUID(one["id"]))} for one in found])


@blueprint.post("/<uuid:incident_id>/retry")
def retry(incident_id: UUID) -> Response:
    """Let the halted case go on."""
    case = incidents.retry(incident_id, security.actor(), security.now())
    return redirect(url_for("incidents.show", done=case.code if case is not None else None), 303)

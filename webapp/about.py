"""About the pages themselves: keys, accessibility, and whether the system is up."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from engine.domain.errors import Unavailable
from engine.services import installation
from webapp.access import public

blueprint = Blueprint("about", __name__)


@blueprint.get("/keys")
@public
def keys() -> str:
    """List the keys."""
    return render_template("about/keys.html")


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    """Say how accessible the pages are and how that is checked."""
    return render_template("about/accessibility.html")


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """Answer that this process serves."""
    return Response("ok\n", content_type="text/plain")


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """Answer whether the database is there with the schema of this release."""
    try:
        installation.ensure()
    except Unavailable as error:
        return Response(f"{error.message.en}\n", 503, content_type="text/plain")
    return Response("ready\n", content_type="text/plain")

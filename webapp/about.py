"""About the pages themselves: keys and accessibility."""

from __future__ import annotations

from flask import Blueprint, render_template

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

"""Signing in and out. Wrong tries are counted by the service; the session begins anew with every sign-in."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from engine.queries import desk
from engine.services import accounts
from webapp import frame, security
from webapp.access import public
from webapp.wording import translated as _

blueprint = Blueprint("accounts", __name__)
Answer = Response | str | tuple[str, int]


@blueprint.get("/")
@public
def root() -> Response:
    """Lead to where the visitor starts: officials to their work, everyone else to the tracking page."""
    who = security.visitor()
    return redirect(url_for(frame.home(desk.of(who, security.now()) if who is not None else None)), 303)


@blueprint.get("/sign-in")
@public
def sign_in() -> Answer:
    """Show the form to sign in; who is signed in goes on."""
    wanted = security.inside(request.args.get("next"))
    if security.visitor() is not None:
        return redirect(wanted or url_for("accounts.root"), 303)
    return _page("", wanted, {})


@blueprint.post("/sign-in")
@public
def enter() -> Answer:
    """Begin a session for the account whose name and password these are; go on inside this site only."""
    name, password = request.form.get("name", "").strip().lower(), request.form.get("password", "")
    wanted = security.inside(request.form.get("next"))
    if frame.switches_language():
        return _page(name, wanted, {})
    who = accounts.sign_in(name[:64], password[:1024], request.remote_addr or "", security.now())
    if who is None:
        return _page(name, wanted, {"name": _("Tên đăng nhập hoặc mật khẩu chưa đúng.")}), 422
    session.clear()
    session.permanent = True
    session["account"] = who.account
    return redirect(wanted or url_for(frame.home(desk.of(who, security.now()))), 303)


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session."""
    session.clear()
    return redirect(url_for("accounts.sign_in"), 303)


def _page(name: str, wanted: str | None, errors: dict[str, str]) -> str:
    frame.with_form()
    return render_template("accounts/sign_in.html", name=name, wanted=wanted, errors=errors)

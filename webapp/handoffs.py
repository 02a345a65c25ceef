"""Hand-offs: what other units hand to the units of the person signed in and what these handed over, and the acts on
one: accept, refuse with a reason, offer again, give the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.errors import InvalidSubmission
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.procedures import forms
from engine.queries import hand_off_list
from engine.queries.hand_off_list import Entry
from engine.services import handoffs
from webapp import form_data, handoff_data, language, security
from webapp.wording import translated as _

blueprint = Blueprint("handoffs", __name__, url_prefix="/handoffs")
Answer = Response | str | tuple[str, int]
SHOWS = ("in", "out", "late", "all")


@blueprint.get("")
def find() -> str:
    """List hand-offs; `?show=` says which: coming in, going out, late, or all of them with the ended ones."""
    wish = request.args.get("show", "in")
    wish = wish if wish in SHOWS else "in"
    actor, now = security.actor(), security.now()
    every = hand_off_list.of_units(actor, now)
    chosen = {"in": [one for one in every if handoff_data.comes_to(one, actor)],
              "out": [one for one in every if not handoff_data.comes_to(one, actor)],
              "late": [one for one in every if one.late]}
    shown = hand_off_list.of_units(actor, now, status=None) if wish == "all" else chosen[wish]
    return render_template(
        "handoffs/list.html", rows=[_row(one) for one in shown], filters=_filters(wish, chosen),
        done=request.args.get("done", "")[:64])


def _row(one: Entry) -> dict[str, Any]:
    return {**handoff_data.facts(one, security.now()), "code": one.case.code,
            "href": url_for("handoffs.show", hand_off_id=one.hand_off.id), "step": language.say(one.name),
            "procedure": language.say(one.procedure), "applicant": one.case.applicant}


def _filters(wish: str, chosen: Mapping[str, list[Entry]]) -> list[dict[str, Any]]:
    said = {"in": _("Đơn vị tôi nhận"), "out": _("Đơn vị tôi chuyển"), "late": _("Quá hạn"), "all": _("Tất cả")}
    return [{"text": f"{text} ({len(chosen[name])})" if name in chosen else text, "current": name == wish,
             "href": url_for("handoffs.find", show=None if name == "in" else name)} for name, text in said.items()]


@blueprint.get("/<uuid:hand_off_id>")
def show(hand_off_id: UUID) -> str:
    """Show a hand-off with both its clocks, who answers for it now, and what the person may do about it."""
    return _page(hand_off_id, {})


@blueprint.post("/<uuid:hand_off_id>")
def submit(hand_off_id: UUID) -> Answer:
    """Do what the pressed button says: accept, refuse, offer again or give the result."""
    act = _ACTS.get(request.form.get("act", ""))
    if act is None:
        return _page(hand_off_id, {})
    try:
        act(hand_off_id, security.actor(), security.now())
    except InvalidSubmission as refused:
        return _page(hand_off_id, form_data.errors_of(refused)), 422
    if act is _offer:       # what was offered anew is another hand-off
        return redirect(url_for("handoffs.find", show="out"), 303)
    return redirect(url_for("handoffs.show", hand_off_id=hand_off_id), 303)


def _refuse(hand_off_id: UUID, actor: Actor, now: datetime) -> None:
    handoffs.refuse(hand_off_id, request.form.get("reason", ""), actor, now)


def _offer(hand_off_id: UUID, actor: Actor, now: datetime) -> None:
    handoffs.offer_again(hand_off_id, actor, now, request.form.get("unit") or None)


def _result(hand_off_id: UUID, actor: Actor, now: datetime) -> None:
    form = hand_off_list.read(hand_off_id, actor, now).form
    if form is not None:
        handoffs.give_result(hand_off_id, forms.from_strings(form, request.form.to_dict(flat=False)), actor, now)
        return
    given = {name: value for name in ("outcome", "note") if (value := request.form.get(name, "").strip())}
    if not given:
        raise InvalidSubmission({"note": [Text("Ghi kết quả trả lời.", "Write the result.")]})
    handoffs.give_result(hand_off_id, given, actor, now)


_ACTS: Mapping[str, Callable[[UUID, Actor, datetime], object]] = {
    "accept": handoffs.accept, "refuse": _refuse, "offer": _offer, "result": _result}


def _fields(found: Entry, errors: Mapping[str, list[str]]) -> list[dict[str, Any]] | None:
    """Give the fields of the result, where the step that waits for it has a form."""
    if found.form is None:
        return None
    given = request.form.to_dict(flat=False) or form_data.blank(found.form, found.case.data)
    return form_data.fields(found.form, given, errors)


def _page(hand_off_id: UUID, errors: Mapping[str, list[str]]) -> str:
    actor, now = security.actor(), security.now()
    found = hand_off_list.read(hand_off_id, actor, now)
    return render_template(
        "handoffs/show.html", hand_off_id=hand_off_id, title=language.say(found.name), code=found.case.code,
        facts=[fact for fact in (found.case.applicant, language.say(found.procedure)) if fact],
        clocks=handoff_data.clocks(found, now), said=handoff_data.pairs(found), errors=errors, may=found.may,
        given=request.form, fields=_fields(found, errors),
        units=handoff_data.others(found, now) if "offer" in found.may else [],
        link=(_("Mở hồ sơ"), url_for("cases.show", code=found.case.code)))

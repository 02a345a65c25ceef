"""Hand-offs as plain data for the templates: state, both clocks, who answers for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for

from engine.domain.handoff import HandOffStatus
from engine.domain.people import Actor
from engine.queries import hand_off_list
from engine.queries.hand_off_list import Entry
from engine.services import accounts
from webapp import clock_data, language, presentation, security
from webapp.wording import translated as _


def comes_to(one: Entry, actor: Actor) -> bool:
    """Tell whether a hand-off comes to a unit in which the actor holds a post."""
    return one.hand_off.to_unit in {post.unit for post in actor.posts}


def facts(one: Entry, now: datetime) -> dict[str, Any]:
    """Give what a line of the list says: {kind, state, note, from, to, case_due}."""
    kind, state = mark(one)
    return {"kind": kind, "state": state, "note": _time_left(one), "from": language.say(one.from_unit),
            "to": language.say(one.to_unit), "due": presentation.short(one.due) or "–",
            "case_due": presentation.short(one.case.due_at) or "–"}


def mark(one: Entry) -> tuple[str, str]:
    """Say the state of a hand-off as a mark: kind and text."""
    said = {HandOffStatus.OFFERED: ("soon", _("chờ tiếp nhận")), HandOffStatus.ACCEPTED: ("ok", _("đã tiếp nhận")),
            HandOffStatus.REFUSED: ("late", _("bị từ chối")), HandOffStatus.RETURNED: ("plain", _("đã trả kết quả")),
            HandOffStatus.CANCELLED: ("plain", _("không còn cần"))}
    kind, text = said[one.hand_off.status]
    if one.late and one.hand_off.open and one.hand_off.status is not HandOffStatus.REFUSED:
        return "late", _("quá hạn tiếp nhận") if one.hand_off.status is HandOffStatus.OFFERED else _("quá hạn trả")
    return kind, text


def _time_left(one: Entry) -> str:
    if one.left is None:
        return ""
    hours = presentation.hours(abs(one.left))
    if one.left < 0:
        return _("trễ %(hours)s giờ làm việc", hours=hours)
    return _("còn %(hours)s giờ làm việc", hours=hours)


def clocks(one: Entry, now: datetime) -> list[dict[str, Any]]:
    """Give the two clocks: that of the unit it was handed to, and that of the case."""
    kind, text = mark(one)
    accepted = one.hand_off.status is HandOffStatus.ACCEPTED
    label = _("Hạn của đơn vị nhận") if accepted else _("Hạn tiếp nhận")
    case_kind, case_text = clock_data.of_case(one.case, now)
    return [{"label": label, "due": presentation.short(one.due) or None, "old_due": None, "kind": kind, "text": text},
            {"label": _("Hẹn trả hồ sơ"), "due": presentation.short(one.case.due_at) or None, "old_due": None,
             "kind": case_kind, "text": case_text}]


def pairs(one: Entry) -> list[tuple[str, str]]:
    """Give what is known of a hand-off, name and value."""
    known = one.hand_off
    answers = language.say(one.to_unit if known.accountable == known.to_unit else one.from_unit)
    said = [(_("Chuyển từ"), language.say(one.from_unit)), (_("Chuyển đến"), language.say(one.to_unit)),
            (_("Đơn vị chịu trách nhiệm lúc này"), answers), (_("Chuyển lúc"), presentation.full(known.offered_at)),
            (_("Phải trả lời trước"), presentation.full(known.acknowledge_by)),
            (_("Phải làm xong trước"), presentation.full(known.due_at)), (_("Còn lại"), _time_left(one)),
            (_("Báo trễ tiếp nhận lúc"), presentation.full(known.alarmed_at)),
            (_("Trả lời lúc"), presentation.full(known.answered_at)), (_("Người trả lời"), _who(known.answered_by)),
            (_("Lý do từ chối"), known.reason or ""), (_("Kết thúc lúc"), presentation.full(known.ended_at))]
    return [(name, value) for name, value in said if value]


def sentence(one: Entry) -> dict[str, str]:
    """Say an open hand-off in one line for the pages of its case: {text, kind, href}."""
    kind, state = mark(one)
    text = _("«%(step)s» chuyển từ %(unit)s đến %(other)s: %(state)s", step=language.say(one.name),
             unit=language.say(one.from_unit), other=language.say(one.to_unit), state=state)
    left = _time_left(one)
    return {"text": f"{text}, {left}." if left else f"{text}.", "kind": "late" if kind == "late" else "info",
            "href": url_for("handoffs.show", hand_off_id=one.hand_off.id)}


def _who(account: str | None) -> str:
    if account is None:
        return ""
    found = accounts.actor(account, security.now())
    return found.name if found is not None else account


def others(one: Entry, now: datetime) -> list[tuple[str, str]]:
    """Give the units to which a hand-off may be offered again."""
    return [(unit, language.say(title)) for unit, title in hand_off_list.units_of_its_type(one.hand_off, now)]

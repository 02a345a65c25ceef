"""The AuditEvents of a case as sentences for its timeline, newest first: who did what, and what it did to the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.domain import audit
from engine.domain import period as periods
from engine.domain.arithmetic import period_text
from engine.domain.audit import AuditEvent
from engine.domain.case import path_of
from engine.queries.case_pages import CaseFile
from webapp import form_data, language, presentation
from webapp.wording import translated as _

Facts = Mapping[str, Any]


def timeline(file: CaseFile) -> list[dict[str, Any]]:
    """Give the events of a case as lines: {at, datetime, title, detail, kind, strong}."""
    return [_line(file, event) for event in reversed(file.events)]


def _line(file: CaseFile, event: AuditEvent) -> dict[str, Any]:
    facts = event.facts()
    said = _SAYINGS.get(event.action, _other)(file, facts)
    changed = facts.get("result", {}).get("case", {})
    kind = "late" if event.action == "incident.raised" else "hold" if changed.get("status") == "suspended" else ""
    return {"at": presentation.short(event.at), "datetime": event.at.isoformat(timespec="seconds"), "title": said,
            "detail": " · ".join(_effects(changed)), "kind": kind, "strong": bool(kind) or "due_at" in changed}


def _effects(changed: Facts) -> list[str]:
    """Say what an event did to the clock of the case."""
    said = []
    if changed.get("received_at"):
        said.append(_("Đồng hồ bắt đầu"))
    if changed.get("status") == "suspended":
        said.append(_("Đồng hồ dừng"))
    if changed.get("due_at"):
        said.append(_("Hẹn trả %(time)s", time=presentation.short(audit.instant(changed["due_at"]))))
    if changed.get("ended_at"):
        said.append(_("Việc giải quyết đã xong"))
    if changed.get("status") in ("closed", "stopped"):
        said.append(_("Hồ sơ kết thúc"))
    return said


def _filed(file: CaseFile, facts: Facts) -> str:
    return _("%(who)s nhận hồ sơ nộp của %(applicant)s", who=facts["actor"]["name"], applicant=file.case.applicant)


def _completed(file: CaseFile, facts: Facts) -> str:
    place = facts["task"]["place"]
    step, name = _step(file, place), _name(file, place)
    outcome = facts["submission"].get("outcome")
    if not isinstance(outcome, str):
        return _("%(who)s làm xong «%(step)s»", who=facts["actor"]["name"], step=name)
    label = language.say(file.procedure.outcome_label(step, outcome))
    return _("%(who)s làm xong «%(step)s»: %(outcome)s", who=facts["actor"]["name"], step=name, outcome=label)


def _claimed(file: CaseFile, facts: Facts) -> str:
    return _("%(who)s mở việc «%(step)s»", who=facts["actor"]["name"], step=_name(file, facts["task"]["place"]))


def _released(file: CaseFile, facts: Facts) -> str:
    who, place = facts["actor"], facts["task"]["place"]
    held = [event.actor for event in file.events if event.action == "task.claimed" and event.seq < facts["seq"]
            and event.facts()["task"]["place"] == place]
    if held and held[-1] != who["account"]:
        return _("%(who)s lấy lại việc «%(step)s» từ %(holder)s", who=who["name"], step=_name(file, place),
                 holder=file.name(held[-1]))
    return _("%(who)s trả lại việc «%(step)s»", who=who["name"], step=_name(file, place))


def _added(file: CaseFile, facts: Facts) -> str:
    names = ", ".join(one["name"] for one in facts["documents"])
    return _("%(who)s thêm giấy tờ: %(names)s", who=facts["actor"]["name"], names=names)


def _answered(file: CaseFile, facts: Facts) -> str:
    return _("Hệ thống nhận trả lời cho «%(step)s»", step=_name(file, facts["place"]))


def _hand_off(file: CaseFile, facts: Facts) -> str:
    """Say what happened to a hand-off."""
    who, step = facts["actor"]["name"], _name(file, facts["hand_off"].rpartition("#")[0])
    said = {"handoff.accepted": _("%(who)s tiếp nhận «%(step)s»", who=who, step=step),
            "handoff.refused": _("%(who)s từ chối «%(step)s»: %(why)s", who=who, step=step,
                                 why=facts.get("reason", "")),
            "handoff.offered": _("%(who)s chuyển lại «%(step)s»", who=who, step=step),
            "handoff.unacknowledged": _("Không ai trả lời việc chuyển «%(step)s» đúng hạn", step=step),
            "handoff.returned": _("%(who)s trả kết quả «%(step)s»", who=who, step=step)}
    return said[facts["action"]]


def _early(file: CaseFile, facts: Facts) -> str:
    return _("Thông điệp «%(name)s» đến sớm, được giữ lại", name=facts["message"])


def _sent(_file: CaseFile, facts: Facts) -> str:
    if "signal" in facts:
        return _("Tín hiệu «%(name)s» đã phát", name=facts["signal"])
    return _("Thông điệp «%(name)s» đã gửi", name=facts["message"])


def _migrated(_file: CaseFile, facts: Facts) -> str:
    return _("%(who)s chuyển hồ sơ từ phiên bản %(old)s sang phiên bản %(new)s", who=facts["actor"]["name"],
             old=facts["from"]["version"], new=facts["to"]["version"])


def _extended(_file: CaseFile, facts: Facts) -> str:
    return _("%(who)s gia hạn %(period)s: %(ground)s", who=facts["actor"]["name"],
             period=language.say(period_text(periods.parse(facts["by"]))), ground=facts["ground"])


def _calendar_applied(_file: CaseFile, facts: Facts) -> str:
    return _("Áp dụng lịch làm việc mới: %(why)s", why=facts["reason"])


def _closure_applied(_file: CaseFile, facts: Facts) -> str:
    days = ", ".join(form_data.spoken_day(one["day"]) for one in facts["days"])
    return _("Nghỉ hoặc đổi giờ đột xuất %(days)s: %(why)s", days=days, why=facts["reason"])


_SAYINGS: Mapping[str, Callable[[CaseFile, Facts], str]] = {
    "case.filed": _filed, "task.completed": _completed, "task.claimed": _claimed, "task.released": _released,
    "document.added": _added, "service.answered": _answered, "message.received": _answered,
    "message.buffered": _early, "message.sent": _sent, "signal.sent": _sent,
    "signal.received": lambda _file, facts: _("Nhận tín hiệu «%(name)s»", name=facts["signal"]),
    **dict.fromkeys(("handoff.accepted", "handoff.refused", "handoff.offered", "handoff.unacknowledged",
                     "handoff.returned"), _hand_off),
    "timer.fired": lambda _file, _facts: _("Đồng hồ của sơ đồ đến giờ"),
    "case.stopped": lambda _file, _facts: _("Hết hạn chờ, dừng giải quyết hồ sơ"),
    "incident.raised": lambda _file, facts: _("Sự cố, hồ sơ dừng lại: %(why)s", why=facts["incident"]["message"]),
    "case.migrated": _migrated, "case.extended": _extended, "calendar.applied": _calendar_applied,
    "closure.applied": _closure_applied,
    "incident.resolved": lambda _file, facts: _("%(who)s cho hồ sơ chạy tiếp", who=facts["actor"]["name"]),
}


def _other(_file: CaseFile, facts: Facts) -> str:
    return str(facts["action"])


def _step(file: CaseFile, place: str) -> Any:
    path, _slash, key = place.rpartition("/")
    return file.procedure.definition.step(path_of(path), key)


def _name(file: CaseFile, place: str) -> str:
    path, _slash, _key = place.rpartition("/")
    return language.say(file.procedure.name_at(_step(file, place), path_of(path), file.case.data))

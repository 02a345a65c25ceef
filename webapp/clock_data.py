"""Clocks as plain data for the macros: state in word and shape, and why a date is what it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from engine.domain import explanation
from engine.domain.calendar import WorkCalendar
from engine.domain.case import Case, CaseStatus
from engine.domain.clock import Reckoning
from engine.domain.day_strip import Cell, day_strip
from engine.queries.case_pages import CaseFile, TaskFile
from webapp import language, presentation
from webapp.wording import translated as _

Mark = tuple[str, str]
_SHAPES = {"run": "run", "stop": "stop", "left": "left"}


def verdict(case: Case) -> Mark:
    """Say how the case ended for the clock."""
    if case.status is CaseStatus.STOPPED:
        return "plain", _("đã dừng giải quyết")
    said: Mapping[str | None, Mark] = {
        "early": ("ok", _("xong trước hạn")), "on_time": ("ok", _("xong đúng hạn")),
        "late": ("late", _("xong quá hạn"))}
    return said.get(case.verdict, ("plain", _("đã kết thúc") if case.status.over else _("đã giải quyết xong")))


def of_case(case: Case, now: datetime, reckoning: Reckoning | None = None, local_now: datetime | None = None) -> Mark:
    """Say where the clock of a case stands at `now`; with its reckoning, also how much is left."""
    if case.status.over or case.ended_at is not None:
        return verdict(case)
    by_status: Mapping[CaseStatus, Mark] = {
        CaseStatus.HALTED: ("late", _("vướng sự cố")), CaseStatus.FILED: ("plain", _("chờ tiếp nhận")),
        CaseStatus.SUSPENDED: ("hold", _("đồng hồ dừng"))}
    if case.status in by_status:
        return by_status[case.status]
    if reckoning is not None and local_now is not None:
        return running(reckoning, local_now)
    if case.due_at is None:
        return "plain", _("đang giải quyết")
    if now > case.due_at:
        return "late", _("quá hạn")
    today = presentation.local(case.due_at).date() == presentation.local(now).date()
    return ("soon", _("đến hạn hôm nay")) if today else ("ok", _("trong hạn"))


def running(reckoning: Reckoning, local_now: datetime) -> Mark:
    """Say what is left of a limit, or by how much it is late; soon from its warning or on its last day."""
    standing = explanation.standing(reckoning, local_now)
    if standing is None:
        return "plain", _("chưa chạy")
    words = language.say(standing.text)
    if standing.overdue:
        return "late", words
    if standing.stopped:
        return "hold", words
    near = reckoning.due is not None and (reckoning.due.date() == local_now.date()
                                          or (reckoning.warn is not None and local_now >= reckoning.warn))
    return ("soon" if near else "ok"), words


def of_due(calendar: WorkCalendar, due: datetime | None, now: datetime,
           warn: datetime | None = None) -> dict[str, str]:
    """Say what is left until a due time of a list: {kind, text, note}; on its last day the time itself stands first,
    and from its warning on it is nearly due."""
    if due is None:
        return {"kind": "plain", "text": _("không có hạn"), "note": ""}
    at = presentation.local(due)
    today = at.date() == presentation.local(now).date()
    moment = f"{at:%H:%M}" if today else presentation.short(at)
    if now > due:
        late = language.say(presentation.distance(calendar, due, now))
        return {"kind": "late", "text": _("trễ %(time)s", time=late), "note": _("hạn %(time)s", time=moment)}
    left = language.say(presentation.distance(calendar, now, due))
    if today:
        return {"kind": "soon", "text": _("hôm nay %(time)s", time=moment), "note": _("còn %(time)s", time=left)}
    if warn is not None and now >= warn:
        return {"kind": "soon", "text": _("sắp đến hạn, còn %(time)s", time=left),
                "note": _("hạn %(time)s", time=moment)}
    return {"kind": "ok", "text": _("còn %(time)s", time=left), "note": _("hạn %(time)s", time=moment)}


def clock_of_case(file: CaseFile, now: datetime, link: tuple[str, str] | None = None) -> dict[str, Any]:
    """Give the clock of the whole case for the identity bar; a date that moved shows the old one struck through."""
    case = file.case
    kind, text = of_case(case, now, file.reckoning, file.now)
    moved = case.promised_at is not None and case.due_at is not None and case.promised_at != case.due_at
    left = explanation.remaining_text(file.reckoning) if file.reckoning is not None else None
    if kind == "hold" and left is not None and left.vi:
        text = _("%(state)s, còn %(time)s", state=text, time=language.say(left))
    label = _("Cả hồ sơ, hẹn trả") if case.due_at else _("Cả hồ sơ, chưa có hẹn trả")
    return {"label": label, "due": presentation.short(case.due_at) or None, "kind": kind, "text": text, "link": link,
            "old_due": presentation.short(case.promised_at) if moved else None}


def clock_of_task(found: TaskFile) -> dict[str, Any] | None:
    """Give the clock of one step for the identity bar, or None where the step has no limit."""
    if found.reckoning is None or found.reckoning.due is None:
        return None
    kind, text = running(found.reckoning, found.file.now)
    return {"label": _("Bước này, hạn %(time)s", time=presentation.when(found.reckoning.due, found.file.now)),
            "kind": kind, "text": text, "due": None}


def why(reckoning: Reckoning | None, local_now: datetime) -> dict[str, Any] | None:
    """Give what macro `why` shows: the reasons with their results and the strip of days; None before the clock runs."""
    if reckoning is None or reckoning.course is None:
        return None
    strip = day_strip(reckoning, local_now)
    spoken = language.chosen()
    due = reckoning.due
    title = (_("Vì sao hẹn trả %(time)s ngày %(day)s?", time=f"{due:%H:%M}", day=f"{due:%d/%m}") if due
             else _("Vì sao chưa có hẹn trả?"))
    return {
        "title": title, "rows": [(reason.to(spoken), result.to(spoken))
                                 for reason, result in explanation.explain(reckoning)],
        "items": [_cell(cell) for cell in strip.cells] if strip is not None else None,
        "used": strip.used.to(spoken) if strip else None, "left": strip.left.to(spoken) if strip else None,
        "total": strip.total.to(spoken) if strip else None}


def _cell(cell: Cell) -> dict[str, Any]:
    parts: list[tuple[Literal["run", "stop", "left", "idle"], float]] = [
        (part.kind, part.percent / 100) for part in cell.parts]
    return {"weekday": language.say(cell.weekday), "day": cell.number, "note": language.say(cell.note),
            "off": cell.off, "now": cell.now, "hidden": language.say(cell.hint), "parts": parts}

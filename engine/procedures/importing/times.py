"""Times: due dates become deadlines of the step where they equal a period of ours, timers are written as ISO 8601."""

from __future__ import annotations

import re

from engine.domain.text import Text
from engine.procedures.importing import reasons, translation
from engine.procedures.importing.dialect import ZEEBE, B
from engine.procedures.importing.drawing import USER_TASKS, Drawing
from engine.procedures.xml_document import Element
from engine.procedures.xml_edit import element as written
from engine.workflow import timers
from engine.workflow.timers import TimerError

_ISO = re.compile(r"P(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,7})M)?)?", re.ASCII)
_WRAPPED = re.compile(r"(?:[$#]\{(.*)\}|=(.*))", re.DOTALL)
_FROM_NOW = re.compile(r"(?:now\(\)|today\(\)|date and time\(now\(\)\))\s*\+\s*"
                       r"(?:duration\()?@?[\"'](P[^\"']+)[\"']\)?")
_PLUS = re.compile(r"(?:now|dateTime|dateTime\(\)\.now)\(\)((?:\.plus(?:Weeks|Days|Hours|Minutes)\([0-9]{1,5}\))+)"
                   r"(?:\.to(?:Date|DateTime)\(\))?")
_ADDED = re.compile(r"\.plus(Weeks|Days|Hours|Minutes)\(([0-9]{1,5})\)")
_LITERAL = re.compile(r"(?:duration\(|date and time\(|date\(|@)?\s*[\"']([^\"']{1,80})[\"']\s*\)?")
_DELTA = re.compile(r"(?:datetime\.)?timedelta\(\s*(weeks|days|hours|minutes|seconds)\s*=\s*([0-9]{1,6})\s*\)")
_NO_OFFSET = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}")
_FORMS = {f"{B}timeDate": "date", f"{B}timeDuration": "duration", f"{B}timeCycle": "cycle"}
_TIME = Text("Thời gian của sự kiện này không đọc được: viết theo ISO 8601, ví dụ P5D, PT4H, R3/PT24H.",
             "The time of this event cannot be read: write ISO 8601, for example P5D, PT4H, R3/PT24H.")


def read(drawing: Drawing) -> None:
    """Translate the due and follow-up dates of steps and the times of timers."""
    for node in drawing.nodes():
        if node.tag in USER_TASKS:
            _dates(drawing, node)
        for definition in node.named(f"{B}timerEventDefinition"):
            for time in definition.children:
                if time.tag in _FORMS:
                    _timer(drawing, node, time)


def period(text: str) -> str | None:
    """Give the period of ours that a due date equals: an ISO duration, or one counted from now; else None."""
    inner = _unwrapped(text)
    from_now, plus = _FROM_NOW.fullmatch(inner), _PLUS.fullmatch(inner)
    iso = from_now[1] if from_now is not None else _summed(plus[1]) if plus is not None else inner.strip("\"'")
    match = _ISO.fullmatch(iso)
    if match is None or not any(match.groups()):
        return None
    weeks, days, hours, minutes = (int(one or 0) for one in match.groups())
    whole_days, whole_hours = weeks * 7 + days, hours + minutes // 60
    if minutes % 60 or not (whole_days or whole_hours):
        return None
    if not whole_hours:
        return f"{whole_days} day{'s' if whole_days > 1 else ''}"
    number = whole_days * 24 + whole_hours
    return f"{number} hour{'s' if number > 1 else ''}"


def _unwrapped(text: str) -> str:
    """Take the marks of an expression off."""
    found = _WRAPPED.fullmatch(text.strip())
    return ((found[1] or found[2] or "") if found is not None else text).strip()


def _summed(calls: str) -> str:
    """Write a chain of additions as a duration; several of one kind are added up."""
    total = dict.fromkeys(("Weeks", "Days", "Hours", "Minutes"), 0)
    for unit, number in _ADDED.findall(calls):
        total[unit] += int(number)
    return f"P{total['Weeks'] * 7 + total['Days']}DT{total['Hours']}H{total['Minutes']}M"


def _dates(drawing: Drawing, node: Element) -> None:
    """Translate the two dates of a step."""
    schedule = drawing.extension(node, "taskSchedule", [ZEEBE])
    due, follow = (drawing.attribute(node, name) or (schedule.get(name).strip() if schedule is not None else "")
                   for name in ("dueDate", "followUpDate"))
    limit = None
    if due and drawing.declares(node, "deadline"):
        drawing.notes.left_out(node, "dueDate", due, reasons.FIRST_WINS)
    elif due:
        limit = period(due)
        if limit is None:
            drawing.notes.left_out(node, "dueDate", due, reasons.NO_PERIOD)
    warn = _warning(limit, period(follow)) if follow and limit else None
    if limit is not None:
        drawing.notes.translated(node, "dueDate", due, limit)
        drawing.declare(node, written("motcua:deadline", {"kind": "task", "period": limit} | (
            {"warnAt": warn} if warn else {})))
    if warn:
        drawing.notes.translated(node, "followUpDate", follow, f"warnAt={warn}")
    elif follow:
        drawing.notes.left_out(node, "followUpDate", follow, reasons.FOLLOW_UP)
    calendar = drawing.attribute(node, "businessCalendarName")
    if calendar:
        drawing.notes.left_out(node, "businessCalendarName", calendar, reasons.CALENDAR)


def _warning(limit: str, follow: str | None) -> str | None:
    """Give the warning point that a follow-up date before the due date is, in whole per cent; else None."""
    if follow is None:
        return None
    whole, part = (int(one.split()[0]) * (24 if "day" in one else 1) for one in (limit, follow))
    per_cent, rest = divmod(part * 100, whole)
    return f"{per_cent}%" if not rest and 1 <= per_cent <= 100 else None


def _timer(drawing: Drawing, node: Element, time: Element) -> None:
    """Write the time of a timer as we read it."""
    text, form = time.text.strip(), _FORMS[time.tag]
    plain = _plain(text)
    if plain is not None and _good(plain, form):
        if plain == text or timers.literal(text) == plain:
            drawing.notes.read(node, time.local, text)
        else:
            _write(drawing, node, time, plain)
        return
    if plain is None and text:
        found = translation.value(drawing, text, node)
        if found.text is not None:
            if found.text == text:
                drawing.notes.read(node, time.local, text)
            else:
                _write(drawing, node, time, found.text)
            return
    drawing.notes.left_out(node, time.local, text, reasons.NO_TIME)
    drawing.notes.lacks("time", node, _TIME)


def _write(drawing: Drawing, node: Element, time: Element, text: str) -> None:
    drawing.notes.translated(node, time.local, time.text.strip(), text)
    drawing.edits.text(time, text)


def _plain(text: str) -> str | None:
    """Give the time a timer is written as in any of the languages, or None for an expression."""
    inner = _unwrapped(text)
    delta, quoted = _DELTA.fullmatch(inner), _LITERAL.fullmatch(inner)
    if delta is not None:
        unit = delta[1]
        return f"P{delta[2]}{unit[0].upper()}" if unit in ("weeks", "days") else f"PT{delta[2]}{unit[0].upper()}"
    found = quoted[1] if quoted is not None else timers.literal(inner)
    # Without an offset the other engine takes the time of its host; here that is the time of Vietnam.
    return f"{found}+07:00" if found is not None and _NO_OFFSET.fullmatch(found) else found


def _good(text: str, form: str) -> bool:
    """Tell whether a plain time can be read."""
    try:
        if form == "date":
            timers.instant(text, offset_required=True)
        elif form == "duration":
            timers.duration(text)
        else:
            timers.cycle(text)
    except TimerError:
        return False
    return True

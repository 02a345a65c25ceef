"""A small office for tests: a province with a division and two communes, a calendar, a few people, two packs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain.calendar import DayRule, WorkCalendar, read_sessions
from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.services import accounts, calendars, organisation, procedures

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OFF_2026 = ("2026-01-01", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-04-27",
            "2026-04-30", "2026-05-01", "2026-08-31", "2026-09-01", "2026-09-02", "2026-11-24")

UNITS = """
[[unit]]
id = "province"
type = "province"
title = { vi = "UBND tỉnh", en = "Provincial People's Committee" }
code = "H99"
calendar = "vn"
[[unit]]
id = "division"
type = "division"
parent = "province"
title = { vi = "Phòng chuyên môn", en = "Division" }
code = "H99.07"
[[unit]]
id = "commune-a"
type = "commune"
parent = "province"
title = { vi = "Xã A", en = "Commune A" }
code = "H99.11"
[[unit]]
id = "commune-b"
type = "commune"
parent = "province"
title = { vi = "Xã B", en = "Commune B" }
code = "H99.12"
[[position]]
id = "desk"
unit = "division"
title = { vi = "Cán bộ tiếp nhận", en = "Receiving officer" }
roles = ["receiving-officer", "return-officer"]
[[position]]
id = "processing"
unit = "division"
title = { vi = "Chuyên viên", en = "Officer" }
roles = ["processing-officer"]
[[position]]
id = "leading"
unit = "division"
title = { vi = "Trưởng phòng", en = "Head of division" }
roles = ["leader"]
[[position]]
id = "desk-b"
unit = "commune-b"
title = { vi = "Cán bộ tiếp nhận", en = "Receiving officer" }
roles = ["receiving-officer"]
[[position]]
id = "audit"
unit = "province"
title = { vi = "Thanh tra", en = "Auditor" }
roles = ["auditor"]
[[position]]
id = "admin"
unit = "province"
title = { vi = "Quản trị", en = "Administrator" }
roles = ["administrator"]
[[person]]
account = "binh"
name = "Lê Thanh Bình"
positions = ["desk"]
[[person]]
account = "an"
name = "Trần Minh An"
positions = ["processing"]
[[person]]
account = "khoa"
name = "Nguyễn Đăng Khoa"
positions = ["leading", "processing"]
[[person]]
account = "lan"
name = "Phạm Thị Lan"
positions = ["desk-b"]
[[person]]
account = "ha"
name = "Vũ Thu Hà"
positions = ["audit"]
[[person]]
account = "quan"
name = "Đỗ Quân"
positions = ["admin"]
"""

NAMESPACES = ('xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:motcua="urn:motcua:bpmn:1" '
              'targetNamespace="urn:test"')


def at(text: str) -> datetime:
    """Give an instant by its local time in Viet Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def calendar() -> WorkCalendar:
    """Give the calendar of 2026 with the hours of an ordinary office."""
    day = read_sessions(["07:30-11:30", "13:00-17:00"])
    closed = {datetime.fromisoformat(text).date(): DayRule((), "nghỉ lễ") for text in OFF_2026}
    return WorkCalendar(id="vn", version=1, source="test", week=(day,) * 5 + ((), ()), days=closed)


def user_task(key: str, role: str, unit: str, inside: str = "") -> str:
    """Give the XML of a user task with its assignment and whatever else it declares."""
    return (f'<bpmn:userTask id="{key}" name="{key}"><bpmn:extensionElements>'
            f'<motcua:assignment role="{role}" unit="{unit}"/>{inside}</bpmn:extensionElements></bpmn:userTask>')


def flows(*pairs: tuple[str, str] | tuple[str, str, str]) -> str:
    """Give the XML of sequence flows, with a condition where a third text is given."""
    return "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="{p[0]}" targetRef="{p[1]}">'
        + (f"<bpmn:conditionExpression>{p[2]}</bpmn:conditionExpression>" if len(p) == 3 else "")
        + "</bpmn:sequenceFlow>" for n, p in enumerate(pairs))


def diagram(slug: str, inside: str, extensions: str = "") -> bytes:
    """Give a BPMN file with one process."""
    ext = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    return (f'<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions {NAMESPACES}>'
            f'<bpmn:process id="{slug}" isExecutable="true">{ext}{inside}</bpmn:process></bpmn:definitions>').encode()


def form(outcomes: tuple[str, ...] = (), **properties: Mapping[str, Any]) -> bytes:
    """Give a form: an outcome to choose where there are any, and free properties."""
    fields: dict[str, Any] = {name: dict(value) for name, value in properties.items()}
    if outcomes:
        fields["outcome"] = {"type": "string", "title": "Kết quả", "enum": list(outcomes)}
    return json.dumps({"type": "object", "title": "Mẫu", "properties": fields,
                       "required": ["outcome"] if outcomes else []}).encode()


def manifest(slug: str, owner: str = "division") -> bytes:
    """Give a procedure.toml with only what is required."""
    return f'slug = "{slug}"\nowner = "{owner}"\n[title]\nvi = "{slug}"\nen = "{slug}"\n'.encode()


APPLICATION = form(applicant={"type": "object", "title": "Người yêu cầu",
                              "properties": {"full_name": {"type": "string", "title": "Họ tên"}}},
                   amount={"type": "integer", "title": "Số tiền"})


def two_tasks() -> Pack:
    """Give the smallest real procedure: receive, which starts the clock, then verify, and the end."""
    deadline = ('<motcua:deadline kind="statutory" period="2 working days"/>'
                '<motcua:deadline kind="service_norm" period="1 working days"/>')
    inside = ('<bpmn:startEvent id="application"/>'
              + user_task("receive", "receiving-officer", "receiving",
                          '<motcua:deadline kind="task" period="4 working hours"/><motcua:clock starts="accepted"/>')
              + user_task("verify", "processing-officer", "competent",
                          '<motcua:deadline kind="task" period="8 working hours"/><motcua:clock stops="always"/>')
              + '<bpmn:endEvent id="done"/>'
              + flows(("application", "receive"), ("receive", "verify"), ("verify", "done")))
    return Pack({"procedure.toml": manifest("two-tasks"), "process.bpmn": diagram("two-tasks", inside, deadline),
                 "forms/application.json": APPLICATION, "forms/receive.json": form(("accepted",)),
                 "forms/verify.json": form(("approve", "refused"))})


def permit() -> Pack:
    """Give a procedure with a supplement loop, an outcome limit, four eyes and a refusal."""
    deadlines = ('<motcua:deadline kind="statutory" period="5 working days"/>'
                 '<motcua:deadline kind="statutory" period="3 working days" outcome="refused"/>')
    inside = (
        '<bpmn:startEvent id="application"/>'
        + user_task("receive", "receiving-officer", "receiving", '<motcua:clock starts="accepted"/>')
        + '<bpmn:exclusiveGateway id="again"/>'
        + user_task("verify", "processing-officer", "competent",
                    '<motcua:deadline kind="task" period="12 working hours"/>')
        + '<bpmn:exclusiveGateway id="checked" default="f5"/>'
        + user_task("supplement", "applicant", "receiving",
                    '<motcua:suspends reason="supplement" limit="30 days" onLimit="stop"/>')
        + user_task("sign", "leader", "competent", '<motcua:clock stops="always"/>').replace(
            'unit="competent"', 'unit="competent" notActorOf="verify"')
        + '<bpmn:endEvent id="done"/>'
        + flows(("application", "receive"), ("receive", "again"), ("again", "verify"), ("verify", "checked"),
                ("checked", "supplement", 'verify.outcome == "supplement"'), ("checked", "sign"),
                ("supplement", "again"), ("sign", "done")))
    return Pack({"procedure.toml": manifest("permit"),
                 "process.bpmn": diagram("permit", inside, deadlines),
                 "forms/application.json": APPLICATION, "forms/receive.json": form(("accepted",)),
                 "forms/verify.json": form(("approve", "supplement", "refused")), "forms/supplement.json": form(),
                 "forms/sign.json": form(("signed",))})


def furnish(now: datetime) -> None:
    """Set up the office in the database in use: calendar, units, people, two procedures."""
    calendars.publish(calendar(), now)
    organisation.apply(UNITS.encode(), now)
    for pack in (two_tasks(), permit()):
        procedures.publish(pack, now)


def people(now: datetime) -> dict[str, Actor]:
    """Give the people of the office by account."""
    found = {name: accounts.actor(name, now) for name in ("binh", "an", "khoa", "lan", "ha", "quan")}
    return {name: person for name, person in found.items() if person is not None}


def open_house(now: datetime) -> dict[str, Actor]:
    """Set up the office in the database in use and give its people."""
    furnish(now)
    return people(now)


APPLICANT = {"applicant": {"full_name": "Nguyễn Thị Hồng Nhung"}, "amount": 135000}

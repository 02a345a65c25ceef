"""A case told in full: its facts, all its tasks, its history in words, and its due time with the arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.domain import case_clock, explanation
from engine.domain.audit import AuditEvent, instant
from engine.domain.case import Case, Task, path_of
from engine.domain.errors import CaseNotFound
from engine.domain.text import Text, same
from engine.procedures.procedure import Procedure
from engine.queries import case_view, roots
from engine.services import clock_explain, history, holding
from engine.services.ground import Ground, outcome_in
from engine.storage import database
from engine.storage.tables import task_table

ACTIONS: Mapping[str, Text] = {
    "case.filed": Text("Nộp hồ sơ", "Filed"),
    "case.stopped": Text("Dừng giải quyết", "Stopped"),
    "case.migrated": Text("Chuyển sang phiên bản khác của thủ tục", "Moved to another version of the procedure"),
    "task.completed": Text("Hoàn thành", "Completed"),
    "task.claimed": Text("Nhận việc", "Claimed"),
    "task.released": Text("Trả lại việc", "Released"),
    "timer.fired": Text("Đến hẹn giờ", "Timer fired"),
    "service.answered": Text("Hệ thống khác trả lời", "A service answered"),
    "message.received": Text("Nhận thông điệp", "Message received"),
    "message.buffered": Text("Thông điệp đến sớm, giữ lại", "Early message kept"),
    "message.sent": Text("Gửi thông điệp", "Message sent"),
    "signal.sent": Text("Phát tín hiệu", "Signal sent"),
    "signal.received": Text("Nhận tín hiệu", "Signal received"),
    "handoff.offered": Text("Chuyển lại cho đơn vị khác", "Offered again"),
    "handoff.accepted": Text("Đơn vị khác tiếp nhận", "Accepted by another unit"),
    "handoff.refused": Text("Đơn vị khác từ chối", "Refused by another unit"),
    "handoff.unacknowledged": Text("Quá hạn tiếp nhận việc chuyển", "Hand-off not answered in time"),
    "handoff.returned": Text("Đơn vị khác trả kết quả", "Result given by another unit"),
    "document.added": Text("Thêm giấy tờ", "Document added"),
    "incident.raised": Text("Sự cố", "Incident raised"),
    "incident.resolved": Text("Sự cố đã xử lý", "Incident resolved"),
}


def tell(code: str, language: str) -> dict[str, Any]:
    """Give a case as a JSON object: `case`, `tasks`, `timeline` and `clock` (null where no limit is declared).

    Raises:
        CaseNotFound: no case has this code.
    """
    with database.reading() as session:
        case = roots.case_by_code(session, code)
        if case is None:
            raise CaseNotFound(code)
        tasks = list(session.scalars(select(Task).where(task_table.c.root == case.root, task_table.c.case_id == case.id)
                                     .order_by(task_table.c.opened_at, task_table.c.ordinal)))
        ground = holding.ground_of(session, holding.case_by_id(session, case.id, case.root))
        facts = case_view.case_facts(session, case, language)
        return {"case": facts,
                "tasks": [{**case_view.task_facts(ground.procedure, case, task, language), "actor": task.actor}
                          for task in tasks],
                "timeline": [_told(event, ground.procedure, language) for event in history.events_of(session, case)],
                "clock": _clock(case, ground, language)}


def _told(event: AuditEvent, procedure: Procedure, language: str) -> dict[str, Any]:
    facts = event.facts()
    step, outcome = _step(facts, procedure)
    return {"seq": event.seq, "at": case_view.moment(instant(facts["at"])), "action": event.action,
            "what": ACTIONS.get(event.action, same(event.action)).to(language), "actor": event.actor,
            "actor_name": facts["actor"]["name"], "step": step.to(language) if step else None,
            "outcome": outcome.to(language) if outcome else None, "reason": facts.get("reason")}


def _step(facts: Mapping[str, Any], procedure: Procedure) -> tuple[Text | None, Text | None]:
    """Give the step an event is about and what was decided in it, in words."""
    place = (facts.get("task") or {}).get("place") or facts.get("place")
    if not place:
        return None, None
    path, _, key = place.rpartition("/")
    step = procedure.definition.step(path_of(path), key)
    if step is None:
        return same(place), None
    outcome = outcome_in(facts.get("submission") or {})
    return procedure.name_of(step), procedure.outcome_label(step, outcome) if outcome else None


def _clock(case: Case, ground: Ground, language: str) -> dict[str, Any] | None:
    reckoning = case_clock.reckon(case, ground.rules(case))
    if reckoning is None:
        return None
    return {**clock_explain.answer(reckoning, language), "allowance": reckoning.allowance,
            "why": [[reason.to(language), result.to(language)] for reason, result in explanation.explain(reckoning)]}

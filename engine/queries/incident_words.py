"""Where an incident happened and what was to be done there, in words a person who does not draw diagrams knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.domain.case import Case, path_of
from engine.domain.text import Text
from engine.procedures.procedure import Procedure
from engine.workflow import Step

_KINDS = {
    "exclusive": Text("chỗ rẽ nhánh", "the choice of a branch"),
    "inclusive": Text("chỗ rẽ nhiều nhánh", "the choice of branches"),
    "parallel": Text("chỗ tách và nhập nhánh", "the split and join of branches"),
    "event_gateway": Text("chỗ chờ sự kiện", "the wait for an event"),
    "script": Text("bước tính toán", "a computation"),
    "decision": Text("bước quyết định theo bảng", "a decision by table"),
    "service": Text("bước tự động", "an automatic step"),
    "send": Text("bước gửi tin", "the sending of a message"),
    "receive": Text("bước chờ tin", "the wait for a message"),
    "timer": Text("chỗ chờ giờ hẹn", "a timer"), "boundary_timer": Text("giờ hẹn gắn trên bước", "a timer on a step"),
    "boundary": Text("sự kiện gắn trên bước", "an event on a step"),
    "catch": Text("chỗ chờ sự kiện", "the wait for an event"), "throw": Text("chỗ phát sự kiện", "a thrown event"),
    "subprocess": Text("quy trình con", "a sub-process"), "call": Text("quy trình được gọi", "a called process"),
    "start": Text("lúc bắt đầu", "the start"), "end": Text("lúc kết thúc", "the end"),
    "terminate": Text("lúc kết thúc", "the end"), "many": Text("bước làm nhiều lần", "a step done several times"),
}
_JOBS = {
    "timer": Text("Chạy giờ hẹn của sơ đồ", "Fire a timer of the diagram"),
    "limit": Text("Kết thúc thời hạn chờ", "End a wait whose limit passed"),
    "service": Text("Gọi dịch vụ của bước tự động", "Call the service of an automatic step"),
    "message": Text("Nhận tin đã gửi đến", "Take in a message that came"),
    "signal": Text("Nhận tín hiệu", "Take in a signal"),
    "send": Text("Chuyển tin đi", "Bring a message to its receiver"),
    "handoff": Text("Báo việc chuyển đơn vị quá hạn", "Alarm about a hand-off nobody acknowledged"),
}
_OTHER = Text("Việc của hệ thống", "Work of the system")


def step(loaded: Procedure, case: Case, place: str | None) -> Text | None:
    """Give the name of the step an incident names, with its path or without; None where the diagram has none such."""
    if not place:
        return None
    path, _, key = place.rpartition("/")
    try:
        return _name(loaded, loaded.definition.step(path_of(path), key), path_of(path), case.data)
    except (KeyError, LookupError):
        bare = key.partition("[")[0]
        found = [one for one in loaded.definition.steps.values() if one.key == bare]
        return _name(loaded, found[0], (), case.data) if found else None


def _name(loaded: Procedure, found: Step, path: tuple[str, ...], data: Mapping[str, Any]) -> Text:
    if not found.name and found.kind in _KINDS:
        return _KINDS[found.kind]
    return loaded.name_at(found, path, data)


def to_do(loaded: Procedure, case: Case, act: Mapping[str, Any]) -> Text:
    """Say what was to be done when the case halted: the kind of act and its step, never what people filled in."""
    for name, said in _SAID.items():
        if name in act:
            return said(loaded, case, act)
    return _OTHER


def _at(vi: str, en: str, place: Callable[[Mapping[str, Any]], Any]) -> Callable[[Procedure, Case, Mapping[str, Any]],
                                                                                 Text]:
    def said(loaded: Procedure, case: Case, act: Mapping[str, Any]) -> Text:
        where = step(loaded, case, str(place(act)))
        return Text(f"{vi}: {where.vi}" if where else vi, f"{en}: {where.en}" if where else en)
    return said


def _job(loaded: Procedure, case: Case, act: Mapping[str, Any]) -> Text:
    verb = _JOBS.get(str(act["job"]), _OTHER)
    return _at(verb.vi, verb.en, lambda act: act.get("key", ""))(loaded, case, act)


_SAID: Mapping[str, Callable[[Procedure, Case, Mapping[str, Any]], Text]] = {
    "task": _at("Hoàn thành việc", "Complete the task", lambda act: act["task"]["place"]),
    "job": _job,
    "timer": lambda *_: _JOBS["timer"],
    "limit": _at(_JOBS["limit"].vi, _JOBS["limit"].en, lambda act: act["limit"]),
    "hand_off": _at("Xử lý việc chuyển đơn vị", "Act on a hand-off", lambda act: act["hand_off"]["place"]),
    "sent": lambda *_: _JOBS["send"],
    "signal": lambda *_: _JOBS["signal"],
    "place": _at("Nhận trả lời hoặc tin", "Take in an answer or a message", lambda act: act["place"]),
}

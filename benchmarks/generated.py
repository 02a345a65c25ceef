"""Procedures made for measuring: blocks of ten activities, as many as asked, for the product and for the library.

A block is six user tasks, two scripts, a service, a called process with a user task of its own, a loop back for
rework, two branches side by side, and two timers on user tasks, one of which interrupts. What differs between the two
is only how an expression is written: the library takes Python, the product its own notation.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any, Literal

Dialect = Literal["product", "library"]
SLUG = "generated"
FORM_BYTES = 600
_HEAD = ('<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions targetNamespace="urn:motcua:bench" '
         'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:motcua="urn:motcua:bpmn:1" '
         'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">')
_ROLE = ('<bpmn:extensionElements><motcua:assignment role="processing-officer" unit="competent"/>'
         "</bpmn:extensionElements>")
_SERVICE = '<bpmn:extensionElements><motcua:service handler="echo"/></bpmn:extensionElements>'
_LANES = ("receiving-officer", "processing-officer", "leader")
_WORDS = ("hồ sơ", "địa chỉ", "thửa đất", "diện tích", "giấy phép", "thẩm định", "chủ hộ", "lệ phí", "biên nhận",
          "bản vẽ", "công trình", "phường", "đường", "ngày cấp", "nơi cấp", "xác nhận", "bổ sung", "ý kiến")


def diagram(blocks: int, dialect: Dialect) -> bytes:
    """Give the diagram of a procedure of `10 * blocks` activities."""
    drawn, flows, steps = ['<bpmn:startEvent id="application"/><bpmn:endEvent id="done"/>'
                             '<bpmn:endEvent id="reminded"/>'], [], []
    for number in range(blocks):
        drawn.append(_nodes(number, dialect))
        flows += _flows(number, "done" if number == blocks - 1 else f"merge_{number + 1}", dialect)
        steps.append(number)
    flows.append(("application", "merge_0", None))
    inside = _lanes(steps) + "".join(drawn) + _sequence(flows)
    return (f'{_HEAD}<bpmn:process id="{SLUG}" name="Đo" isExecutable="true">{inside}</bpmn:process>{_child()}'
            "</bpmn:definitions>").encode()


def rework(dialect: Dialect) -> bytes:
    """Give the diagram of one user task that is done again as often as its outcome says so."""
    flows = [("application", "again", None), ("again", "work", None), ("work", "checked", None),
             ("checked", "again", _outcome("work", "again", dialect)), ("checked", "done", None)]
    inside = ('<bpmn:startEvent id="application"/><bpmn:exclusiveGateway id="again"/><bpmn:userTask id="work">'
              f'{_ROLE}</bpmn:userTask><bpmn:exclusiveGateway id="checked" default="f4"/><bpmn:endEvent id="done"/>')
    return (f'{_HEAD}<bpmn:process id="{SLUG}" isExecutable="true">{inside}{_sequence(flows)}</bpmn:process>'
            "</bpmn:definitions>").encode()


def form(key: str, turn: int, size: int = FORM_BYTES) -> dict[str, Any]:
    """Give the answers of one form of about `size` bytes of JSON, other words for each step; nothing is done again."""
    chance = random.Random(f"{key}/{turn}")     # noqa: S311 - the same forms at every run, no secret
    answers: dict[str, Any] = {"outcome": "go", "number": chance.randrange(10 ** 9)}
    length = 40
    while length < size:
        text = " ".join(chance.choices(_WORDS, k=4)) + f" {chance.randrange(10_000)}"
        answers[f"field_{len(answers)}"] = text
        length += len(text.encode()) + 14
    return answers


def _nodes(n: int, dialect: Dialect) -> str:
    quote = '"' if dialect == "library" else ""
    users = "".join(f'<bpmn:userTask id="task_{n}_{one}"/>' for one in "abcdef")
    scripts = "".join(f'<bpmn:scriptTask id="script_{n}_{one}"><bpmn:script>value_{n}_{one} = {n + 1}</bpmn:script>'
                      "</bpmn:scriptTask>" for one in "ab")
    gateways = (f'<bpmn:exclusiveGateway id="merge_{n}"/><bpmn:exclusiveGateway id="choice_{n}" default="f_{n}_on"/>'
                f'<bpmn:parallelGateway id="split_{n}"/><bpmn:parallelGateway id="join_{n}"/>')
    timers = "".join(
        f'<bpmn:boundaryEvent id="timer_{n}_{one}" attachedToRef="task_{n}_{one}" cancelActivity="{interrupts}">'
        f'<bpmn:timerEventDefinition><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">{quote}P5D{quote}'
        "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        for one, interrupts in (("a", "false"), ("e", "true")))
    return (users + scripts + gateways + timers
            + f'<bpmn:serviceTask id="service_{n}">{_SERVICE}</bpmn:serviceTask>'
            f'<bpmn:callActivity id="call_{n}" calledElement="inner"/>')


def _flows(n: int, after: str, dialect: Dialect) -> list[tuple[str, str, str | None]]:
    again = _outcome(f"task_{n}_b", "again", dialect)
    pairs = [(f"merge_{n}", f"task_{n}_a"), (f"task_{n}_a", f"script_{n}_a"), (f"script_{n}_a", f"task_{n}_b"),
             (f"task_{n}_b", f"choice_{n}"), (f"split_{n}", f"task_{n}_c"), (f"split_{n}", f"task_{n}_d"),
             (f"task_{n}_c", f"join_{n}"), (f"task_{n}_d", f"join_{n}"), (f"join_{n}", f"service_{n}"),
             (f"service_{n}", f"call_{n}"), (f"call_{n}", f"task_{n}_e"), (f"task_{n}_e", f"script_{n}_b"),
             (f"script_{n}_b", f"task_{n}_f"), (f"timer_{n}_e", f"task_{n}_f"), (f"timer_{n}_a", "reminded"),
             (f"task_{n}_f", after)]
    return [*((source, target, None) for source, target in pairs),
            (f"choice_{n}", f"merge_{n}", again), (f"choice_{n}", f"split_{n}", None)]


def _outcome(key: str, value: str, dialect: Dialect) -> str:
    return f'{key}["outcome"] == "{value}"' if dialect == "library" else f'{key}.outcome == "{value}"'


def _sequence(flows: Iterable[tuple[str, str, str | None]]) -> str:
    """Write the flows; the way on from a choice is its default."""
    written = []
    for number, (source, target, condition) in enumerate(flows):
        block = source.removeprefix("choice_")
        name = f"f_{block}_on" if source != block and condition is None else f"f{number}"
        inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
        written.append(f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inside}'
                       "</bpmn:sequenceFlow>")
    return "".join(written)


def _lanes(blocks: Iterable[int]) -> str:
    held: dict[str, list[str]] = {lane: [] for lane in _LANES}
    for n in blocks:
        for place, one in enumerate("abcdef"):
            held[_LANES[place % 3]].append(f"task_{n}_{one}")
    lanes = "".join(f'<bpmn:lane id="lane_{number}" name="{lane}">'
                    + "".join(f"<bpmn:flowNodeRef>{key}</bpmn:flowNodeRef>" for key in keys) + "</bpmn:lane>"
                    for number, (lane, keys) in enumerate(held.items()))
    return f'<bpmn:laneSet id="lanes">{lanes}</bpmn:laneSet>'


def _child() -> str:
    return ('<bpmn:process id="inner" isExecutable="true"><bpmn:startEvent id="begin"/><bpmn:userTask id="child">'
            f'{_ROLE}</bpmn:userTask><bpmn:endEvent id="end"/>'
            '<bpmn:sequenceFlow id="g0" sourceRef="begin" targetRef="child"/>'
            '<bpmn:sequenceFlow id="g1" sourceRef="child" targetRef="end"/></bpmn:process>')

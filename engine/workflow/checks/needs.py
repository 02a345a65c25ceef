"""What events, loops, scripts and sub-processes cannot run without: a trigger that is there, a list to go through, a
place where an error is taken. Flows and gateways are looked at in `structure`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from engine.workflow import triggers
from engine.workflow.definition import Event, Many
from engine.workflow.instances import MOST
from engine.workflow.language import assignments, conditions, expressions
from engine.workflow.language.expressions import ExpressionError
from engine.workflow.reading import BPMN, Node, Process, local

Complain = Callable[[str | None, str, Mapping[str, str]], None]

_EVENTS: Mapping[str, frozenset[str]] = {
    "startEvent": frozenset({"message", "timer", "signal", "conditional"}),
    "intermediateCatchEvent": frozenset({"message", "timer", "signal", "conditional", "link"}),
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation", "link"}),
    "endEvent": frozenset({"message", "signal", "error", "escalation"}),
    "boundaryEvent": frozenset({"message", "timer", "signal", "conditional", "error", "escalation"}),
}
_LISTENER = _EVENTS["startEvent"] | {"error", "escalation"}
_NAMED = frozenset({"message", "signal", "link"})
MOST_SIGNS = 200       # of the name of a message or signal, as it is kept
_OPTIONAL = frozenset({"error", "escalation"})      # catching, without a code they take any
_MAY_FOLLOW = frozenset({"receive", "catch", "timer"})


def examine(process: Process, node: Node, complain: Complain) -> None:
    """Complain of everything one node lacks."""
    if node.tag.endswith("Event"):
        _event(process, node, complain)
    if node.kind == "script":
        _script(node, complain)
    if node.kind == "event_gateway":
        _event_gateway(process, node, complain)
    if node.many is not None:
        _many(process, node, node.many, complain)


def long_names(process: Process, complain: Complain) -> None:
    """Complain of messages and signals whose name is longer than is kept."""
    for node in process.nodes.values():
        name = node.message or (node.event.name if node.event is not None and node.event.kind in _NAMED else None)
        if name is not None and len(name) > MOST_SIGNS:
            complain(node.id, "event-name-long", {"id": node.id, "limit": str(MOST_SIGNS)})


def _event(process: Process, node: Node, complain: Complain) -> None:
    """An event has one trigger of a kind that can stand there, and what the trigger names is there."""
    defined = [child for child in node.element if local(child).endswith("EventDefinition")
               or local(child) == "eventDefinitionRef"]
    if len(defined) > 1:
        complain(node.id, "several-triggers", {"id": node.id})
    allowed = _LISTENER if process.listener and node.tag == "startEvent" else _EVENTS[node.tag]
    event = node.event
    if event is not None and event.kind not in allowed:
        complain(node.id, "event-place", {"id": node.id, "kind": event.kind})
    elif event is not None:
        _trigger(process, node, event, complain)
    elif node.tag in ("intermediateCatchEvent", "boundaryEvent"):
        complain(node.id, "missing-trigger", {"id": node.id})


def _trigger(process: Process, node: Node, event: Event, complain: Complain) -> None:
    """What a trigger names is there."""
    if event.kind in _NAMED and not event.name:
        complain(node.id, "missing-name", {"id": node.id, "kind": event.kind,
                                           "ref": triggers.referred(node.element) or ""})
    elif event.kind in _OPTIONAL:
        _code(node, event, complain)
    elif event.kind == "conditional":
        _condition(process, node.id, event.condition or "", complain)
    elif event.kind == "link":
        _link(process, node, event, complain)


def _code(node: Node, event: Event, complain: Complain) -> None:
    """What is thrown has a code; what catches may leave it out, but not name one that is not there."""
    throws = node.tag in ("endEvent", "intermediateThrowEvent")
    referred = triggers.referred(node.element)
    if (throws or referred) and not event.name:
        complain(node.id, "missing-name", {"id": node.id, "kind": event.kind, "ref": referred or ""})
    if node.tag == "boundaryEvent" and event.kind == "error" and not node.interrupting:
        complain(node.id, "error-interrupts", {"id": node.id})


def _condition(process: Process, element: str, text: str, complain: Complain) -> None:
    try:
        conditions.fitting(text, process.nodes)
    except ExpressionError as error:
        complain(element, "expression", error.facts(text))


def _link(process: Process, node: Node, event: Event, complain: Complain) -> None:
    """A link leads from throwing events to one catching event of its name in the same process."""
    ends = [one for one in process.nodes.values() if one.kind == "catch" and one.event is not None
            and one.event.kind == "link" and one.event.name == event.name]
    if node.kind == "throw" and len(ends) != 1:
        complain(node.id, "dangling-link", {"name": event.name or "", "number": str(len(ends))})


def _script(node: Node, complain: Complain) -> None:
    """A script is lines of assignments."""
    if not (node.script or "").strip():
        complain(node.id, "missing-script", {"id": node.id})
        return
    try:
        assignments.parse(node.script or "")
    except ExpressionError as error:
        complain(node.id, "expression", error.facts(" ".join((node.script or "").split())))


def _event_gateway(process: Process, node: Node, complain: Complain) -> None:
    """Behind an event-based gateway stand only events and receive tasks, each reached from there alone."""
    if node.element.get("instantiate", "false").strip() in ("true", "1") or \
            node.element.get("eventGatewayType", "Exclusive").strip() != "Exclusive":
        complain(node.id, "unsupported-attribute", {"attribute": "instantiate", "value": "true"})
    for edge in process.outgoing.get(node.id, ()):
        target = process.nodes[edge.target]
        if target.kind not in _MAY_FOLLOW or len(process.incoming[edge.target]) > 1 or \
                process.boundaries.get(edge.target):
            complain(edge.target, "after-event-gateway", {"id": edge.target, "gateway": node.id})


def _many(process: Process, node: Node, many: Many, complain: Complain) -> None:
    """An activity done several times says how often, by expressions of the language."""
    said = (many.again, many.most) if many.kind == "loop" else (many.collection, many.cardinality)
    if said == (None, None) or (many.kind != "loop" and None not in said):
        complain(node.id, "missing-number", {"id": node.id})
    if many.most is not None and many.most > MOST:
        complain(node.id, "too-many-instances", {"id": node.id, "number": str(many.most), "limit": str(MOST)})
    if many.item is not None and not expressions.NAME.fullmatch(many.item):
        complain(node.id, "item-name", {"id": node.id, "name": many.item})
    if many.collection:
        _written(node, many.collection, complain)
    if many.cardinality and _written(node, many.cardinality, complain):
        _number(node, many.cardinality, complain)
    for text in filter(None, (many.until, many.again)):
        _condition(process, node.id, text, complain)
    _behaviour(node, complain)


def _written(node: Node, text: str, complain: Complain) -> bool:
    """Tell whether a text is an expression, and complain where it is none."""
    try:
        expressions.translate(text)
    except ExpressionError as error:
        complain(node.id, "expression", error.facts(text))
        return False
    return True


def _number(node: Node, text: str, complain: Complain) -> None:
    """A number that depends on no case is a whole one and not too large."""
    if expressions.names(text):
        return
    try:
        number = expressions.evaluate(text, {})
    except ExpressionError:
        number = None
    if type(number) is not int or number < 0:
        complain(node.id, "number-of-times", {"id": node.id, "text": text.strip()[:40], "limit": str(MOST)})
    elif number > MOST:
        complain(node.id, "too-many-instances", {"id": node.id, "number": str(number)[:20], "limit": str(MOST)})


def _behaviour(node: Node, complain: Complain) -> None:
    """Events thrown for each instance are not supported."""
    found: etree._Element | None = node.element.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    if found is not None and found.get("behavior", "All").strip() != "All":
        complain(node.id, "unsupported-attribute", {"attribute": "behavior", "value": found.get("behavior", "")})

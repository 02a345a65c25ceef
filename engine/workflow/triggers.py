"""Reading what triggers an event, and how often an activity is done. Nothing is judged: what is missing is None."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine.workflow.definition import Event, Many

_B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_OWN = "{urn:motcua:bpmn:1}"
_PROPERTIES = (_CAMUNDA, _ZEEBE, "{http://spiffworkflow.org/bpmn/schema/1.0/core}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")

DEFINITIONS: Mapping[str, str] = {
    "messageEventDefinition": "message", "signalEventDefinition": "signal", "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation", "conditionalEventDefinition": "conditional",
    "timerEventDefinition": "timer", "linkEventDefinition": "link",
}


@dataclass(frozen=True, slots=True)
class Names:
    """What the root of a file gives names and codes to, by id."""

    messages: Mapping[str | None, str | None]
    signals: Mapping[str | None, str | None]
    errors: Mapping[str | None, str | None]
    escalations: Mapping[str | None, str | None]


def names(root: etree._Element) -> Names:
    """Read the messages, signals, errors and escalations of a file; an error or escalation without a code goes by its
    name."""
    def read(tag: str, *attributes: str) -> dict[str | None, str | None]:
        return {one.get("id"): next((one.get(name) for name in attributes if one.get(name)), None)
                for one in root.findall(_B + tag)}

    return Names(read("message", "name"), read("signal", "name"), read("error", "errorCode", "name"),
                 read("escalation", "escalationCode", "name"))


def event(element: etree._Element, known: Names) -> Event | None:
    """Read what triggers an event: its first definition, or None."""
    for child in element:
        kind = DEFINITIONS.get(str(child.tag).removeprefix(_B))
        if kind is not None:
            return Event(kind, _name(child, kind, known), _condition(child) if kind == "conditional" else None)
    return None


def _name(definition: etree._Element, kind: str, known: Names) -> str | None:
    """Give the name or code a definition refers to."""
    if kind == "link":
        return (definition.get("name") or "").strip() or None
    by_kind = {"message": known.messages, "signal": known.signals, "error": known.errors,
               "escalation": known.escalations}
    return by_kind[kind].get(definition.get(f"{kind}Ref")) if kind in by_kind else None


def referred(element: etree._Element) -> str | None:
    """Give the reference of an event's definition as written, whether or not it leads anywhere."""
    for child in element:
        kind = DEFINITIONS.get(str(child.tag).removeprefix(_B))
        if kind is not None:
            return child.get(f"{kind}Ref")
    return None


def _condition(definition: etree._Element) -> str:
    found = definition.find(f"{_B}condition")
    return (found.text or "").strip() if found is not None else ""


def time(element: etree._Element) -> tuple[str, str] | None:
    """Read the time of a timer event: its form and its text; of several the last."""
    found = None
    for form, name in (("date", "timeDate"), ("duration", "timeDuration"), ("cycle", "timeCycle")):
        for one in element.iterfind(f"{_B}timerEventDefinition/{_B}{name}"):
            found = (form, (one.text or "").strip())
    return found


def many(element: etree._Element) -> Many | None:
    """Read how often an activity is done, from BPMN's own elements, `motcua:each` and the two Camunda dialects."""
    loop = element.find(f"{_B}standardLoopCharacteristics")
    if loop is not None:
        most = loop.get("loopMaximum") or ""
        return Many("loop", again=_text(loop, "loopCondition"), most=int(most) if most.isdecimal() else None,
                    test_first=loop.get("testBefore", "false").strip() in ("true", "1"))
    found = element.find(f"{_B}multiInstanceLoopCharacteristics")
    if found is None:
        return None
    collection, item = _collection(element, found)
    return Many("sequential" if found.get("isSequential", "false").strip() in ("true", "1") else "parallel",
                cardinality=_text(found, "loopCardinality"), collection=collection, item=item,
                until=_text(found, "completionCondition"))


def _collection(element: etree._Element, found: etree._Element) -> tuple[str | None, str | None]:
    """Give the list an activity is done for and the name of its element."""
    each = _each(element)
    if each is not None:
        return each.get("in"), each.get("as")
    zeebe = found.find(f"{_B}extensionElements/{_ZEEBE}loopCharacteristics")
    if zeebe is not None:
        return zeebe.get("inputCollection"), zeebe.get("inputElement")
    if found.get(f"{_CAMUNDA}collection"):
        return found.get(f"{_CAMUNDA}collection"), found.get(f"{_CAMUNDA}elementVariable")
    item = found.find(f"{_B}inputDataItem")
    return _text(found, "loopDataInputRef"), (item.get("name") or item.get("id")) if item is not None else None


def _each(element: etree._Element) -> Mapping[str, str | None] | None:
    """Give what `motcua:each` says, or the properties a stock modeler writes for it; empty ones say nothing."""
    each = element.find(f"{_B}extensionElements/{_OWN}each")
    if each is not None:
        return {"in": each.get("in"), "as": each.get("as")}
    said = {one.get("name"): " ".join((one.get("value") or "").split()) or None for space in _PROPERTIES
            for one in element.iterfind(f"{_B}extensionElements/{space}properties/{space}property")}
    over, item = said.get("motcua.each.in"), said.get("motcua.each.as")
    return None if over is None else {"in": over, "as": item}


def _text(element: etree._Element, name: str) -> str | None:
    found = element.find(_B + name)
    return (found.text or "").strip() if found is not None else None


def written(element: etree._Element) -> tuple[str, ...]:
    """Give the names of the data objects an activity writes to; one whose id is no name holds nothing."""
    targets = [(one.text or "").strip() for one in element.iterfind(f"{_B}dataOutputAssociation/{_B}targetRef")]
    process = element.getparent()
    if process is None or not targets:
        return ()
    objects = {one.get("id"): one.get("dataObjectRef") for one in process.findall(f"{_B}dataObjectReference")}
    named = [objects.get(target) or target for target in targets]
    return tuple(name for name in named if _NAME.fullmatch(name))

"""A BPMN file read for a layout: which boxes and lines there are, and in which pool, lane and sub-process they stand.

Nothing is refused: what has no id, refers to nothing or stands where it may not is left out. No function calls
itself, so that no depth of nesting in a file can break it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.procedures.layout_model import EVENT, GATEWAY, TASK, Item, Lane, Link, Pool, Scope, Sheet
from engine.procedures.picture_text import wrap

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
STEPS = CONTAINERS | {"task", "callActivity"}
SIZES = {"dataObjectReference": (36.0, 46.0), "dataStoreReference": (46.0, 46.0)}
PAPER = frozenset({*SIZES, "textAnnotation"})
DATA = ("dataInputAssociation", "dataOutputAssociation")
NOTE = (130.0, 30.0)


def kind_of(element: Any) -> str:
    """The name of a BPMN element, or "" for anything else."""
    tag = element.tag
    return tag[len(BPMN) :] if isinstance(tag, str) and tag.startswith(BPMN) else ""


def is_step(kind: str) -> bool:
    """Whether a BPMN element is a flow node."""
    return kind in STEPS or kind.endswith(("Task", "Gateway", "Event"))


def reference(text: str | None) -> str:
    """The id that a reference names, without its prefix."""
    return (text or "").strip().rsplit(":", 1)[-1]


def name_of(element: Any) -> str:
    """The name of an element on one line."""
    return " ".join((element.get("name") or "").split())


def sheet(root: Any) -> Sheet:
    """Read the whole file; the order of pools, lanes and steps is that of the author."""
    collaboration = next((element for element in root if kind_of(element) == "collaboration"), None)
    processes = {element.get("id"): element for element in root if kind_of(element) == "process" and element.get("id")}
    owner = collaboration if collaboration is not None else next(iter(processes.values()), None)
    plane = owner.get("id") or "" if owner is not None else ""
    whole = Sheet(plane, {element.get("id") for element in root.iter() if element.get("id")})
    for participant in collaboration if collaboration is not None else ():
        if kind_of(participant) == "participant" and participant.get("id"):
            process = processes.pop(reference(participant.get("processRef")), None)
            whole.pools.append(Pool(participant.get("id"), _scopes(process, whole, True)))
    for process in processes.values():
        whole.pools.append(Pool("", _scopes(process, whole, False)))
    _papers_outside(collaboration, whole)
    _associations(root, whole)
    if collaboration is not None:
        whole.messages = list(_links(collaboration, "messageFlow"))
    return whole


def _scopes(process: Any, whole: Sheet, pool: bool) -> Scope | None:
    """The scope of a process and those of all expanded sub-processes in it, outer ones first."""
    if process is None or not any(is_step(kind_of(child)) or kind_of(child) in PAPER for child in process):
        return None
    top = Scope(pool)
    waiting = [(process, top)]
    while waiting:
        element, scope = waiting.pop()
        whole.scopes.append(scope)
        _lanes(element, scope)
        for child in element:
            if (item := _item(child, whole)) is None:
                continue
            scope.items[item.id] = item
            whole.home[item.id] = scope
            if item.kind in CONTAINERS and any(is_step(kind_of(part)) for part in child):
                item.inner = Scope()
                whole.outside[id(item.inner)] = (scope, item.id)
                waiting.append((child, item.inner))
        _settle(scope)
        scope.links += [link for link in _links(element, "sequenceFlow")
                        if link.source in scope.items and link.target in scope.items
                        and not (link.source == link.target and scope.items[link.source].host)]
    return top


def _item(element: Any, whole: Sheet) -> Item | None:
    kind, key = kind_of(element), element.get("id") if isinstance(element.tag, str) else None
    if not key or key in whole.home or not (is_step(kind) or kind in PAPER):
        return None
    host = reference(element.get("attachedToRef")) if kind == "boundaryEvent" else ""
    if kind == "textAnnotation":
        name = " ".join((element.findtext(f"{BPMN}text") or "").split())
        return Item(key, kind, name, (NOTE[0], max(NOTE[1], 12 + 15 * len(wrap(name, NOTE[0] - 14, 12.5, lines=8)))))
    name = name_of(element)
    return Item(key, kind, name, _size(kind, name), host)


def _size(kind: str, name: str) -> tuple[float, float]:
    if kind.endswith("Event"):
        return EVENT
    if kind.endswith("Gateway"):
        return GATEWAY
    if kind in SIZES:
        return SIZES[kind]
    lines = len(wrap(name, TASK[0] - 16, 13, bold=True, lines=4))
    return TASK[0], TASK[1] + 18 * max(0, lines - 2)


def _settle(scope: Scope) -> None:
    """Let a boundary event stand by itself where it has no host, and forget lanes of what is not there."""
    hosts = {key for key, item in scope.items.items() if not item.is_event and is_step(item.kind)}
    for key, item in scope.items.items():
        if item.host and (item.host not in hosts or item.host == key):
            item.host = ""
    scope.lane_of = {key: lane for key, lane in scope.lane_of.items() if key in scope.items}


def _lanes(element: Any, scope: Scope) -> None:
    """Read lanes in the order of the file; a lane with lanes in it spans them, and its own steps go to the first."""
    leaves = 0
    waiting: list[tuple[Any, int]] = [(lane, 0) for lane in _lanes_in(element, "laneSet")][::-1]
    open_lanes: list[tuple[Lane, int]] = []
    while waiting:
        lane, depth = waiting.pop()
        inner = _lanes_in(lane, "childLaneSet")
        for part in lane:
            if kind_of(part) == "flowNodeRef":
                key = reference(part.text)
                if key not in scope.lane_of or not inner:
                    scope.lane_of[key] = leaves
        made = Lane(lane.get("id") or "", depth, leaves, leaves)
        scope.lanes.append(made)
        open_lanes = [(one, deep) for one, deep in open_lanes if deep < depth] + [(made, depth)]
        if inner:
            waiting += [(one, depth + 1) for one in inner][::-1]
        else:
            for one, _ in open_lanes:
                one.last = leaves
            leaves += 1
    scope.leaves = max(1, leaves)


def _lanes_in(element: Any, of: str) -> list[Any]:
    return [lane for group in element if kind_of(group) == of for lane in group if kind_of(lane) == "lane"]


def _links(element: Any, kind: str) -> Iterator[Link]:
    for child in element:
        if kind_of(child) == kind and child.get("id"):
            yield Link(child.get("id"), kind, name_of(child), reference(child.get("sourceRef")),
                       reference(child.get("targetRef")))


def _papers_outside(collaboration: Any, whole: Sheet) -> None:
    """Put a note that stands beside the pools into the process of what it speaks of, else into the first."""
    if collaboration is None or not whole.scopes:
        return
    beside: dict[str, str] = {}
    for link in _links(collaboration, "association"):
        beside.setdefault(link.source, link.target)
        beside.setdefault(link.target, link.source)
    for child in collaboration:
        if kind_of(child) in PAPER and (item := _item(child, whole)) is not None:
            scope = whole.home.get(beside.get(item.id, ""), whole.scopes[0])
            scope.items[item.id] = item
            whole.home[item.id] = scope


def _associations(root: Any, whole: Sheet) -> None:
    """Give every association to the scope of its two ends; one between two scopes is drawn last."""
    links: list[Link] = []
    for element in root.iter(f"{BPMN}association", *(f"{BPMN}{kind}" for kind in DATA)):
        kind, key = kind_of(element), element.get("id")
        if not key:
            continue
        if kind == "association":
            ends = reference(element.get("sourceRef")), reference(element.get("targetRef"))
        else:
            ends = _data_ends(element, kind)
        links.append(Link(key, kind, "", *ends))
    for link in links:
        one, other = whole.home.get(link.source), whole.home.get(link.target)
        if one is None or other is None or link.source == link.target:
            continue
        (one.links if one is other else whole.loose).append(link)


def _data_ends(element: Any, kind: str) -> tuple[str, str]:
    """A data association leads between a paper and the step it stands in, whatever inner input it names."""
    step = element.getparent().get("id") or ""
    named = "sourceRef" if kind == "dataInputAssociation" else "targetRef"
    paper = next((reference(part.text) for part in element if kind_of(part) == named), "")
    return (paper, step) if kind == "dataInputAssociation" else (step, paper)

"""Whether the parts of one process fit together: ids, references, flows, gateways, reachability, loops that nothing
stops. Every rule here is about a case that would otherwise stop, hang or end silently. No recursion anywhere."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from engine.workflow import timers
from engine.workflow.checks import deadlocks, findings, needs, profile
from engine.workflow.language import conditions, expressions
from engine.workflow.language.expressions import ExpressionError
from engine.workflow.reading import BPMN, DECISION_REFERENCES, Edge, Node, Process, local
from engine.workflow.timers import TimerError

Complain = Callable[[str | None, str, Mapping[str, str]], None]

STORES = ("user", "service", "decision", "receive", "start", "catch", "boundary", "many")
MAX_STEPS = 500
WAITS = frozenset({"user", "service", "receive", "timer", "catch"})
_QUIET = {"isForCompensation": "false", "startQuantity": "1", "completionQuantity": "1", "instantiate": "false",
          "parallelMultiple": "false"}
_COLOURS = re.compile("^{[^}]*(bioc|color|modeler|/DI)[^}]*}|}modelerTemplate", re.IGNORECASE)
_HOSTS = frozenset({"user", "service", "receive", "call", "subprocess", "many"})
_ENDS = frozenset({"end", "terminate"})
_LEAVES = frozenset({"exclusive", "inclusive"})         # gateways whose flows out carry conditions
ACTIVITIES = frozenset({"user", "script", "service", "decision", "send", "receive", "call", "subprocess", "many"})


def examine(process: Process, complain: Complain) -> bool:
    """Complain of everything in a process that does not fit; True when its graph is sound enough to be built."""
    before = _Counting(complain)
    if len(process.nodes) > MAX_STEPS:
        before(process.key, "too-many-steps", {"id": process.key or "?", "limit": str(MAX_STEPS)})
        return False
    broken = _Counting(before)
    _ids(process, broken, before)
    _ends_of_flows(process, broken)
    if broken.errors or any({edge.source, edge.target} - process.nodes.keys() for edge in process.edges):
        return False
    for node in process.nodes.values():
        _node(process, node, before)
    if not process.single:
        _starts(process, before)
        _reach(process, before)
    for edge in process.edges:
        _condition(process, edge, before)
    if not before.errors:
        deadlocks.examine(process, before)
    return not before.errors


class _Counting:
    """A complaint that remembers whether there was one that forbids to run the process."""

    def __init__(self, complain: Complain) -> None:
        self.complain = complain
        self.errors = 0

    def __call__(self, element: str | None, code: str, facts: Mapping[str, str]) -> None:
        self.errors += code not in findings.MILD
        self.complain(element, code, facts)


def proposed(identity: str, taken: Iterable[str]) -> str:
    """Propose an id of small letters, digits and `_` for one that is none, different from those taken."""
    folded = unicodedata.normalize("NFD", identity.replace("đ", "d").replace("Đ", "D"))
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", folded)
    words = re.sub(r"[^a-z0-9]+", "_", split.encode("ascii", "ignore").decode().lower()).strip("_")
    name = words if re.match("[a-z]", words) else f"step_{words}".rstrip("_")
    name = f"{name}_step" if name in expressions.RESERVED else name
    used, number, found = set(taken), 2, name
    while found in used:
        found, number = f"{name}_{number}", number + 1
    return found


def _ids(process: Process, complain: Complain, of_form: Complain) -> None:
    """Every id is there, is there once, and can be named in an expression where it holds data; the last, `of_form`,
    is no reason not to look at the flows."""
    inside = process.outer is not None          # its ids were counted with those of the process around it
    found = [child.get("id") for child in process.element.iter() if child.get("id") and not inside]
    for identity, number in Counter(found).items():
        if number > 1:
            complain(identity, "duplicate-id", {"id": str(identity)})
    for child in process.element:
        name = str(child.tag).rpartition("}")[2]
        if not child.get("id") and (name.endswith(("Event", "Task", "Gateway", "Flow")) or name == "callActivity"):
            complain(process.key, "missing-id", {"name": name})
    for node in process.nodes.values():
        nameable = expressions.NAME.fullmatch(node.id) and node.id not in expressions.RESERVED
        if node.id and _keeps(process, node) and not nameable:
            of_form(node.id, "id-form", {"id": node.id, "proposed": proposed(node.id, process.nodes)})


def _keeps(process: Process, node: Node) -> bool:
    """Tell whether a step keeps data under its id: not the plain start of a sub-process, nor a link or a condition."""
    plain = node.kind == "start" and node.event is None and process.outer is not None
    silent = node.kind in ("catch", "boundary") and node.event is not None and (
        node.event.kind in ("link", "conditional"))
    return node.kind in ("call", "subprocess") or (node.kind in STORES and not plain and not silent)


def _ends_of_flows(process: Process, complain: Complain) -> None:
    """Every flow runs between two steps of its own process, once. An element that is there and was refused by its
    name is not missed a second time."""
    refused = {child.get("id") for parent in process.element.iter() if profile.known(parent)
               for child in parent if not profile.allows(parent, child)}
    there = process.nodes.keys() | refused
    for edge in process.edges:
        for end in {edge.source, edge.target} - there:
            complain(edge.id, "dangling-flow", {"ref": end})
    for (source, target), number in Counter((edge.source, edge.target) for edge in process.edges).items():
        if number > 1:
            complain(source, "duplicate-flow", {"source": source, "target": target})
    for node in process.nodes.values():
        _hangs(process, node, complain)
    if process.outer is None:
        inside = {child.get("id") for child in process.element.iter() if child.get("id")}
        for identity in process.lanes.keys() - there - inside:
            complain(process.lanes[identity].get("id"), "dangling-lane", {"ref": identity})


def _hangs(process: Process, node: Node, complain: Complain) -> None:
    """A timer hangs on a step that waits, a default is a flow of its own gateway."""
    host = process.nodes.get(node.attached_to) if node.attached_to is not None else None
    if node.attached_to is not None and (host is None or host.kind not in _HOSTS or host.listens):
        complain(node.id, "boundary-host", {"ref": node.attached_to})
    if node.default is not None and node.default not in {edge.id for edge in process.outgoing.get(node.id, ())}:
        complain(node.id, "dangling-default", {"ref": node.default})


def _node(process: Process, node: Node, complain: Complain) -> None:
    """Check the flows of one node."""
    out, into = process.outgoing.get(node.id, []), process.incoming.get(node.id, [])
    if node.kind in ("end", "terminate"):
        if out:
            complain(node.id, "flow-after-end", {"id": node.id})
    elif not out and not process.single and not node.listens and not _link(node, "throw"):
        complain(node.id, "implicit-end", {"id": node.id})
    if node.listens and (into or out):
        complain(node.id, "flow-at-listener", {"id": node.id})
    if (node.kind in ("start", "boundary_timer", "boundary") or _link(node, "catch")) and [
            edge for edge in into if "~" not in edge.id]:
        complain(node.id, "flow-into-event", {"id": node.id})
    always = sum(edge.condition is None and edge.id != node.default for edge in out)
    if always > 1 and node.kind not in ("exclusive", "inclusive", "parallel", "event_gateway"):
        complain(node.id, "implicit-split", {"id": node.id, "number": str(always)})
    _needs(node, out, complain)
    needs.examine(process, node, complain)


def _attributes(node: Node, complain: Complain) -> None:
    """Refuse what BPMN would do with an attribute and the engine would not; tell what was meant for others."""
    for name, value in node.element.attrib.items():
        word = str(name).rpartition("}")[2]
        if word in _QUIET and str(value).strip() != _QUIET[word]:
            complain(node.id, "unsupported-attribute", {"attribute": word, "value": str(value)})


def ignored(process: Process) -> Iterator[tuple[str, str]]:
    """Give the attributes of other engines on the steps of a process: element and attribute. One beside which the step
    says the same in our own words, as after an import, is not among them."""
    for node in process.nodes.values():
        for name in node.element.attrib:
            local_name = str(name).rpartition("}")[2]
            if str(name).startswith("{") and name not in DECISION_REFERENCES and not _COLOURS.search(str(name)) \
                    and not _said_in_own_words(node, local_name):
                yield node.id, local_name


# What other engines write in an attribute, by the declaration that says it here.
_OWN_WORDS: Mapping[str, frozenset[str]] = {
    "assignment": frozenset({"assignee", "candidateUsers", "candidateGroups", "owner", "priority"}),
    "form": frozenset({"formKey", "formRef", "formRefBinding", "formRefVersion", "initiator"}),
    "decision": frozenset({"decisionRef", "decisionRefBinding", "decisionRefVersion", "resultVariable",
                           "mapDecisionResult"}),
    "service": frozenset({"type", "topic", "class", "expression", "delegateExpression", "resultVariable"}),
    "deadline": frozenset({"dueDate"}),
}


def _said_in_own_words(node: Node, attribute: str) -> bool:
    """Tell whether a step declares what an attribute of another engine stands for; what is filled in has its form
    anyhow, and a rule task its table under the name the other engine gives it."""
    said = {local(one) for one in node.element.iterfind(f"{{{BPMN}}}extensionElements/{{urn:motcua:bpmn:1}}*")}
    said.add({"userTask": "form", "startEvent": "form", "businessRuleTask": "decision"}.get(node.tag, ""))
    return any(attribute in _OWN_WORDS.get(one, ()) for one in said)


def _needs(node: Node, out: list[Edge], complain: Complain) -> None:
    """Check what a node of its kind cannot run without."""
    _attributes(node, complain)
    if node.kind in _LEAVES:
        _choice(node, out, complain)
    elif node.default is not None and node.kind not in ACTIVITIES:
        complain(node.id, "ignored-default", {"id": node.id})
    elif node.kind in ACTIVITIES:
        _default(node, out, complain)
    if node.event is not None and node.event.kind == "timer":
        _timer(node, complain)
    if node.kind in ("receive", "send") and not node.message:
        complain(node.id, "missing-message", {"id": node.id, "ref": node.message_ref or ""})
    if node.kind == "call" and not node.called:
        complain(node.id, "missing-called-process", {"id": node.id})


def _link(node: Node, kind: str) -> bool:
    """Tell whether a node is one end of a link."""
    return node.kind == kind and node.event is not None and node.event.kind == "link"


def _default(node: Node, out: list[Edge], complain: Complain) -> None:
    """The default flow of an activity has no condition: it is taken when none of the others' holds."""
    for edge in out:
        if edge.id == node.default and edge.condition is not None:
            complain(edge.id, "condition-on-default", {"gateway": node.id})


def _choice(node: Node, out: list[Edge], complain: Complain) -> None:
    """A choice has a condition on every flow but the default, which has none."""
    if len(out) == 1 and out[0].condition is None:
        return
    for edge in out:
        if edge.id == node.default:
            if edge.condition is not None:
                complain(edge.id, "condition-on-default", {"gateway": node.id})
        elif not edge.condition:
            complain(edge.id, "missing-condition", {"gateway": node.id})


def _timer(node: Node, complain: Complain) -> None:
    """A timer has exactly one time, readable now where it is written plainly."""
    times = [child for definition in node.element for child in definition
             if str(child.tag).endswith(("timeDate", "timeDuration", "timeCycle"))]
    if node.timer is None or not node.timer[1] or len(times) != 1:
        complain(node.id, "missing-time", {"id": node.id})
        return
    form, text = node.timer
    repeats = node.kind == "boundary_timer" or node.kind == "start"
    if form == "cycle" and (not repeats or (node.kind == "boundary_timer" and node.interrupting)):
        complain(node.id, "cycle-place", {"id": node.id})
    plain = timers.literal(text)
    try:
        if plain is None:
            expressions.translate(text)
        elif form == "date":
            timers.instant(plain, offset_required=True)
        else:
            {"duration": timers.duration, "cycle": timers.cycle}[form](plain)
    except TimerError as error:
        complain(node.id, "cycle-too-short" if error.reason == "cycle-too-short" else "unreadable-time",
                 {"text": text[:80], "form": form})
    except ExpressionError as error:
        complain(node.id, "expression", error.facts(text))


def _condition(process: Process, edge: Edge, complain: Complain) -> None:
    """A condition stands where it is asked, and is of the language."""
    if edge.condition is None:
        return
    if process.nodes[edge.source].kind not in _LEAVES | ACTIVITIES:
        complain(edge.id, "ignored-condition", {"source": edge.source})
        return
    try:
        conditions.fitting(edge.condition, process.nodes)
    except ExpressionError as error:
        complain(edge.id, "expression", error.facts(edge.condition))


def _starts(process: Process, complain: Complain) -> None:
    """A process begins: at the top at one event without a trigger and as many with one as are drawn, inside another
    at exactly one without, an event sub-process at exactly one with a trigger."""
    starts = [node for node in process.nodes.values() if node.kind == "start"]
    plain = [node for node in starts if node.event is None]
    if process.listener:
        if len(starts) != 1 or plain:
            complain(process.element.get("id"), "listener-start", {"id": process.element.get("id") or "?"})
    elif process.outer is not None:
        if len(starts) != 1 or len(plain) != 1:
            complain(process.element.get("id"), "start-events", {"number": str(len(starts))})
    elif not starts or len(plain) > 1:
        complain(process.key, "start-events", {"number": str(len(starts))})


def _reach(process: Process, complain: Complain) -> None:
    """Every step can be reached from a start, and from every step an end can be reached."""
    starts = [node.id for node in process.nodes.values() if node.kind == "start"]
    if not starts:
        return
    ahead = {key: [edge.target for edge in process.outgoing.get(key, ())]
             + [event.id for event in process.boundaries.get(key, ())] for key in process.nodes}
    reached = walk(starts, ahead)
    for key, node in process.nodes.items():
        if key not in reached and not node.listens:
            complain(key, "unreachable", {"id": key})
    _joins(process, starts, ahead, complain)
    ends = [node.id for node in process.nodes.values() if node.kind in _ENDS or not process.outgoing.get(node.id)]
    back: dict[str, list[str]] = {}
    for edge in process.edges:
        back.setdefault(edge.target, []).append(edge.source)
    ending = walk(ends, back)
    for key in process.nodes:
        if key in reached and key not in ending and process.outgoing.get(key):
            complain(key, "never-ends", {"id": key})


def _joins(process: Process, starts: list[str], ahead: Mapping[str, Iterable[str]], complain: Complain) -> None:
    """A parallel gateway with several flows in must be able to get a first token on each of them: a flow that only
    comes back from the gateway itself never brings one, and the case would wait for ever."""
    for node in process.nodes.values():
        into = process.incoming.get(node.id, [])
        if node.kind != "parallel" or len(into) < 2:
            continue
        before = walk(starts, {key: targets for key, targets in ahead.items() if key != node.id})
        for edge in into:
            if edge.source not in before:
                complain(node.id, "join-never", {"id": node.id, "source": edge.source})


def walk(starts: Iterable[str], ahead: Mapping[str, Iterable[str]]) -> set[str]:
    """Give everything that can be reached from `starts`."""
    found: set[str] = set()
    stack = list(starts)
    while stack:
        key = stack.pop()
        if key not in found:
            found.add(key)
            stack.extend(ahead.get(key, ()))
    return found

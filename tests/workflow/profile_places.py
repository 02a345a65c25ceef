"""One sound diagram in which everything stands that may hold something, so that any child can be tried in any place."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from lxml import etree

from engine import workflow
from engine.workflow.checks import profile
from tests.workflow.drawing import (
    DAY,
    SUB,
    TERMINATE,
    call,
    catch,
    condition,
    drawn,
    ending,
    enough,
    extended,
    instances,
    loop,
    on,
    script,
    service,
    sub,
    throw,
    times,
    user,
)

B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ACTIVITIES = frozenset(key for key, inside in profile.CHILDREN.items() if "standardLoopCharacteristics" in inside)
GROUPS: Mapping[str, frozenset[str]] = {
    "every element": frozenset(key for key, inside in profile.CHILDREN.items() if "documentation" in inside),
    "activities": ACTIVITIES,
    "gateways": frozenset(key for key in profile.CHILDREN if key.endswith("Gateway")),
    "events": frozenset(key for key in profile.CHILDREN if key.endswith("Event")),
    "triggers": frozenset(key for key, inside in profile.CHILDREN.items() if "operationRef" in inside),
}

ROOT = ('<bpmn:category id="cat"><bpmn:categoryValue id="value"/></bpmn:category>'
        '<bpmn:collaboration id="together"><bpmn:participant id="us" processRef="p"/><bpmn:participant id="them"/>'
        '<bpmn:messageFlow id="mf" sourceRef="k3" targetRef="them"/></bpmn:collaboration>')
LANES = ('<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="officer"><bpmn:flowNodeRef>a</bpmn:flowNodeRef>'
         '<bpmn:childLaneSet id="cl"><bpmn:lane id="l2"/></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>')
ASKS = extended('<motcua:decision ref="fee"/>')
FAILS = f"s:i|u:d|x:y|{ending('o', 'error')}|{throw('o2', 'escalation')}|e:p2|i>d|d>y|y>o?d.y == 1|y>o2?d.y != 1|o2>p2"
STEPS = {
    "a": user("a", instances("", times(2) + enough("numberOfCompletedInstances == 1"))),
    "b": user("b", loop("b.y == 1"), tag="task"), "c": user("c", tag="manualTask"), "k1": script("k1", "fee = 5"),
    "k2": service("k2"), "k3": f'<bpmn:sendTask id="k3" messageRef="m">{extended("")}</bpmn:sendTask>',
    "k4": '<bpmn:receiveTask id="k4" messageRef="m"/>',
    "k5": f'<bpmn:businessRuleTask id="k5">{ASKS}</bpmn:businessRuleTask>', "k6": call("k6", "called"),
    "q": sub("q", FAILS), "g": "g:g", "o1": '<bpmn:inclusiveGateway id="o1"/>',
    "t1": throw("t1", "message"), "t2": throw("t2", "signal"), "k7": catch("k7", "timer", DAY),
    "k8": catch("k8", "conditional", condition("f.pages > 1")), "k9": '<bpmn:eventBasedGateway id="k9"/>',
    "c1": catch("c1", "signal"), "t3": throw("t3", "link", link="A"),
}
TAKEN = "|".join((on("c", "b1", "message"), on("q", "b2", "error"), on("q", "b3", "escalation")))
BEHIND = (f"{TERMINATE.format('z1')}|{ending('z2', 'message')}|e:z3|b1>z1|b2>z2|b3>z3|"
          f"{catch('l', 'link', link='A')}|u:last|x:x|e:z|e:z4|l>last|last>x|x>z?last.y == 1|x>z4?last.y != 1")
DATA = ('<bpmn:dataObject id="extract"/>|<bpmn:dataObjectReference id="r" dataObjectRef="extract"/>|'
        '<bpmn:dataStoreReference id="store"/>|'
        '<bpmn:textAnnotation id="note"><bpmn:text>x</bpmn:text></bpmn:textAnnotation>|'
        '<bpmn:association id="as" sourceRef="note" targetRef="a"/>|<bpmn:group id="gr" categoryValueRef="value"/>')
FEE = (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:test">'
       b'<decision id="fee" name="fee"><literalExpression><text>5</text></literalExpression></decision></definitions>')


def everything() -> dict[str, bytes]:
    """Draw the diagram with the process it calls and the decision it asks."""
    order = ["f", *STEPS]
    flows = "|".join(f"{one}>{two}" for one, two in pairwise(order))
    body = "|".join((LANES, "s:f", *STEPS.values(), TAKEN, BEHIND, DATA, flows))
    return {"p.bpmn": drawn(body, root=ROOT), "called.bpmn": drawn(SUB, "called"), "fee.dmn": FEE}


def errors(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Give code and sentence of every error in the diagrams."""
    return [(one.code, one.message.en) for one in workflow.check(dict(files), "p") if one.severity == "error"]


def with_child(parent: str, child: str) -> dict[str, bytes]:
    """Put a child into the first element of a name."""
    files = everything()
    root = etree.fromstring(files["p.bpmn"])
    holder = next(root.iter(B + parent))
    etree.SubElement(holder, B + child, id="tried")
    return {**files, "p.bpmn": etree.tostring(root)}

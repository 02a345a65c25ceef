"""The vocabulary in which tests draw elements of BPMN: a line of text for a step or flow, a function for what needs
more. The inside of a process is written as in `test_check.diagram`."""

from __future__ import annotations

from engine import workflow
from engine.workflow import Definition, Position
from tests.workflow.making import NOW
from tests.workflow.test_check import ROLE, diagram

ROOT = ('<bpmn:message id="m" name="extract"/><bpmn:message id="m2" name="withdrawal"/>'
        '<bpmn:signal id="s" name="flood"/><bpmn:error id="e" errorCode="lost"/><bpmn:error id="e2" errorCode="other"/>'
        '<bpmn:error id="refusal" errorCode="handoff-refused"/><bpmn:escalation id="l" escalationCode="slow"/>')
REFERENCES = {"message": "m", "signal": "s", "error": "e", "escalation": "l"}

DAY = "<bpmn:timeDuration>P1D</bpmn:timeDuration>"
ASIDE = {"cancelActivity": "false"}
LISTENER = ' triggeredByEvent="true"'
ONE_BY_ONE = ' isSequential="true"'
TERMINATE = '<bpmn:endEvent id="{0}"><bpmn:terminateEventDefinition/></bpmn:endEvent>'
EACH = '<motcua:each in="f.offices" as="office"/>'
SUB = "s:i|u:a|e:o|i>a|a>o"


def drawn(body: str, identity: str = "p", root: str = "") -> bytes:
    """Draw a process beside the messages, signals, errors and escalations of these tests, and whatever else stands at
    the root."""
    return diagram(body, identity).replace(b"<bpmn:process ", (ROOT + root).encode() + b"<bpmn:process ", 1)


def read(body: str, **others: str) -> Definition:
    """Read the process of a body, and those it calls."""
    return workflow.read(files(body, **others), "p")


def files(body: str, **others: str) -> dict[str, bytes]:
    """Draw the process of a body, and those it calls, each in a file."""
    return {"p.bpmn": drawn(body), **{f"{key}.bpmn": drawn(one, key) for key, one in others.items()}}


def begin(definition: Definition, **given: object) -> Position:
    """File a case."""
    return workflow.start(definition, given or None, NOW)


def findings(body: str, **others: str) -> set[tuple[str, str | None]]:
    """Give code and element of every finding about the process of a body."""
    return {(one.code, one.element) for one in workflow.check(files(body, **others), "p")}


def event(tag: str, identity: str, kind: str, inside: str = "", **attributes: str) -> str:
    """Draw an event of a kind. `ref` names another message, signal, error or escalation than the usual one (empty:
    none), `link` the link; the rest are attributes of the event."""
    ref = attributes.pop("ref", REFERENCES.get(kind, ""))
    said = f' {kind}Ref="{ref}"' if ref else ""
    said += f' name="{attributes.pop("link")}"' if "link" in attributes else ""
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return (f'<bpmn:{tag} id="{identity}"{written}><bpmn:{kind}EventDefinition{said}>{inside}'
            f"</bpmn:{kind}EventDefinition></bpmn:{tag}>")


def catch(identity: str, kind: str, inside: str = "", **attributes: str) -> str:
    """Draw an event that the flow waits for."""
    return event("intermediateCatchEvent", identity, kind, inside, **attributes)


def throw(identity: str, kind: str, **attributes: str) -> str:
    """Draw an event that the flow brings about on its way."""
    return event("intermediateThrowEvent", identity, kind, **attributes)


def ending(identity: str, kind: str, **attributes: str) -> str:
    """Draw an end that brings something about."""
    return event("endEvent", identity, kind, **attributes)


def on(host: str, identity: str, kind: str, inside: str = "", **attributes: str) -> str:
    """Draw an event on a step."""
    return event("boundaryEvent", identity, kind, inside, attachedToRef=host, **attributes)


def sub(identity: str, body: str, attributes: str = "", inside: str = "") -> str:
    """Draw a sub-process; what stands in it is written as in `diagram`."""
    inner = drawn(body).decode().partition('isExecutable="true">')[2].partition("</bpmn:process>")[0]
    return f'<bpmn:subProcess id="{identity}"{attributes}>{inside}{inner}</bpmn:subProcess>'.replace("|", "")


def user(identity: str, inside: str = "", tag: str = "userTask", declared: str = "") -> str:
    """Draw a task of an officer with something in it, and something more declared of it."""
    return f'<bpmn:{tag} id="{identity}">{extended(declared, role=True)}{inside}</bpmn:{tag}>'


def extended(declared: str, *, role: bool = False) -> str:
    """Write elements of our own namespace as BPMN keeps them, after the role of an officer where one is wanted."""
    known = ROLE.removeprefix("<bpmn:extensionElements>").removesuffix("</bpmn:extensionElements>") if role else ""
    return f"<bpmn:extensionElements>{known}{declared}</bpmn:extensionElements>"


def script(identity: str, text: str) -> str:
    """Draw a script task."""
    return f'<bpmn:scriptTask id="{identity}"><bpmn:script>{text}</bpmn:script></bpmn:scriptTask>'


def service(identity: str, handler: str = "h") -> str:
    """Draw a service task."""
    declared = extended(f'<motcua:service handler="{handler}"/>')
    return f'<bpmn:serviceTask id="{identity}">{declared}</bpmn:serviceTask>'


def decision(identity: str, asked: str) -> str:
    """Draw a task that asks a decision table."""
    declared = extended(f'<motcua:decision ref="{asked}"/>')
    return f'<bpmn:businessRuleTask id="{identity}">{declared}</bpmn:businessRuleTask>'


def call(identity: str, called: str, declared: str = "", inside: str = "") -> str:
    """Draw a call activity."""
    return (f'<bpmn:callActivity id="{identity}" calledElement="{called}">{extended(declared)}{inside}'
            f"</bpmn:callActivity>")


def condition(text: str) -> str:
    """Write the condition of an event."""
    return f"<bpmn:condition>{text}</bpmn:condition>"


def instances(mode: str = "", inside: str = "") -> str:
    """Write that an activity is done several times, side by side or `ONE_BY_ONE`."""
    return f"<bpmn:multiInstanceLoopCharacteristics{mode}>{inside}</bpmn:multiInstanceLoopCharacteristics>"


def times(number: int) -> str:
    """Write how many instances there are."""
    return f"<bpmn:loopCardinality>{number}</bpmn:loopCardinality>"


def enough(text: str) -> str:
    """Write when no further instance is needed."""
    return f"<bpmn:completionCondition>{text}</bpmn:completionCondition>"


def loop(text: str, attributes: str = "") -> str:
    """Write that an activity is done again while a condition holds."""
    return (f"<bpmn:standardLoopCharacteristics{attributes}><bpmn:loopCondition>{text}</bpmn:loopCondition>"
            "</bpmn:standardLoopCharacteristics>")


def listening(kind: str, inside: str = "", **attributes: str) -> str:
    """Draw a process of two steps, `a` and `b`, that an event sub-process `q` listens in: its start `w`, its step
    `c`."""
    start = event("startEvent", "w", kind, inside, **attributes)
    return f"s:f|u:a|u:b|e:z|f>a|a>b|b>z|{sub('q', f'{start}|u:c|e:o|w>c|c>o', LISTENER)}"

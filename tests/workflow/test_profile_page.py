"""The published profile says of every element what the engine does with it, no more and no less."""

from __future__ import annotations

import pytest
from lxml import etree

from engine import workflow
from engine.domain import messages
from engine.procedures import pack_guard
from engine.workflow import checking, guard, instances, timers, values
from engine.workflow.checks import profile, structure
from engine.workflow.dmn import requirements, tables
from engine.workflow.language import assignments, functions, notation
from tests.services.test_profile import LINES
from tests.workflow import profile_page, standards
from tests.workflow.drawing import DAY, LISTENER, catch, condition, drawn, event, on, sub, throw
from tests.workflow.profile_page import Line
from tests.workflow.profile_places import FEE, GROUPS, errors, everything, with_child

PAGE = profile_page.lines()
HEADINGS = profile_page.sections()
EVENTS = HEADINGS.index("Events: what triggers them, place by place") + 1
INSIDE = HEADINGS.index("Inside elements whose content is not looked at") + 1
DRAWING = HEADINGS.index("Drawing (BPMN DI)") + 1
BPMN = [line for line in PAGE if line.section <= INSIDE]
DMN = [line for line in PAGE if line.section > DRAWING]
PLAIN = [line for line in BPMN if line.section not in (EVENTS, INSIDE)]


def named(lines: list[Line]) -> set[str]:
    return {element for line in lines for element in line.elements}


def pairs(lines: list[Line], *states: str) -> set[tuple[str, str]]:
    """Give every element with every place it is said to stand in, as (place, element)."""
    return {(place, element) for line in lines if line.state in states for element in line.elements
            for said in line.places if said != "the file" for place in GROUPS.get(said, {said})}


def test_no_element_of_the_standards_is_missing_and_none_is_made_up():
    assert named(BPMN) == standards.BPMN
    assert named([line for line in PAGE if line.section == DRAWING]) == standards.DRAWING
    assert named(DMN) == standards.DMN


def test_the_page_allows_what_the_profile_allows_where_it_does():
    allowed = {(place, child) for place, inside in profile.CHILDREN.items() for child in inside}
    said = pairs(PLAIN, "runs", "drawing")
    triggers = {pair for pair in allowed if pair[0].endswith("Event") and pair[1].endswith("EventDefinition")}
    assert said == allowed - triggers
    assert not pairs(PLAIN, "refused") & allowed


def test_what_is_not_looked_at_is_only_drawn_but_for_two_references():
    assert {pair[1] for pair in pairs(BPMN, "runs")} & profile.OPAQUE == {
        "dataOutputAssociation", "inputDataItem"}
    assert {line.places[0] for line in BPMN if line.section == INSIDE and line.state != "refused"} <= profile.OPAQUE


def test_everything_the_profile_names_a_remedy_for_is_refused_on_the_page():
    assert profile.INSTEAD.keys() <= {pair[1] for pair in pairs(BPMN, "refused")}


def test_both_languages_say_the_same_of_the_same():
    other = profile_page.lines("vi")
    assert [(line.section, line.elements, line.state, line.tests) for line in other] == [
        (line.section, line.elements, line.state, line.tests) for line in PAGE]
    assert all(line.sentence != there.sentence for line, there in zip(PAGE, other, strict=True))


def test_every_line_that_runs_names_what_is_played_for_it_and_everything_played_is_named():
    assert [line for line in PAGE if (line.state == "runs") != bool(line.tests)] == []
    text = profile_page.PAGES["en"].read_text(encoding="utf-8")
    assert {test for line in PAGE for test in line.tests} <= LINES.keys()
    assert [name for name in LINES if f"`{name}`" not in text] == []


def test_one_diagram_can_hold_everything_that_may_hold_something():
    assert errors(everything()) == []


@pytest.mark.parametrize(("place", "element"), sorted(pairs(PLAIN, "drawing")), ids="-".join)
def test_what_is_only_drawn_changes_nothing(place, element):
    assert errors(with_child(place, element)) == []


@pytest.mark.parametrize(("place", "element"), sorted(pairs(PLAIN, "refused")), ids="-".join)
def test_what_is_refused_is_refused_by_its_name(place, element):
    assert [sentence for code, sentence in errors(with_child(place, element)) if code == "unsupported-element"] == [
        f"Element “{element}” is not supported here."]


WEEKLY = "<bpmn:timeCycle>R/P7D</bpmn:timeCycle>"
PLACES = {
    "start of a procedure": ("startEvent", "s:f|{}|u:a|e:z|f>a|t>a|a>z"),
    "start of an event sub-process": ("startEvent", "s:f|u:a|e:z|f>a|a>z|<|{}|u:c|e:o|t>c|c>o|>"),
    "intermediate catch": ("intermediateCatchEvent", "s:f|u:a|{}|e:z|f>a|a>t|t>z"),
    "intermediate throw": ("intermediateThrowEvent", "s:f|u:a|{}|e:z|f>a|a>t|t>z"),
    "on a step": ("boundaryEvent", "s:f|u:a|{}|u:c|e:y|e:z|f>a|a>z|t>c|c>y"),
    "end": ("endEvent", "s:f|u:a|{}|f>a|a>t"),
}
LINKS = {"intermediate throw": f"s:f|u:a|{{}}|{catch('l', 'link', link='A')}|e:z|f>a|a>t|l>z",
         "intermediate catch": f"s:f|u:a|{throw('l', 'link', link='A')}|{{}}|e:z|f>a|a>l|t>z"}
CAUGHT = f"s:k|{{}}|{on('q', 'b', 'error')}|e:n|e:m|k>q|q>n|b>m"
TRIGGERED = [(element, place, line.state) for line in PAGE if line.section == EVENTS
             for element in line.elements or ("",) for place in line.places]


def triggered(kind: str, place: str) -> str:
    """Draw an event of a kind in a place, in a process where nothing else is wrong."""
    tag, body = PLACES[place]
    inside = {"timer": WEEKLY if place == "start of a procedure" else DAY,
              "conditional": condition("t.y == 1" if place == "start of a procedure" else "f.y == 1")}
    more = {"attachedToRef": "a"} if place == "on a step" else {}
    shape = event(tag, "t", kind, inside.get(kind, ""), **more, **({"link": "A"} if kind == "link" else {}))
    if not kind:
        shape = f'<bpmn:{tag} id="t"{"".join(f" {key}={chr(34)}{value}{chr(34)}" for key, value in more.items())}/>'
    if kind == "link":
        body = LINKS.get(place, body)
    if (kind, place) == ("error", "end"):
        return CAUGHT.format(sub("q", body.format(shape)))
    before, listens, rest = body.partition("<|")
    if listens:
        return before + sub("q", rest.removesuffix("|>").format(shape), LISTENER)
    return body.replace("s:f|{}|u:a|e:z|f>a|", "{}|u:a|e:z|").format(shape) if not kind and tag == "startEvent" else \
        body.format(shape)


@pytest.mark.parametrize(("element", "place", "state"), TRIGGERED)
def test_an_event_is_triggered_as_the_page_says_of_its_place(element, place, state):
    files = {"p.bpmn": drawn(triggered(element.removesuffix("EventDefinition"), place))}
    found = errors(files)
    if state == "runs":
        assert found == []
    else:
        assert {code for code, _ in found} & {"unsupported-element", "event-place", "missing-trigger", "listener-start"}


def test_every_trigger_is_spoken_of_in_every_place():
    kinds = {element for element, _, _ in TRIGGERED}
    assert kinds == {"", *(name for name in standards.BPMN if name.endswith("EventDefinition"))}
    assert sorted((element, place) for element, place, _ in TRIGGERED) == sorted(
        (kind, place) for kind in kinds for place in PLACES)


OTHERWISE = {"startQuantity": "2", "completionQuantity": "2", "eventGatewayType": "Parallel", "behavior": "None"}


@pytest.mark.parametrize(("tag", "said"), [
    ("userTask", "isForCompensation"), ("userTask", "startQuantity"), ("userTask", "completionQuantity"),
    ("receiveTask", "instantiate"), ("eventBasedGateway", "instantiate"), ("eventBasedGateway", "eventGatewayType"),
    ("startEvent", "parallelMultiple"), ("multiInstanceLoopCharacteristics", "behavior")])
def test_an_attribute_that_would_change_a_case_is_refused(tag, said):
    files = everything()
    value = OTHERWISE.get(said, "true")
    changed = files["p.bpmn"].replace(f"<bpmn:{tag}".encode(), f'<bpmn:{tag} {said}="{value}"'.encode(), 1)
    assert {code for code, _ in errors({**files, "p.bpmn": changed})} == {"unsupported-attribute"}
    assert f"`{said}`" in profile_page.PAGES["en"].read_text(encoding="utf-8")


LOGIC = b"<literalExpression><text>5</text></literalExpression>"
TABLE = (b"<decisionTable><input><inputExpression><text>f.y</text></inputExpression><inputValues><text>1</text>"
         b'</inputValues></input><output name="x"><outputValues><text>1</text></outputValues><defaultOutputEntry>'
         b"<text>1</text></defaultOutputEntry></output><rule><inputEntry><text>1</text></inputEntry><outputEntry><text>1</text>"
         b"</outputEntry></rule></decisionTable>")
NEEDS = b'<decision id="two"><literalExpression><text>6</text></literalExpression></decision>'
REQUIRES = (b'<informationRequirement id="needs"><requiredDecision href="#two"/></informationRequirement>')


def deciding(place: str, element: str) -> dict[str, bytes]:
    """Put an element into a place of a sound file of decisions."""
    table = FEE.replace(b"</definitions>", NEEDS + b"</definitions>").replace(LOGIC, REQUIRES + TABLE)
    root = etree.fromstring(FEE if place == "literalExpression" else table)
    holder = next(root.iter(f"{{*}}{place}"))
    if element in LOGICS:
        holder.remove(next(holder.iter("{*}decisionTable")))
    if place == "literalExpression":
        holder.clear()
    etree.SubElement(holder, f"{{{root.nsmap[None]}}}{element}", id="tried")
    return {**everything(), "fee.dmn": etree.tostring(root)}


LOGICS = frozenset({"invocation", "context", "relation", "list", "functionDefinition", "conditional", "for", "every",
                    "some", "filter"})
AROUND = frozenset({"definitions", "decision", "decisionTable", "input", "output", "rule", "informationRequirement",
                    "literalExpression"})


@pytest.mark.parametrize(("place", "element"), sorted(
    pair for pair in pairs(DMN, "drawing") if pair[0] in AROUND), ids="-".join)
def test_what_is_only_drawn_of_a_decision_changes_nothing(place, element):
    assert errors(deciding(place, element)) == []


@pytest.mark.parametrize(("place", "element"), sorted(
    pair for pair in pairs(DMN, "refused") if pair[0] in AROUND), ids="-".join)
def test_what_is_refused_of_a_decision_is_refused(place, element):
    found = errors(deciding(place, element))
    assert {code for code, _ in found} >= {"expression" if place == "literalExpression" else "unsupported-decision"}
    assert place == "literalExpression" or any(element in sentence for _, sentence in found)


def test_the_limits_are_those_of_the_engine():
    budget = workflow.Budget()
    known = [structure.MAX_STEPS, checking.MAX_PROCESSES, guard.MAX_BYTES // 1_000_000, guard.MAX_ELEMENTS,
             guard.MAX_DEPTH, instances.MOST, budget.tasks, int(budget.seconds),
             int(timers.SHORTEST_CYCLE.total_seconds()), timers.MOST_FIRINGS, notation.MAX_LENGTH,
             notation.MAX_NODES, assignments.MAX_LINES, tables.MAX_RULES,
             tables.MAX_BYTES // 1_000_000, requirements.MAX_CHAIN, values.MAX_VALUES, values.MAX_DEPTH,
             messages.MOST_BUFFERED, pack_guard.MAX_BYTES // 1024 // 1024]
    assert [int(said.partition(" ")[0].replace(",", "")) for said in profile_page.numbers()] == known
    assert [int(said.partition(" ")[0].replace(".", "")) for said in profile_page.numbers("vi")] == known


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_functions_an_expression_may_call_are_named(language):
    said = profile_page.PAGES[language].read_text(encoding="utf-8")
    assert ", ".join(f"`{name}`" for name in sorted(functions.FUNCTIONS)) in " ".join(said.split())

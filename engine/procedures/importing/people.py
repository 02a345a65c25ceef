"""Who does a step: candidate groups and lanes become roles. People by name are left out: they stand in the
organisation file, and a diagram outlives them."""

from __future__ import annotations

import ast
import re

from engine.domain import roles
from engine.domain.text import Text, searchable
from engine.procedures.importing import reasons
from engine.procedures.importing.dialect import FLOWABLE, LIKE_CAMUNDA, ZEEBE, B
from engine.procedures.importing.drawing import USER_TASKS, Drawing
from engine.procedures.xml_document import Element
from engine.procedures.xml_edit import element as written

_STARTER = frozenset({"initiator", "starter", "INITIATOR"})
_VARIABLE = re.compile(r"(?:[$#]\{\s*|=\s*|\$)([A-Za-z_]\w*)\s*\}?")
_NO_LANE = Text("Bước này chưa có vai trò: thêm motcua:assignment hoặc đặt bước vào một làn.",
                "The step has no role: add a motcua:assignment or put the step into a lane.")
_CHOOSE = Text("Nhiều nhóm từng được làm bước này; hãy chọn vai trò đúng.",
               "Several groups could do this step; choose the right role.")


def read(drawing: Drawing) -> None:
    """Give every step a person does its role, and note which steps have none."""
    lanes = _lanes(drawing)
    starters = _STARTER | {name for node in drawing.nodes() if node.tag == f"{B}startEvent"
                           and (name := drawing.attribute(node, "initiator"))}
    for node in drawing.nodes():
        if node.tag in USER_TASKS:
            _step(drawing, node, lanes.get(_outermost(node, lanes), ""), starters)


def _lanes(drawing: Drawing) -> dict[str, str]:
    """Give the role of the lane each node is in; lanes inside lanes win."""
    found: dict[str, str] = {}
    for process in drawing.processes:
        for lane in process.walk():
            if lane.tag != f"{B}lane":
                continue
            words = " ".join(lane.get("name").split())
            role = roles.named(words)
            inside = [one.text.strip() for one in lane.named(f"{B}flowNodeRef")]
            if words and role != words:
                drawing.notes.translated(lane, "name", words, role)
            elif words:
                drawing.notes.read(lane, "name", words)
            if words or drawing.declares(lane, "assignment"):
                found.update(dict.fromkeys(inside, role or " "))
    return found


def _outermost(node: Element, lanes: dict[str, str]) -> str:
    """Give the id under which a node stands in a lane: its own, or that of the sub-process around it."""
    inner: Element | None = node
    while inner is not None and inner.id not in lanes and inner.tag != f"{B}process":
        inner = inner.parent
    return inner.id if inner is not None else ""


def _step(drawing: Drawing, node: Element, lane: str, starters: frozenset[str]) -> None:
    """Declare the role of one step."""
    groups, persons = _candidates(drawing, node)
    if drawing.declares(node, "assignment"):
        drawing.notes.read(node, "assignment", "motcua")
        for what, value in [*groups, *persons]:
            drawing.notes.left_out(node, what, value, reasons.FIRST_WINS)
        return
    role = _role(drawing, node, groups)
    for what, value in persons:
        variable = _VARIABLE.fullmatch(value)
        if role is None and variable is not None and variable[1] in starters:
            role = "applicant"
            drawing.notes.translated(node, what, value, "role=applicant")
        else:
            drawing.notes.left_out(node, what, value, reasons.PERSONS)
    _declare(drawing, node, role, lane)


def _declare(drawing: Drawing, node: Element, role: str | None, lane: str) -> None:
    """Write role and priority; a role that a lane gives need not be written."""
    priority = _priority(drawing, node)
    if role is None and not lane:
        drawing.notes.lacks("role", node, _NO_LANE)
    if role is None and lane.strip() and priority and not re.search(r"\s", lane):
        role = lane
    if role is not None:
        drawing.declare(node, written("motcua:assignment", {"role": role} | (
            {"priority": priority} if priority else {})))
    elif priority:
        drawing.notes.left_out(node, "priority", priority, reasons.NO_ROLE_FOR_PRIORITY)
    if role is not None and priority:
        drawing.notes.translated(node, "priority", priority, f"priority={priority}")


def _candidates(drawing: Drawing, node: Element) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Give what a step says of groups, and what it says of persons, each with where it says so."""
    groups = [("candidateGroups", drawing.attribute(node, "candidateGroups"))]
    persons = [(name, drawing.attribute(node, name)) for name in ("assignee", "candidateUsers", "owner")]
    zeebe = drawing.extension(node, "assignmentDefinition", [ZEEBE])
    if zeebe is not None:
        groups.append(("candidateGroups", zeebe.get("candidateGroups")))
        persons += [(name, zeebe.get(name)) for name in ("assignee", "candidateUsers")]
    for one in node.children:
        if one.tag in (f"{B}potentialOwner", f"{B}humanPerformer", f"{B}performer"):
            _resources(one, groups, persons)
    for one in drawing.extensions(node, "customResource", LIKE_CAMUNDA):
        persons.append(("customResource", one.get("name") or one.get(f"{{{FLOWABLE}}}name")))
    return [pair for pair in groups if pair[1]], [pair for pair in persons if pair[1]]


def _resources(one: Element, groups: list[tuple[str, str]], persons: list[tuple[str, str]]) -> None:
    """Read the standard's own owners: `group(x)`, `user(x)` or bare names, which are groups."""
    words = " ".join(inner.text.strip() for inner in one.walk() if inner.local == "formalExpression")
    users = re.findall(r"user\(([^)]{1,200})\)", words)
    rest = re.sub(r"user\([^)]{1,200}\)", "", words).replace("group(", "").replace(")", "").strip(" ,")
    persons += [(one.local, user) for user in users]
    if rest:
        (groups if one.local == "potentialOwner" else persons).append((one.local, rest))


def _role(drawing: Drawing, node: Element, groups: list[tuple[str, str]]) -> str | None:
    """Make a role of the first group; the others are said to be left out."""
    for what, value in groups:
        names = _listed(value)
        if names is None:
            drawing.notes.left_out(node, what, value, reasons.COMPUTED_GROUPS)
            continue
        if not names:
            continue
        role = _word(names[0])
        drawing.notes.translated(node, what, names[0], f"role={role}")
        for other in names[1:]:
            drawing.notes.left_out(node, what, other, reasons.MORE_GROUPS)
        if len(names) > 1:
            drawing.notes.lacks("role", node, _CHOOSE)
        return role
    return None


def _listed(value: str) -> list[str] | None:
    """Give the names in a list of groups, written with commas or as a FEEL list of texts; None when computed."""
    text = value.strip()
    if text.startswith("="):
        try:
            found = ast.literal_eval(text[1:].strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return None
        found = [found] if isinstance(found, str) else found
        good = isinstance(found, list) and all(isinstance(one, str) for one in found)
        return [one.strip() for one in found if one.strip()] if good else None
    if "${" in text or "#{" in text:
        return None
    return [one.strip() for one in text.split(",") if one.strip()]


def _word(group: str) -> str:
    """Give the role a group means: a known one by its title, a word as it is, else its words joined."""
    named = roles.named(group)
    if not re.search(r"\s", named):
        return named
    return re.sub(r"[^a-z0-9]+", "-", searchable(named)).strip("-") or "role"


def _priority(drawing: Drawing, node: Element) -> str:
    """Give the priority of a step as we write it; 50 is what a step has anyway."""
    zeebe = drawing.extension(node, "priorityDefinition", [ZEEBE])
    given = drawing.attribute(node, "priority") or (zeebe.get("priority").strip() if zeebe is not None else "")
    plain = given.lstrip("= ")
    if not given:
        return ""
    if not re.fullmatch("[0-9]{1,3}", plain, re.ASCII) or int(plain) > 100:
        why = reasons.PRIORITY_RANGE if re.fullmatch("-?[0-9]+", plain) else reasons.COMPUTED
        drawing.notes.left_out(node, "priority", given, why)
        return ""
    if int(plain) == 50:
        drawing.notes.read(node, "priority", given)
        return ""
    return str(int(plain))

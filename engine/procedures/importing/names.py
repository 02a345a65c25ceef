"""Ids that are no names of ours get new ones, everywhere they are referred to; a process's id becomes its slug.

Steps that keep data are spoken of in conditions, so their ids must be names. Ids that a modeler made up give way to
the name of the step in words; gateways, flows and lanes keep theirs, whatever they are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.domain.text import searchable
from engine.procedures.importing.dialect import OWN, B
from engine.procedures.importing.drawing import Drawing, is_node
from engine.procedures.pack import SLUG
from engine.procedures.xml_document import Element
from engine.workflow.checks import structure
from engine.workflow.language import expressions

LONGEST = 40
_MADE_UP = re.compile(
    r"(?:[A-Za-z]*(?:Process|Activity|Task|Event|SubProcess|DataObject|DataObjectReference|CallActivity|Decision|"
    r"Definitions|Form)_(?:[0-9]{1,7}|(?=[a-z]*[0-9])[0-9a-z]{7})|sid-.+|_?[0-9A-Fa-f-]{16,}|id[-_]?[0-9A-Fa-f-]{4,})")
_TYPED = re.compile(r"^(?:Process|Activity|Task|UserTask|ServiceTask|ScriptTask|Event|StartEvent)_([A-Za-z]\w+)$")
_REFERENCES = frozenset({"sourceRef", "targetRef", "attachedToRef", "default", "processRef", "bpmnElement",
                         "dataObjectRef", "activityRef"})
_SPOKEN = frozenset({f"{B}flowNodeRef", f"{B}sourceRef", f"{B}targetRef"})
_STANDARD = "http://www.omg.org/spec/BPMN/"
_EMPTY = frozenset({"endEvent", "intermediateThrowEvent"})
_ACTORS = ("notActorOf", "sameActorAs")


def made_up(identity: str) -> bool:
    """Tell whether an id was made by a modeler and means nothing to a person."""
    return _MADE_UP.fullmatch(identity) is not None


class Taken:
    """The names that are given already; the next free number of each is kept, so that many alike cost no more."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = set(names)
        self._next: dict[str, int] = {}

    def free(self, wanted: str) -> str:
        """Give a name, with a number behind it where it is given already; it is then given."""
        found, number = wanted, self._next.get(wanted, 2)
        while found in self.names:
            found, number = f"{wanted}_{number}", number + 1
        self._next[wanted] = number
        self.names.add(found)
        return found


def name(identity: str, words: str) -> str:
    """Give a name of ours for an id: the id itself where it is one, else from the id or the words beside it."""
    if expressions.NAME.fullmatch(identity) and identity not in expressions.RESERVED and not made_up(identity):
        return identity
    meant = searchable(words) if made_up(identity) and re.search("[a-z]", searchable(words)) else _TYPED.sub(
        r"\1", identity)
    return structure.proposed(_cut(meant), ())


def slug(identity: str, words: str, taken: set[str]) -> str:
    """Give the slug of a process: its id where it is one and means something, else made of its name or id."""
    found = identity
    if not SLUG.fullmatch(identity) or made_up(identity):
        meant = words if (made_up(identity) or not identity) and re.search("[a-z]", searchable(words)) else _TYPED.sub(
            r"\1", identity)
        plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", meant)
        found = re.sub("[^a-z0-9]+", "-", searchable(plain)).strip("-")[:60].strip("-")
        found = found if re.match("[a-z]", found) else f"procedure-{found}".rstrip("-")
    number, free = 2, found
    while free in taken:
        free, number = f"{found}-{number}", number + 1
    return free


def field(key: str) -> str:
    """Give a name of ours for a field or a variable."""
    if expressions.NAME.fullmatch(key) and key not in expressions.RESERVED:
        return key
    return structure.proposed(_cut(key), ())


def plan(drawing: Drawing) -> None:
    """Decide which ids of a file change, and note it; ids that stand twice are left as they are."""
    every = [element for element in drawing.document.root.walk() if element.id]
    count: dict[str, int] = {}
    for element in every:
        count[element.id] = count.get(element.id, 0) + 1
    taken = Taken(count)
    for element in every:
        if not _keeps_data(element) or count[element.id] > 1:
            continue
        found = name(element.id, element.get("name"))
        if found != element.id:
            drawing.ids[element.id] = taken.free(found)
            drawing.notes.translated(element, "id", element.id, drawing.ids[element.id])


def rename(drawing: Drawing) -> None:
    """Write the new ids of steps and processes where the old ones stand."""
    changed = drawing.ids | {process.id: chosen for process, chosen in drawing.slugs.items()
                             if process.id and chosen != process.id}
    for element in drawing.document.root.walk():
        if element.id in changed and (_keeps_data(element) or element in drawing.slugs):
            drawing.edits.set(element, "id", changed[element.id])
        if element.namespace.startswith(_STANDARD):
            _references(drawing, element, changed)
        _actors(drawing, element)
    for process, chosen in drawing.slugs.items():
        if process.id != chosen:
            drawing.notes.translated(process, "id", process.id, chosen)
            if not process.id:
                drawing.edits.set(process, "id", chosen)


def _references(drawing: Drawing, element: Element, changed: dict[str, str]) -> None:
    """Write the new ids where an element of the standard refers to old ones."""
    for key in _REFERENCES & element.attributes.keys():
        found = _referred(element.get(key), changed)
        if found is not None:
            drawing.edits.set(element, key, found)
    if element.tag in _SPOKEN:
        found = _referred(element.text.strip(), changed)
        if found is not None:
            drawing.edits.text(element, found)


def _keeps_data(element: Element) -> bool:
    keeps = is_node(element) and not element.local.endswith("Gateway") and element.local not in _EMPTY
    return keeps or element.tag == f"{B}dataObject"


def _referred(value: str, changed: dict[str, str]) -> str | None:
    """Give the new form of a reference, which may have a prefix; None when it stays."""
    if value in changed:
        return changed[value]
    prefix, colon, rest = value.rpartition(":")
    return f"{prefix}:{changed[rest]}" if colon and rest in changed else None


def _actors(drawing: Drawing, element: Element) -> None:
    """Steps that our own declarations name by id are named anew as well."""
    places = [(element, key) for key in _ACTORS if key in element.attributes and element.namespace == OWN]
    if element.local == "property" and element.get("name").endswith(_ACTORS) and "value" in element.attributes:
        places.append((element, "value"))
    for one, key in places:
        words = one.get(key).split()
        if any(word in drawing.ids for word in words):
            drawing.edits.set(one, key, " ".join(drawing.new(word) for word in words))


def _cut(words: str) -> str:
    """Cut a long name at a word."""
    flat = " ".join(words.split())
    if len(flat) <= LONGEST:
        return flat
    return flat[:LONGEST + 1].rpartition(" ")[0] or flat[:LONGEST]

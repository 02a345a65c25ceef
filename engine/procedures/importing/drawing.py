"""One foreign diagram while it is made into a draft: its tree, the changes to it, what was noted, and which foreign
parts somebody has read. What the parts mean is decided in the modules named by their subject."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from engine.procedures.importing.dialect import LIKE_CAMUNDA, OWN, B, of
from engine.procedures.importing.report import Notes
from engine.procedures.importing.variables import Variables
from engine.procedures.xml_document import Document, Element
from engine.procedures.xml_edit import Edits

USER_TASKS = frozenset({f"{B}userTask", f"{B}manualTask", f"{B}task"})
_NODE_ENDINGS = ("Task", "task", "Event", "Gateway", "subProcess", "SubProcess", "callActivity", "transaction")


@dataclass(eq=False)
class Drawing:
    """One file. `ids` gives the new id for every old one that changes; `slugs` the slug of each of its processes."""

    file: str
    document: Document
    dialect: str
    edits: Edits
    notes: Notes = field(default_factory=Notes)
    ids: dict[str, str] = field(default_factory=dict)
    slugs: dict[Element, str] = field(default_factory=dict)
    variables: Variables = field(default_factory=Variables)
    called: dict[str, str] = field(default_factory=dict)        # processes of all files: old id → slug
    _seen: set[Element | tuple[Element, str]] = field(default_factory=set)
    _new_steps: frozenset[str] = frozenset()
    _declared: dict[Element, list[str]] = field(default_factory=dict)

    @property
    def processes(self) -> list[Element]:
        """Give the processes of the file."""
        return self.document.root.named(f"{B}process")

    @cached_property
    def steps(self) -> frozenset[str]:
        """Give the ids of all flow nodes and data objects, as they are in the file."""
        return frozenset(element.id for process in self.processes for element in process.walk()
                         if is_node(element) or element.tag == f"{B}dataObject")

    @property
    def new_steps(self) -> frozenset[str]:
        """Give the ids that flow nodes and data objects have in the draft."""
        if len(self._new_steps) != len(self.steps):
            self._new_steps = frozenset(map(self.new, self.steps))
        return self._new_steps

    def new(self, identity: str) -> str:
        """Give the id an old one has in the draft."""
        return self.ids.get(identity, identity)

    def nodes(self) -> tuple[Element, ...]:
        """Give the flow nodes of all processes, those in sub-processes too."""
        return self._nodes

    @cached_property
    def _nodes(self) -> tuple[Element, ...]:
        return tuple(element for process in self.processes for element in process.walk() if is_node(element))

    def attribute(self, element: Element, local: str, namespaces: Iterable[str] = LIKE_CAMUNDA) -> str:
        """Give a foreign attribute, which now counts as read; empty when there is none."""
        for namespace in namespaces:
            name = f"{{{namespace}}}{local}"
            if name in element.attributes:
                self._seen.add((element, name))
                return element.get(name).strip()
        return ""

    def extensions(self, element: Element, local: str, namespaces: Iterable[str]) -> list[Element]:
        """Give the extension elements of a name, which now count as read with all they hold."""
        allowed = tuple(namespaces)
        found = [one for holder in element.named(f"{B}extensionElements") for one in holder.children
                 if one.local == local and one.namespace in allowed]
        self._seen.update(found)
        return found

    def extension(self, element: Element, local: str, namespaces: Iterable[str]) -> Element | None:
        """Give the first extension element of a name, or None."""
        return next(iter(self.extensions(element, local, namespaces)), None)

    def property(self, element: Element, name: str) -> str:
        """Give a generic property of a stock modeler, which now counts as read; empty when there is none."""
        for holder in self.properties(element):
            for one in holder.children:
                if one.local == "property" and one.get("name") == name:
                    self._seen.add(one)
                    return one.get("value").strip()
        return ""

    def properties(self, element: Element) -> list[Element]:
        """Give the lists of generic properties of an element."""
        return [one for holder in element.named(f"{B}extensionElements") for one in holder.children
                if one.local == "properties"]

    def seen(self, what: Element | tuple[Element, str]) -> bool:
        """Tell whether somebody has read an extension element or a foreign attribute."""
        return what in self._seen

    def mark(self, what: Element | tuple[Element, str]) -> None:
        """Count an extension element or a foreign attribute as read."""
        self._seen.add(what)

    def declares(self, element: Element, name: str) -> bool:
        """Tell whether an element already declares something in our words, in either way of writing it."""
        return self.declares_element(element, name) or any(
            one.get("name").startswith(f"motcua.{name}.") for holder in self.properties(element)
            for one in holder.children)

    def declares_element(self, element: Element, name: str) -> bool:
        """Tell whether an element holds a declaration as an element of ours."""
        return any(one.tag == f"{{{OWN}}}{name}" for holder in element.named(f"{B}extensionElements")
                   for one in holder.children)

    def declare(self, element: Element, xml: str) -> None:
        """Add a declaration in our words to an element; it is written with `flush`."""
        self._declared.setdefault(element, []).append(xml)

    def flush(self) -> None:
        """Write the declarations into the extension elements, which are made where there are none."""
        ours = self._bound() if self._declared else ""
        for element, declared in self._declared.items():
            written = [xml.replace("<motcua:", f"<{ours}:", 1) for xml in declared]
            prefix = element.name.rpartition(":")[0]
            holder = element.first(f"{B}extensionElements")
            if holder is not None:
                for xml in written:
                    self.edits.append(holder, xml)
                continue
            name = f"{prefix}:extensionElements" if prefix else "extensionElements"
            xml = "\n".join([f"<{name}>", *(f"  {one}" for one in written), f"</{name}>"])
            documents = element.named(f"{B}documentation")
            if documents:
                self.edits.after(documents[-1], xml)
            else:
                self.edits.insert(element, xml)
        self._declared = {}

    def _bound(self) -> str:
        """Name our namespace at the root, where it is not named; a prefix that means something else is left to it."""
        root, prefix = self.document.root, "motcua"
        while root.prefixes.get(prefix, OWN) != OWN:
            prefix += "_"
        if prefix not in root.prefixes:
            self.edits.set(root, f"xmlns:{prefix}", OWN)
        return prefix


def opened(file: str, document: Document) -> Drawing:
    """Begin to work on a file."""
    return Drawing(file, document, of(document), Edits(document))


def is_node(element: Element) -> bool:
    """Tell whether an element is a flow node."""
    return element.tag.startswith(B) and element.local.endswith(_NODE_ENDINGS)

"""Places for a diagram whose file says none: written into the file as BPMN diagram interchange, nothing else changed.

Lanes keep the order of their author, boxes never overlap, flows run level and upright around them. A drawn diagram is
never laid out anew unless that is asked for. What a file means is decided elsewhere; nothing here refuses a file.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from lxml import etree

from engine.procedures import layout_pools, layout_read, layout_write

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
FAR = 2_000_000  # a place beyond this is a mistake of the file, and would make a picture unusable
KEPT = 8  # results kept: a page asks for the same file again and again
TWO_BYTES = (b"\xff\xfe", b"\xfe\xff")


def has_layout(content: bytes) -> bool:
    """Whether the file places every step and sequence flow of its processes, or at least a pool where it has no step.

    A drawing that leaves out a step would lie, so a diagram interchange with a gap counts as none. The inside of a
    sub-process may be left out: it may be collapsed. So may a flow that leads back into its own beginning.
    """
    root = parsed(content)
    return root is not None and _placed_whole(root)


def laid_out(content: bytes, *, again: bool = False) -> bytes:
    """Give the file with a layout in it, inserted before its closing tag; every other byte stays as it is.

    A file that has a diagram keeps it, even one with gaps; `again` replaces it. What is no BPMN, has nothing to place
    or is written in two bytes a letter comes back as it was. Never raises.
    """
    return _laid_out(content, again)


@lru_cache(maxsize=KEPT)
def _laid_out(content: bytes, again: bool) -> bytes:
    root = parsed(content)
    if root is None or content.startswith(TWO_BYTES) or b"\0" in content[:4]:
        return content
    drawn = next(root.iter(f"{DI}BPMNDiagram"), None) is not None
    if drawn and not again:
        return content
    sheet = layout_read.sheet(root)
    if not sheet.home and not sheet.pools:
        return content
    layout_pools.placed(sheet)
    diagram = layout_write.diagram(sheet)
    result = layout_write.inserted(layout_write.without(content) if drawn else content, diagram)
    return result if result is not None and parsed(result) is not None else content


def parsed(content: bytes) -> Any:
    """The root of the file or None; entities are not resolved, nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def numbers(element: Any, names: tuple[str, ...]) -> list[float] | None:
    """The numbers in these attributes; None where one is missing, is none, or lies out of reach."""
    try:
        found = [float(element.get(name) or "nan") for name in names]
    except ValueError:
        return None
    return found if all(math.isfinite(one) and abs(one) <= FAR for one in found) else None


def _placed_whole(root: Any) -> bool:
    shapes, edges = _placed(root)
    processes = [element for element in root if layout_read.kind_of(element) == "process"]
    children = [(layout_read.kind_of(child), child) for process in processes for child in process]
    steps = {child.get("id") for kind, child in children if layout_read.is_step(kind) and child.get("id")}
    flows = {child.get("id") for kind, child in children if kind == "sequenceFlow" and child.get("id")
             and child.get("sourceRef") != child.get("targetRef")
             and {layout_read.reference(child.get(end)) for end in ("sourceRef", "targetRef")} <= steps}
    return bool(shapes) and steps <= shapes and flows <= edges


def _placed(root: Any) -> tuple[set[str], set[str]]:
    """The ids of all elements with usable bounds, and of those with a usable way."""
    shapes: set[str] = set()
    edges: set[str] = set()
    for element in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge"):
        key = layout_read.reference(element.get("bpmnElement"))
        if element.tag == f"{DI}BPMNEdge":
            if sum(numbers(point, ("x", "y")) is not None for point in element.findall(f"{DD}waypoint")) > 1:
                edges.add(key)
            continue
        bounds = element.find(f"{DC}Bounds")
        size = None if bounds is None else numbers(bounds, ("x", "y", "width", "height"))
        if size is not None and size[2] > 1 and size[3] > 1:
            shapes.add(key)
    return shapes, edges

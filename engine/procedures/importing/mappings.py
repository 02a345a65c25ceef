"""Output mappings: a step gives one of its own variables another name. A condition that reads the new name reads where
the old one stands; nothing is copied."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.procedures.importing.dialect import B
from engine.procedures.importing.drawing import Drawing
from engine.procedures.xml_document import Element

_PATH = re.compile(r"(?:=\s*|[$#]\{\s*)([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*\}?")


def results(drawing: Drawing) -> None:
    """Note the other names of variables, where a mapping names one variable and nothing is worked out."""
    for node in drawing.nodes():
        for source, target in _outputs(node):
            found = _PATH.fullmatch(source.strip())
            places = drawing.variables.places(found[1], node.id) if found is not None else ()
            if len(places) == 1 and target and target not in drawing.variables.origins:
                drawing.variables.add(target, node.id, places[0])
                drawing.notes.translated(node, "output mapping", f"{source.strip()} as {target}", places[0])


def _outputs(node: Element) -> Iterator[tuple[str, str]]:
    """Give source and target of every output mapping of a step."""
    for holder in node.named(f"{B}extensionElements"):
        for mapping in (one for one in holder.children if one.local in ("ioMapping", "inputOutput")):
            for one in mapping.children:
                if one.local == "output":
                    yield one.get("source"), one.get("target")
                elif one.local == "outputParameter" and not one.children:
                    yield one.text, one.get("name")

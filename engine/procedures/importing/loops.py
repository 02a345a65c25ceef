"""Activities done several times: for each element of a list, so many times, or until a condition holds."""

from __future__ import annotations

from engine.procedures.importing import flows, reasons, translation
from engine.procedures.importing.dialect import LIKE_CAMUNDA, ZEEBE, B
from engine.procedures.importing.drawing import Drawing
from engine.procedures.importing.names import field
from engine.procedures.xml_document import Element
from engine.procedures.xml_edit import element as written

_MANY = f"{B}multiInstanceLoopCharacteristics"
_ASKED = ((f"{B}completionCondition", True), (f"{B}loopCardinality", False))


def _collection(drawing: Drawing, many: Element) -> tuple[str, str, str]:
    """Give the list an activity is done for, the name of its element, and where both are said."""
    zeebe = drawing.extension(many, "loopCharacteristics", [ZEEBE])
    if zeebe is not None:
        return zeebe.get("inputCollection").strip(), zeebe.get("inputElement").strip(), "inputCollection"
    said = drawing.attribute(many, "collection", LIKE_CAMUNDA)
    if said:
        return said, drawing.attribute(many, "elementVariable", LIKE_CAMUNDA), "collection"
    listed, item = many.first(f"{B}loopDataInputRef"), many.first(f"{B}inputDataItem")
    words = listed.text.strip() if listed is not None else ""
    return words, (item.get("name") or item.id) if item is not None else "", "loopDataInputRef"


def results(drawing: Drawing) -> None:
    """Note the variables that hold the element of an instance."""
    for node in drawing.nodes():
        for many in node.named(_MANY):
            item = _collection(drawing, many)[1]
            if item:
                drawing.variables.add(item, node.id, field(item))


def read(drawing: Drawing) -> None:
    """Translate how often each activity is done."""
    for node in drawing.nodes():
        for many in node.named(_MANY):
            _each(drawing, node, many)
            for tag, truth in _ASKED:
                for one in many.named(tag):
                    flows.asked(drawing, node, one, one.local, truth=truth)
        for loop in node.named(f"{B}standardLoopCharacteristics"):
            for one in loop.named(f"{B}loopCondition"):
                flows.asked(drawing, node, one, one.local)


def _each(drawing: Drawing, node: Element, many: Element) -> None:
    """Write the list and its element in our words."""
    collection, item, what = _collection(drawing, many)
    zeebe = drawing.extension(many, "loopCharacteristics", [ZEEBE])
    if zeebe is not None and zeebe.get("outputCollection"):
        drawing.notes.left_out(node, "outputCollection", zeebe.get("outputCollection"), reasons.COLLECTED)
        drawing.variables.add(zeebe.get("outputCollection"), node.id, drawing.new(node.id))
    if not collection:
        return
    if drawing.declares(node, "each"):
        drawing.notes.left_out(node, what, collection, reasons.FIRST_WINS)
        return
    bare = collection if collection.startswith(("=", "$", "#")) or not collection.isidentifier() else ""
    found = translation.value(drawing, bare or collection, node, language="" if bare else "python")
    if found.text is None:
        flows.untranslated(drawing, node, what, collection, found)
        return
    after = f"{found.text} as {field(item)}" if item else found.text
    if (found.text, field(item) if item else "") == (collection, item) and what == "loopDataInputRef":
        drawing.notes.read(node, what, collection)
        return
    drawing.notes.translated(node, what, f"{collection} as {item}" if item else collection, after)
    drawing.declare(node, written("motcua:each", {"in": found.text} | ({"as": field(item)} if item else {})))

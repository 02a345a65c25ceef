"""Which form a step asks with, in every dialect, and the form made of it. A page of another engine is left out; a form
file is looked for among the files given and those beside the diagram."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.text import Text
from engine.procedures import form_files, forms, procedure
from engine.procedures.form_model import Form
from engine.procedures.importing import form_embedded, form_js, form_rjsf, reasons
from engine.procedures.importing.dialect import ACTIVITI, FLOWABLE, LIKE_CAMUNDA, ZEEBE, B
from engine.procedures.importing.drawing import Drawing
from engine.procedures.importing.form_draft import FormDraft, UnreadableForm, document
from engine.procedures.importing.sources import Shelf
from engine.procedures.texts import Catalogue
from engine.procedures.xml_document import Element
from engine.procedures.xml_edit import element as written

_ASKING = (f"{B}userTask", f"{B}startEvent")
_STORED = re.compile(r"camunda-forms:(?:bpmn|deployment|app):(?:.*/)?([^/]+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A form of a draft: the step that asks it (old id), the name of its file, its bytes, and the form as read."""

    step: Element
    name: str
    content: bytes
    form: Form


@dataclass(frozen=True, slots=True)
class _Found:
    """What a step says of its form: where, what, the form of ours made of it, and a key that two steps may share."""

    what: str
    value: str
    draft: FormDraft | None
    key: str = ""


def read(drawing: Drawing, shelf: Shelf) -> list[Asked]:
    """Make the forms of a file, and note which variables each of them fills and which steps have none."""
    found: list[Asked] = []
    by_key: dict[str, str] = {}
    for node in drawing.nodes():
        if node.tag not in _ASKING or len(found) >= procedure.MAX_FORMS:
            continue
        said = _said(drawing, node, shelf)
        asked = _made(drawing, node, said, by_key.get(said.key, "")) if said is not None else None
        if asked is not None and said is not None:
            by_key.setdefault(said.key or node.id, asked.name)
            found.append(asked)
        elif node.tag == f"{B}userTask" and not drawing.declares(node, "form"):
            drawing.notes.lacks("form", node, Text(
                f"Bước này chưa có mẫu: thêm forms/{drawing.new(node.id)}.json.",
                f"The step has no form: add forms/{drawing.new(node.id)}.json."))
    return found


def _said(drawing: Drawing, node: Element, shelf: Shelf) -> _Found | None:
    """Give what a step says of its form, in the first way in which it says something."""
    for look in (_by_reference, _by_definition, _by_property, _inside):
        found = look(drawing, node, shelf)
        if found is not None:
            return found
    return None


def _by_reference(drawing: Drawing, node: Element, shelf: Shelf) -> _Found | None:
    """Camunda 7, Operaton and Flowable name a form by reference or key."""
    name = drawing.attribute(node, "formRef") and "formRef"
    value = drawing.attribute(node, "formRef") or drawing.attribute(node, "formKey")
    for binding in ("formRefBinding", "formRefVersion", "formFieldValidation"):
        drawing.attribute(node, binding)
    if not value:
        return None
    stored = _STORED.fullmatch(value)
    return _file(name or "formKey", value, stored[1] if stored is not None else value, shelf)


def _by_definition(drawing: Drawing, node: Element, shelf: Shelf) -> _Found | None:
    """Camunda 8 names a form by id, or keeps it in the process."""
    definition = drawing.extension(node, "formDefinition", [ZEEBE])
    drawing.extension(node, "userTask", [ZEEBE])
    if definition is None:
        return None
    what = next((key for key in ("formId", "formKey", "externalReference") if definition.get(key)), "formDefinition")
    value = definition.get(what)
    stored = _STORED.fullmatch(value)
    key = stored[1] if stored is not None else value
    process: Element | None = node
    while process is not None and process.tag != f"{B}process":
        process = process.parent
    for one in drawing.extensions(process, "userTaskForm", [ZEEBE]) if process is not None else ():
        if one.id == key:
            return _Found(what, value, _of(_parsed(one.text), {}), f"bpmn:{key}")
    return _file(what, value, key, shelf)


def _by_property(drawing: Drawing, node: Element, shelf: Shelf) -> _Found | None:
    """spiff-arena names two files: the schema, and what the page says of it."""
    value = drawing.property(node, "formJsonSchemaFilename")
    ui = drawing.property(node, "formUiSchemaFilename")
    if not value:
        return None
    page = (shelf.form_file(ui) if ui else None) or {}
    return _Found("formJsonSchemaFilename", value, _of(shelf.form_file(value), page), value)


def _inside(drawing: Drawing, node: Element, _shelf: Shelf) -> _Found | None:
    """Fields that stand in the diagram itself."""
    data = drawing.extension(node, "formData", LIKE_CAMUNDA)
    fields = [one for one in data.children if one.local == "formField"] if data is not None \
        else drawing.extensions(node, "formProperty", [FLOWABLE, ACTIVITI])
    if not fields:
        return None
    listed = ", ".join(one.id for one in fields)
    return _Found("formData" if data is not None else "formProperty", listed,
                  form_embedded.read(fields, " ".join(node.get("name").split())))


def _file(what: str, value: str, key: str, shelf: Shelf) -> _Found:
    """Look for a form by id, then by the name of its file."""
    by_id = shelf.form_by_id(key)
    name, form = by_id if by_id is not None else (key, shelf.form_file(key) or shelf.form_file(f"{key}.form"))
    return _Found(what, value, _of(form, {}), name)


def _parsed(text: str) -> Mapping[str, Any] | None:
    try:
        return document(text.strip().encode())
    except UnreadableForm:
        return None


def _of(form: Mapping[str, Any] | None, ui: Mapping[str, Any]) -> FormDraft | None:
    """Make a form of ours from any kind of foreign one; None when there is none or nobody knows its kind."""
    if form is None:
        return None
    if form_js.holds(form):
        return form_js.read(form)
    if form_embedded.holds(form):
        return form_embedded.flowable(form)
    return form_rjsf.read(form, ui) if form_rjsf.holds(form) else None


def _made(drawing: Drawing, node: Element, said: _Found, shared: str) -> Asked | None:
    """Take a form into the draft; a second step that asks the same gets the same."""
    if said.draft is None:
        page = said.value.startswith(("embedded:", "app:", "http")) or said.what == "externalReference"
        drawing.notes.left_out(node, said.what, said.value, reasons.PAGE if page else Text(
            "Không có tệp mẫu này trong các tệp đã cho và bên cạnh sơ đồ, hoặc không đọc được.",
            "No such form is among the given files and beside the diagram, or it cannot be read."))
        return None
    name = shared or drawing.new(node.id)
    if not said.draft.title:
        said.draft.title = " ".join(node.get("name").split())
    content = said.draft.content()
    form, problems = forms.read(f"forms/{name}.json", content, form_files.fieldset({}), Catalogue())
    if form is None:
        why = problems[0].message if problems else reasons.UNKNOWN
        drawing.notes.left_out(node, said.what, said.value, why)
        return None
    drawing.notes.translated(node, said.what, said.value, f"forms/{name}.json")
    for what, before, why in said.draft.left:
        drawing.notes.left_out(node, f"form {what}", before, why)
    _fill(drawing, node, said.draft)
    if name != drawing.new(node.id) and not drawing.declares(node, "form"):
        drawing.declare(node, written("motcua:form", {"name": name}))
    return Asked(node, name, content, form)


def _fill(drawing: Drawing, node: Element, draft: FormDraft) -> None:
    """Note where each field's answer stands; one with another name is said."""
    step = drawing.new(node.id)
    for old, new in draft.fields.items():
        drawing.variables.add(old, node.id, f"{step}.{new}")
        if old != new:
            drawing.notes.translated(node, "field", old, new)

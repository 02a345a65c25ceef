"""Panels for stock modelers: element templates of Camunda Modeler 7 and 8, and a moddle descriptor of bpmn.io.

All three are made from what the workflow room says a declaration may hold, so that they never fall behind it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.domain.text import Text
from engine.procedures.template_words import ATTRIBUTES, CHOICES, ELEMENTS, PLACES, Words
from engine.workflow import declarations
from engine.workflow.declarations import Attribute, Described

_SCHEMA = "https://unpkg.com/@camunda/{}element-templates-json-schema/resources/schema.json"
_FLAVOURS = {"camunda7": "camunda:property", "camunda8": "zeebe:property"}
_PERIOD = r"([1-9][0-9]{0,4} (working days?|working hours?|days?|hours?)|same day)"
PATTERNS: Mapping[str, str] = {
    "period": _PERIOD, "word": r"\S{1,200}", "words": r"\S+( +\S+)*", "per_cent": r"([1-9][0-9]?|100) ?%?",
    "cut_off": r"(none|([01][0-9]|2[0-3]):[0-5][0-9])", "unit": r"(receiving|competent|same|type:\S{1,100})",
    "kinds": r"(statutory|service_norm|task)([ ,]+(statutory|service_norm|task))*",
    "acts": r"(withdraw|extend|transfer|stop)( +(withdraw|extend|transfer|stop))*", "number": r"[0-9]{1,6}",
}
_NEVER_EMPTY = {("service", "handler")}
# What tells several declarations of one element apart in the names of properties, with a title for each.
_SLOTS: Mapping[tuple[str, bool], tuple[tuple[str, Text | None], ...]] = {
    ("deadline", True): (("statutory", Text("luật định", "statutory")),
                         ("statutory.2", Text("luật định, cho một kết quả", "statutory, for one outcome")),
                         ("service_norm", Text("định mức phục vụ", "service norm"))),
    ("deadline", False): (("task", Text("của bước", "of the step")),
                          ("task.2", Text("của bước, cho một kết quả", "of the step, for one outcome"))),
    ("letter", False): (("1", Text("thứ nhất", "first")), ("2", Text("thứ hai", "second"))),
    ("text", True): (("vi", Text("tiếng Việt", "Vietnamese")), ("en", Text("tiếng Anh", "English"))),
    ("text", False): (("vi", Text("tiếng Việt", "Vietnamese")), ("en", Text("tiếng Anh", "English"))),
}


def files() -> dict[str, bytes]:
    """Give the three files by name, as text that is the same at every call."""
    found: dict[str, Any] = {f"motcua.element-templates.{flavour}.json": element_templates(flavour)
                             for flavour in _FLAVOURS}
    found["motcua.moddle.json"] = moddle()
    return {name: (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
            for name, content in found.items()}


def element_templates(flavour: str) -> list[dict[str, Any]]:
    """Give the element templates of a modeler: one for each place that may declare something.

    Raises:
        KeyError: `flavour` is neither `camunda7` nor `camunda8`.
    """
    binding = _FLAVOURS[flavour]
    schema = _SCHEMA.format("" if flavour == "camunda7" else "zeebe-")
    made = []
    for name, title, types, kinds in PLACES:
        here = [one for one in declarations.described() if set(kinds) & set(one.places)]
        groups: list[dict[str, str]] = []
        fields: list[dict[str, Any]] = []
        for one in here:
            for slot, which in _slots(one, process=name == "process"):
                group = f"{one.element}.{slot}".rstrip(".")
                groups.append({"id": group, "label": _both(_titled(one, which))})
                fields += [{**field, "group": group} for field in _fields(one, slot, binding)]
        made.append({
            "$schema": schema, "name": f"Motcua: {_both(title)}", "id": f"motcua.{name}",
            "description": _both(Text("Những gì sơ đồ nói thêm cho Motcua.", "What the diagram says to Motcua.")),
            "appliesTo": list(types), "groups": groups,
            **({"entriesVisible": True} if flavour == "camunda7" else {}), "properties": fields})
    return made


def _slots(one: Described, *, process: bool) -> tuple[tuple[str, Text | None], ...]:
    """Give the ways in which a declaration may be made several times here, or the one way."""
    return _SLOTS.get((one.element, process), (("", None),))


def _fields(one: Described, slot: str, binding: str) -> Iterator[dict[str, Any]]:
    """Give the fields of one declaration, without the attributes that the names of its properties say."""
    named = slot.split(".") if slot else []
    fixed = {key for key, word in zip(one.grouped_by, named, strict=False) if _is_value(one, key, word)}
    if one.element == "deadline" and len(named) == 1:
        fixed.add("outcome")        # the first is for every outcome
    for attribute in one.attributes:
        if attribute.name not in fixed:
            yield _field(one, attribute, ".".join(["motcua", one.element, *named, attribute.name]), binding)


def _is_value(one: Described, key: str, word: str) -> bool:
    """Tell whether what stands in a property's name is a value of the attribute, not merely a mark."""
    return one.element == "text" or any(word in attribute.choices for attribute in one.attributes
                                        if attribute.name == key)


def _field(one: Described, attribute: Attribute, path: str, binding: str) -> dict[str, Any]:
    """Give one field of a panel."""
    words = ATTRIBUTES.get((one.element, attribute.name), Words(Text(attribute.name, attribute.name)))
    field: dict[str, Any] = {"label": _both(words.label), "binding": {"type": binding, "name": path}}
    if words.hint is not None:
        field["description"] = _both(words.hint)
    choices = _choices(one, attribute)
    never_empty = (one.element, attribute.name) in _NEVER_EMPTY
    if choices:
        field |= {"type": "Dropdown", "choices": [{"name": "–", "value": ""}, *choices]}
    else:
        field |= {"type": "String", **({"placeholder": words.example} if words.example else {})}
        pattern = PATTERNS.get(attribute.takes)
        if never_empty:
            field["constraints"] = {"notEmpty": True}
        elif pattern is not None:
            example = Text(f"Ví dụ: {words.example}", f"For example: {words.example}")
            field["constraints"] = {"notEmpty": False, "pattern": {
                "value": f"^({pattern})?$", "message": _both(example)}}
    if binding == "zeebe:property" and not never_empty and attribute.name not in one.grouped_by:
        field["optional"] = True        # an empty one is not written; what only tells apart is, to say that it is empty
    return field


def _choices(one: Described, attribute: Attribute) -> list[dict[str, str]]:
    """Give what a field can be chosen from; none where it is written."""
    values: tuple[str, ...] = attribute.choices if attribute.takes == "choice" else ()
    if (one.element, attribute.name) == ("status", "national"):
        values = tuple(str(number) for number in range(int(attribute.choices[0]), int(attribute.choices[1]) + 1))
    shown = [(value, CHOICES.get((one.element, attribute.name, value), Text(value, value))) for value in values]
    return [{"name": f"{value}. {_both(text)}" if value.isdigit() else _both(text), "value": value}
            for value, text in shown]


def moddle() -> dict[str, Any]:
    """Give the moddle descriptor: the elements of our namespace as bpmn.io reads and writes them."""
    types = [{
        "name": one.element[0].upper() + one.element[1:], "superClass": ["Element"],
        "meta": {"allowedIn": sorted({kind for _, _, types, kinds in PLACES for kind in types
                                      if set(kinds) & set(one.places)})},
        "properties": [
            *({"name": attribute.name, "isAttr": True, "type": _moddle_type(one, attribute),
               "description": _both(ATTRIBUTES.get((one.element, attribute.name), Words(
                   Text(attribute.name, attribute.name))).label)} for attribute in one.attributes),
            *([{"name": "body", "isBody": True, "type": "String"}] if one.element == "text" else [])],
    } for one in declarations.described()]
    return {"name": "Motcua", "uri": declarations.NAMESPACE, "prefix": "motcua", "xml": {"tagAlias": "lowerCase"},
            "associations": [], "types": types, "enumerations": [
                {"name": _enumeration(one, attribute),
                 "literalValues": [{"name": value} for value in attribute.choices]}
                for one in declarations.described() for attribute in one.attributes if attribute.takes == "choice"]}


def _moddle_type(one: Described, attribute: Attribute) -> str:
    if attribute.takes == "choice":
        return _enumeration(one, attribute)
    return "Integer" if attribute.takes == "number" else "String"


def _enumeration(one: Described, attribute: Attribute) -> str:
    return f"{one.element[0].upper()}{one.element[1:]}{attribute.name[0].upper()}{attribute.name[1:]}"


def _titled(one: Described, which: Text | None) -> Text:
    title = ELEMENTS.get(one.element, Text(one.element, one.element))
    return title if which is None else Text(f"{title.vi}, {which.vi}", f"{title.en}, {which.en}")


def _both(text: Text) -> str:
    """Write a text for panels that know one language only: Vietnamese, then English."""
    return text.vi if text.vi == text.en else f"{text.vi} / {text.en}"

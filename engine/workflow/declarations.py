"""Reading what an element declares: `motcua` elements, and the generic properties of stock modelers
(`motcua.<element>[.<kind>[.<outcome>]].<attribute>`). An attribute or a value that is not known is refused by name;
what a declaration does to a clock or a case is not decided here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.domain import period
from engine.domain.declarations import (
    Assignment,
    ClockMark,
    DeadlineRule,
    EachRule,
    HandOffRule,
    LetterRule,
    PublicText,
    SendRule,
    ServiceRule,
    SuspensionRule,
)
from engine.domain.errors import InvalidInput
from engine.workflow.language import conditions, expressions
from engine.workflow.reading import BPMN

NAMESPACE = "urn:motcua:bpmn:1"
_PROPERTIES = {
    "{http://camunda.org/schema/1.0/bpmn}properties": "{http://camunda.org/schema/1.0/bpmn}property",
    "{http://camunda.org/schema/zeebe/1.0}properties": "{http://camunda.org/schema/zeebe/1.0}property",
    "{http://spiffworkflow.org/bpmn/schema/1.0/core}properties":
        "{http://spiffworkflow.org/bpmn/schema/1.0/core}property",
}
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_WORD = re.compile(r"[^\s]{1,200}")

Complain = Callable[[str, Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class Raw:
    """One declaration before its values are read: the element's name and its attributes as text."""

    element: str
    attributes: Mapping[str, str]
    generic: bool = False       # written as properties


class Unreadable(ValueError):
    """A value that an attribute cannot have."""


def _text(value: str) -> str:
    if not value or len(value) > 500:
        raise Unreadable
    return value


def _word(value: str) -> str:
    if not _WORD.fullmatch(value):
        raise Unreadable
    return value


def _words(value: str) -> tuple[str, ...]:
    return tuple(_word(one) for one in value.split())


@dataclass(frozen=True, slots=True)
class Number:
    """Reads a whole number between two."""

    lowest: int
    highest: int

    def __call__(self, value: str) -> int:
        """Read the number."""
        if not re.fullmatch(r"[0-9]{1,6}", value, re.ASCII) or not self.lowest <= int(value) <= self.highest:
            raise Unreadable
        return int(value)


def _per_cent(value: str) -> int:
    return Number(1, 100)(value.removesuffix("%").strip())


def _period(value: str) -> period.Period:
    try:
        return period.parse(value)
    except InvalidInput as error:
        raise Unreadable from error


def _condition(value: str) -> str:
    try:
        conditions.translate(_text(value))
    except expressions.ExpressionError as error:
        raise Unreadable from error
    return value


@dataclass(frozen=True, slots=True)
class OneOf:
    """Reads one of a few words."""

    choices: tuple[str, ...]

    def __call__(self, value: str) -> str:
        """Read the word."""
        if value not in self.choices:
            raise Unreadable
        return value


def _cut_off(value: str) -> str:
    if value != "none" and not _TIME.fullmatch(value):
        raise Unreadable
    return value


def _unit(value: str) -> str:
    if value not in ("receiving", "competent", "same") and not re.fullmatch(r"type:\S{1,100}", value):
        raise Unreadable
    return value


def _kinds(value: str) -> tuple[str, ...]:
    words = _words(value.replace(",", " "))
    if not words or any(one not in ("statutory", "service_norm", "task") for one in words):
        raise Unreadable
    return words


def _acts(value: str) -> tuple[str, ...]:
    words = _words(value)
    if any(one not in ("withdraw", "extend", "transfer", "stop") for one in words):
        raise Unreadable
    return words


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a declaration. `takes` names what it may be: `period`, `word`, `words`, `text`, `condition`,
    `number` (between the two of `choices`), `choice` (one of `choices`), `per_cent`, `cut_off`, `unit`, …"""

    name: str
    needed: bool
    takes: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """One declaration as a person may write it: where it may stand (kinds of steps, `process`, `lane`,
    `messageFlow`), whether once only, and the attributes that stand in the names of generic properties."""

    element: str
    places: tuple[str, ...]
    once: bool
    grouped_by: tuple[str, ...]
    attributes: tuple[Attribute, ...]


Attributes = Mapping[str, tuple[str, Callable[[str], Any]]]


@dataclass(frozen=True, slots=True)
class Shape:
    """What one declaration may say: the value it makes, its attributes, which are needed, where it may stand."""

    make: Callable[..., Any]
    attributes: Attributes
    needed: tuple[str, ...]
    places: frozenset[str]
    once: bool = True


_STEPS = frozenset({"user", "script", "service", "decision", "send", "receive", "call", "subprocess", "timer", "catch",
                    "throw", "start", "end", "terminate"})
_WAITS = frozenset({"user", "service", "receive", "call", "subprocess", "timer", "catch"})
_DONE = frozenset({"user", "script", "service", "decision", "send", "receive", "call", "subprocess"})
_ANY = _STEPS | {"process", "boundary_timer", "boundary", "exclusive", "inclusive", "parallel", "event_gateway"}

SHAPES: Mapping[str, Shape] = {
    "deadline": Shape(DeadlineRule, {
        "kind": ("kind", OneOf(("statutory", "service_norm", "task"))), "period": ("period", _period),
        "firstDay": ("first_day", OneOf(("next-day", "same-hour"))), "cutOff": ("cut_off", _cut_off),
        "outcome": ("outcome", _word), "when": ("when", _condition), "extensions": ("extensions", Number(0, 99)),
        "extensionUpTo": ("extension_up_to", _period), "warnAt": ("warn_at", _per_cent),
        "earlyBy": ("early_by", _period)}, ("kind", "period"), _WAITS | {"process"}, once=False),
    "clock": Shape(ClockMark, {"starts": ("starts", _word), "stops": ("stops", _word)}, (), _STEPS),
    "suspends": Shape(SuspensionRule, {
        "reason": ("reason", _text), "mode": ("mode", OneOf(("resume", "restart"))), "limit": ("limit", _period),
        "onLimit": ("on_limit", _word), "which": ("which", _kinds)}, ("reason",), _WAITS),
    "assignment": Shape(Assignment, {
        "role": ("role", _word), "unit": ("unit", _unit), "notActorOf": ("not_actor_of", _words),
        "sameActorAs": ("same_actor_as", _words), "priority": ("priority", Number(0, 100))}, ("role",),
        frozenset({"user", "lane"})),
    "handoff": Shape(HandOffRule, {
        "to": ("to", _word), "acknowledgeWithin": ("acknowledge_within", _period), "period": ("period", _period)},
        ("to",), frozenset({"call", "messageFlow"})),
    "send": Shape(SendRule, {"data": ("data", _words)}, (), frozenset({"send", "throw", "end"})),
    "each": Shape(EachRule, {"in": ("over", _text), "as": ("item", _word)}, ("in",), _DONE),
    "form": Shape(str, {"name": ("name", _word)}, ("name",), frozenset({"user", "start", "receive", "catch"})),
    "letter": Shape(LetterRule, {"template": ("template", _word), "when": ("when", _word)}, ("template",),
                    _STEPS, once=False),
    "service": Shape(ServiceRule, {"handler": ("handler", _word), "retries": ("retries", Number(0, 100))},
                     ("handler",), frozenset({"service"})),
    "decision": Shape(str, {"ref": ("ref", _word)}, ("ref",), frozenset({"decision"})),
    "status": Shape(int, {"national": ("national", Number(1, 10))}, ("national",), _STEPS),
    "acts": Shape(tuple, {"allow": ("allow", _acts)}, ("allow",), frozenset({"process"})),
    "text": Shape(PublicText, {"lang": ("language", _word), "sentence": ("sentence", _text)},
                  ("lang", "sentence"), _ANY, once=False),
}
_GROUPED_BY = {"deadline": ("kind", "outcome"), "letter": ("template", "when"), "text": ("lang",)}
_BARE = (str, int, tuple)


def read(element: etree._Element, place: str, complain: Complain) -> dict[str, list[Any]]:
    """Give what an element of kind `place` declares, in document order, by the name of the declaration.

    `complain` is told the code and the facts of every declaration that is refused.
    """
    found: dict[str, list[Any]] = {}
    written: dict[tuple[str, ...], bool] = {}
    for raw in _raw(element, complain):
        group = (raw.element, *(raw.attributes.get(name, "") for name in (*_GROUPED_BY.get(raw.element, ()), "when")))
        if raw.element in _GROUPED_BY and written.setdefault(group, raw.generic) is not raw.generic:
            complain("said-twice", {"declaration": raw.element})
        shape = SHAPES.get(raw.element)
        if shape is None:
            complain("unknown-declaration", {"declaration": raw.element, "known": ", ".join(sorted(SHAPES))})
        elif place not in shape.places:
            complain("misplaced-declaration", {"declaration": raw.element, "places": ", ".join(sorted(shape.places))})
        elif shape.once and raw.element in found:
            complain("repeated-declaration", {"declaration": raw.element})
        else:
            value = _value(raw, shape, complain)
            if value is not None:
                found.setdefault(raw.element, []).append(value)
    return found


def _value(raw: Raw, shape: Shape, complain: Complain) -> Any:
    """Make the value of one declaration; None when it was refused."""
    values: dict[str, Any] = {}
    good = True
    for name, text in raw.attributes.items():
        known = shape.attributes.get(name)
        if known is None:
            complain("unknown-attribute", {"declaration": raw.element, "attribute": name,
                                           "known": ", ".join(shape.attributes)})
            good = False
            continue
        try:
            values[known[0]] = known[1](" ".join(text.split()))
        except Unreadable:
            complain("unreadable-attribute", {"declaration": raw.element, "attribute": name, "value": text[:80]})
            good = False
    for name in shape.needed:
        if name not in raw.attributes:
            complain("missing-attribute", {"declaration": raw.element, "attribute": name})
            good = False
    if not good:
        return None
    return next(iter(values.values())) if shape.make in _BARE else shape.make(**values)


def _raw(element: etree._Element, complain: Complain) -> Iterator[Raw]:
    """Give the declarations of an element in both ways of writing them."""
    for extensions in element.findall(f"{{{BPMN}}}extensionElements"):
        for child in extensions:
            if not isinstance(child.tag, str):
                continue
            if child.tag.startswith("{" + NAMESPACE + "}"):
                yield _own(child)
            elif child.tag in _PROPERTIES:
                yield from _generic(child, _PROPERTIES[child.tag], complain)


def _own(child: etree._Element) -> Raw:
    """Read one `motcua` element; the sentence of a `text` may be its content."""
    name, attributes = child.tag.rpartition("}")[2], {str(key): str(value) for key, value in child.attrib.items()}
    content = "".join(str(one) for one in child.itertext()).strip()
    if name == "text" and content and "sentence" not in attributes:
        attributes["sentence"] = content
    return Raw(name, attributes)


def _generic(properties: etree._Element, tag: str, complain: Complain) -> Iterator[Raw]:
    """Read generic properties: those that share element, kind and outcome are one declaration.

    What stands in the place of kind or outcome only tells declarations apart where a property says the attribute
    itself: `motcua.deadline.statutory.b.outcome`. An empty property says nothing, as a panel leaves it; where it is
    the outcome, the declaration has none.
    """
    groups: dict[tuple[str, ...], dict[str, str]] = {}
    for one in properties.iterfind(tag):
        name, value = one.get("name", ""), one.get("value", "")
        if not name.startswith("motcua."):
            continue
        _, *head, attribute = name.split(".")
        keys: tuple[str, ...] = _GROUPED_BY.get(head[0], ()) if head else ()
        if not head or len(head) - 1 > len(keys):
            complain("unknown-declaration", {"declaration": name, "known": ", ".join(sorted(SHAPES))})
            continue
        groups.setdefault(tuple(head), {})[attribute] = value
    for group, written in groups.items():
        named = dict(zip(_GROUPED_BY.get(group[0], ()), group[1:], strict=False))
        if any(value.strip() for value in written.values()):
            yield Raw(group[0], {name: value for name, value in {**named, **written}.items() if value.strip()},
                      generic=True)


def described() -> tuple[Described, ...]:
    """Give what every declaration may say, in the order of `SHAPES`: for templates, documents and their tests."""
    return tuple(Described(
        element, tuple(sorted(shape.places)), shape.once, _GROUPED_BY.get(element, ()),
        tuple(Attribute(name, name in shape.needed, *_taken(read)) for name, (_, read) in shape.attributes.items()))
        for element, shape in SHAPES.items())


def _taken(read: Callable[[str], Any]) -> tuple[str, tuple[str, ...]]:
    """Give the kind of what an attribute takes and, where there are only a few, what it can be."""
    if isinstance(read, OneOf):
        return "choice", read.choices
    if isinstance(read, Number):
        return "number", (str(read.lowest), str(read.highest))
    return read.__name__.strip("_"), ()

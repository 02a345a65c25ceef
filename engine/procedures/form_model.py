"""What a form is once read: its schema, its fields in the order of the page, its choices. No rule lives here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.domain.text import Text


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a person may choose; `consequence` says in words what choosing it does."""

    value: Any
    label: Text
    consequence: Text | None = None

    @property
    def raw(self) -> str:
        """Give the value as a web form carries it: text as it is, anything else as JSON."""
        return self.value if isinstance(self.value, str) else json.dumps(self.value)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a form asks, or a group or list of them.

    `name` is the dotted path of the value; below a list it holds `*` until `item_at` puts a number there.
    `widget`: text, textarea, number, money, date, select, radios, checkbox, checkboxes, file, hidden, group, list.
    `visible_if`: (dotted name, values) pairs; the page may hide the field unless all of them hold.
    `conditional`: the field stands in a branch of the schema and is not always asked.
    """

    name: str
    key: str
    title: Text
    hint: Text | None
    widget: str
    type: str
    required: bool
    schema: Mapping[str, Any]
    choices: tuple[Choice, ...] = ()
    children: tuple[Field, ...] = ()
    item: Field | None = None
    visible_if: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    conditional: bool = False

    @property
    def format(self) -> str | None:
        """Give the `format` of the value, such as `date` or `personal-id`."""
        return _text(self.schema.get("format"))

    @property
    def autocomplete(self) -> str | None:
        """Give the HTML autocomplete token (WCAG 1.3.5), if the form names one."""
        return _text(self.schema.get("x-autocomplete"))

    @property
    def width(self) -> str | None:
        """Give the width the form wishes for, in characters or as a fraction, if it names one."""
        wish = self.schema.get("x-width")
        return None if wish is None else str(wish)[:20]

    @property
    def prefill(self) -> str | None:
        """Give the dotted path in the data of the case that fills this field beforehand."""
        return _text(self.schema.get("x-prefill"))

    @property
    def default(self) -> Any:
        """Give the value an absent answer gets, or None."""
        return self.schema.get("default")

    @property
    def minimum(self) -> Any:
        """Give the least number allowed, or None."""
        return self.schema.get("minimum")

    @property
    def maximum(self) -> Any:
        """Give the greatest number allowed, or None."""
        return self.schema.get("maximum")

    @property
    def read_only(self) -> bool:
        """Tell whether the page shows the value without asking for it."""
        return self.schema.get("readOnly") is True

    def item_at(self, index: int) -> Field:
        """Give the field of one row of a list, its names carrying the number of the row."""
        if self.item is None:
            raise ValueError(f"{self.name} is no list")
        return _renamed(self.item, f"{self.name}.*", f"{self.name}.{index}")

    def walk(self) -> Iterator[Field]:
        """Give this field and all below it, in the order of the page."""
        yield self
        for child in self.children if self.item is None else (self.item,):
            yield from child.walk()


def _renamed(field: Field, old: str, new: str) -> Field:
    return replace(
        field, name=new + field.name[len(old):],
        children=tuple(_renamed(child, old, new) for child in field.children),
        item=None if field.item is None else _renamed(field.item, old, new),
        visible_if=tuple((new + name[len(old):] if name.startswith(f"{old}.") else name, values)
                         for name, values in field.visible_if))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


@dataclass(frozen=True)
class Form:
    """What a task asks. `schema` is JSON Schema 2020-12 with every `$ref` put in place; `root` its field tree."""

    name: str
    title: Text | None
    description: Text | None
    schema: Mapping[str, Any]
    root: Field

    @property
    def fields(self) -> tuple[Field, ...]:
        """Give the fields at the top, in the order of the page."""
        return self.root.children

    def field(self, name: str) -> Field | None:
        """Give the field at a dotted name, rows of lists by number, or None."""
        found: Field | None = self.root
        for part in name.split(".") if name else ():
            if found is None:
                return None
            if found.item is not None and part.isdecimal():
                found = found.item_at(int(part))
            else:
                found = next((child for child in found.children if child.key == part), None)
        return found

    def outcomes(self) -> tuple[Choice, ...]:
        """Give the choices of the task: the values of the property `outcome`; none means it simply completes."""
        field = self.field("outcome")
        return () if field is None else field.choices

    def sentences(self) -> set[str]:
        """Give every Vietnamese sentence of the form: what a translation must cover."""
        found = {text.vi for text in (self.title, self.description) if text is not None}
        for field in self.root.walk():
            if "title" in field.schema:
                found.add(field.title.vi)
            if field.hint is not None:
                found.add(field.hint.vi)
            for choice in field.choices:
                found |= {text.vi for text in (choice.label, choice.consequence)
                          if text is not None and text.vi != choice.raw}
        return found

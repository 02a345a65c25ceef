"""Changing an XML file without touching a byte that was not meant: attribute values, texts, names, new attributes and
new children. Comments, blanks, the order of attributes and everything of other tools stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.procedures.xml_document import Attribute, Document, Element

_STEP = b"  "


@dataclass(slots=True)
class _Change:
    """What is to become of one element."""

    name: str | None = None
    values: dict[str, str] = field(default_factory=dict)        # by the attribute's resolved name
    added: dict[str, str] = field(default_factory=dict)         # by the name to write
    text: str | None = None
    first: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    gone: bool = False


class Edits:
    """The changes to one document, collected and then applied at once; later ones of the same part win."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._changes: dict[Element, _Change] = {}

    def __bool__(self) -> bool:
        return bool(self._changes)

    def set(self, element: Element, attribute: str, value: str) -> None:
        """Give an attribute without a namespace a value; it is added where it is missing."""
        kind = self._of(element).values if attribute in element.attributes else self._of(element).added
        kind[attribute] = value

    def replace(self, element: Element, attribute: str, value: str) -> None:
        """Give an attribute that is there, by its `{namespace}local` name, another value.

        Raises:
            KeyError: it is not there.
        """
        if attribute not in element.attributes:
            raise KeyError(attribute)
        self._of(element).values[attribute] = value

    def text(self, element: Element, text: str) -> None:
        """Replace all an element holds by a text.

        Raises:
            ValueError: it holds other elements.
        """
        if element.children:
            raise ValueError("an element that holds others has no text of its own to replace")
        self._of(element).text = text

    def rename(self, element: Element, name: str) -> None:
        """Write another name, with its prefix, in both tags of an element."""
        self._of(element).name = name

    def insert(self, parent: Element, xml: str) -> None:
        """Put XML in front of everything a parent holds, behind what was put there before."""
        self._of(parent).first.append(xml)

    def append(self, parent: Element, xml: str) -> None:
        """Put XML behind everything a parent holds."""
        self._of(parent).last.append(xml)

    def after(self, element: Element, xml: str) -> None:
        """Put XML right behind an element, in its parent."""
        self._of(element).after.append(xml)

    def remove(self, element: Element) -> None:
        """Take an element away, with the blanks in front of it; whatever else was to become of it."""
        self._of(element).gone = True

    def applied(self) -> bytes:
        """Give the bytes of the file with all changes made; without changes, the very same bytes."""
        content, spans = self.document.content, []
        for element, change in self._changes.items():
            spans += self._spans(element, change)
        parts, place = [], 0
        for first, last, new in sorted(spans, key=lambda span: span[:2]):
            parts += [content[place:first], new]
            place = last
        return b"".join([*parts, content[place:]])

    def _of(self, element: Element) -> _Change:
        return self._changes.setdefault(element, _Change())

    def _spans(self, element: Element, change: _Change) -> list[tuple[int, int, bytes]]:
        """Give the bytes to be replaced for one element: begin, end, what comes there."""
        if change.gone:
            indent = self.document.indent_of(element)
            return [(element.start if indent is None else element.start - len(indent) - 1, element.end, b"")]
        spans = [self._value(element.attributes[name], value) for name, value in change.values.items()]
        name_at = element.start + 1
        if change.name is not None:
            spans.append((name_at, name_at + len(element.name.encode()), change.name.encode()))
        written = b"".join(b' %s="%s"' % (name.encode(), escaped(value, '"').encode())
                           for name, value in change.added.items())
        if written:
            place = max([name_at + len(element.name.encode()), *(one.end + 1 for one in element.attributes.values())])
            spans.append((place, place, written))
        spans += self._content(element, change)
        if change.after:
            indent = self.document.indent_of(element)
            spans.append((element.end, element.end, self._lines(change.after, indent)))
        return spans

    def _content(self, element: Element, change: _Change) -> list[tuple[int, int, bytes]]:
        """Give the spans inside an element, and that of its end tag when it is renamed."""
        first, last = self._children(element, change.first), self._children(element, change.last)
        text = b"" if change.text is None else escaped(change.text).encode()
        name = (change.name or element.name).encode()
        if element.empty:
            if not (first or last or text):
                return []
            blanks = self.document.indent_of(element) if first or last else None
            closing = b"\n" + blanks if blanks is not None else b""
            at = self.document.content.rindex(b"/", element.start, element.inside)
            return [(at, element.end, b">" + text + first + last + closing + b"</" + name + b">")]
        spans = []
        if change.text is not None:
            spans.append((element.inside, element.close, text))
        if first:
            spans.append((element.inside, element.inside, first))
        if last:
            end = element.children[-1].end if element.children else element.close
            spans.append((end, end, last))
        if change.name is not None:
            spans.append((element.close + 2, element.close + 2 + len(element.name.encode()), name))
        return spans

    def _children(self, parent: Element, new: list[str]) -> bytes:
        """Lay out new children like those that are there."""
        if not new:
            return b""
        inner = self.document.indent_of(parent.children[0]) if parent.children else None
        outer = self.document.indent_of(parent)
        if inner is None and outer is not None:
            inner = outer + _STEP
        return self._lines(new, inner)

    def _lines(self, new: list[str], indent: bytes | None) -> bytes:
        """Write each piece of XML on a line of its own, where the file has lines."""
        lead = b"" if indent is None else b"\n" + indent
        return b"".join(lead + one.encode().replace(b"\n", lead or b" ") for one in new)

    def _value(self, attribute: Attribute, value: str) -> tuple[int, int, bytes]:
        return attribute.start, attribute.end, escaped(value, attribute.quote).encode()


_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_VALUE = {**_TEXT, "\n": "&#10;", "\t": "&#9;"}
_QUOTES = {'"': "&quot;", "'": "&apos;"}


def escaped(text: str, quote: str = "") -> str:
    """Write a text so that XML reads it back as it is: between tags, or between the given quotes."""
    marks = {**_VALUE, quote: _QUOTES[quote]} if quote else _TEXT
    return text.translate({ord(sign): written for sign, written in marks.items()})


def element(name: str, attributes: Mapping[str, str], content: str = "") -> str:
    """Write one element."""
    written = "".join(f' {key}="{escaped(value, chr(34))}"' for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"

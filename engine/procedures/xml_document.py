"""An XML file as a tree whose every tag and attribute knows where its bytes stand, so that a part can be changed and
the rest left as it was drawn. What a diagram means is not known here; changing is in `xml_edit`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from engine.workflow import guard
from engine.workflow.guard import Refused

__all__ = ["Attribute", "Document", "Element", "Refused", "read"]

_NAME = re.compile(rb"[^\s/>]+")
_ATTRIBUTE = re.compile(rb"\s+([^\s=/>]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_CLOSE = re.compile(rb"\s*(/?)>")
_BLANKS = re.compile(rb"(?:^|\n)([ \t]*)$")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: its name as written, what its value means, and the bytes `start:end` between its quotes."""

    name: str
    value: str
    start: int
    end: int
    quote: str


@dataclass(eq=False, slots=True)
class Element:
    """One element: `start:inside` is its start tag, `inside:close` what it holds, `close:end` its end tag.

    `tag` is `{namespace}local`, `name` what is written. Attributes stand under the same kind of name. `text` is all
    its own character data; `prefixes` are the namespaces in scope."""

    tag: str
    name: str
    start: int
    inside: int
    close: int
    end: int
    empty: bool
    parent: Element | None
    prefixes: Mapping[str, str]
    attributes: dict[str, Attribute] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""

    @property
    def local(self) -> str:
        """Give the name without its namespace."""
        return self.tag.rpartition("}")[2]

    @property
    def namespace(self) -> str:
        """Give the namespace, empty when there is none."""
        return self.tag[1:].partition("}")[0] if self.tag.startswith("{") else ""

    @property
    def id(self) -> str:
        """Give the attribute `id`, empty when there is none."""
        return self.get("id")

    def get(self, name: str) -> str:
        """Give the value of an attribute, empty when there is none."""
        found = self.attributes.get(name)
        return found.value if found is not None else ""

    def named(self, tag: str) -> list[Element]:
        """Give the children of this `{namespace}local` name."""
        return [child for child in self.children if child.tag == tag]

    def first(self, *path: str) -> Element | None:
        """Give the first element at a path of tags below this one, or None."""
        found: Element | None = self
        for tag in path:
            found = next((child for child in found.children if child.tag == tag), None) if found is not None else None
        return found

    def walk(self) -> Iterator[Element]:
        """Give this element and all below it, in document order; without recursion, files may be deep."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(reversed(element.children))


@dataclass(frozen=True, slots=True)
class Document:
    """A file's bytes and the tree that points into them."""

    content: bytes
    root: Element

    def indent_of(self, element: Element) -> bytes | None:
        """Give the blanks before an element when it begins its line, else None."""
        found = _BLANKS.search(self.content, max(0, element.start - 400), element.start)
        return found[1] if found is not None else None


def read(content: bytes) -> Document:
    """Read a file that the guard lets through; the tree is that of `guard.tree`, with places.

    Raises:
        Refused: as `guard.tree`.
    """
    guard.tree(content)
    reader = _Reader(content)
    parser = expat.ParserCreate("utf-8")
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, values: reader.begin(parser.CurrentByteIndex, name, values)
    parser.EndElementHandler = lambda name: reader.finish(parser.CurrentByteIndex)
    parser.CharacterDataHandler = reader.say
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise Refused("not-xml", reason=str(error)[:160]) from error
    if reader.root is None:
        raise Refused("not-xml", reason="empty")
    return Document(content, reader.root)


class _Reader:
    """Puts the tree together while the parser goes through the bytes."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.root: Element | None = None
        self.open: list[Element] = []
        self.said: list[list[str]] = []

    def begin(self, at: int, name: str, values: list[str]) -> None:
        """A start tag begins at a byte."""
        parent = self.open[-1] if self.open else None
        given = dict(zip(values[::2], values[1::2], strict=True))
        prefixes = parent.prefixes if parent is not None else {"xml": "http://www.w3.org/XML/1998/namespace"}
        declared = {key[6:]: value for key, value in given.items() if key == "xmlns" or key.startswith("xmlns:")}
        if declared:
            prefixes = {**prefixes, **declared}
        places, inside, empty = self._tag(at)
        element = Element(_resolved(name, prefixes, default=True), name, at, inside, inside, inside, empty, parent,
                          prefixes)
        for key, value in given.items():
            first, last, quote = places[key]
            element.attributes[_resolved(key, prefixes, default=False)] = Attribute(key, value, first, last, quote)
        if parent is not None:
            parent.children.append(element)
        else:
            self.root = element
        self.open.append(element)
        self.said.append([])

    def finish(self, at: int) -> None:
        """The end tag of the open element begins at a byte; that of an empty element is its start tag."""
        element = self.open.pop()
        element.text = "".join(self.said.pop())
        if not element.empty:
            element.close = at
            element.end = self.content.index(b">", at) + 1

    def say(self, text: str) -> None:
        """Character data of the open element."""
        if self.said:
            self.said[-1].append(text)

    def _tag(self, at: int) -> tuple[dict[str, tuple[int, int, str]], int, bool]:
        """Give where the attribute values of a start tag stand, where the tag ends and whether it ends the element."""
        name = _NAME.match(self.content, at + 1)
        place = name.end() if name is not None else at + 1
        found: dict[str, tuple[int, int, str]] = {}
        while match := _ATTRIBUTE.match(self.content, place):
            first, last = match.span(2)
            found[match[1].decode()] = (first + 1, last - 1, match[2][:1].decode())
            place = match.end()
        close = _CLOSE.match(self.content, place)
        if close is None:
            raise ValueError("a start tag that does not end")
        return found, close.end(), bool(close[1])


def _resolved(name: str, prefixes: Mapping[str, str], *, default: bool) -> str:
    """Give `{namespace}local` for a name as written; an attribute without a prefix is in no namespace."""
    prefix, colon, local = name.partition(":")
    if name == "xmlns" or prefix == "xmlns":
        return name
    if not colon:
        namespace = prefixes.get("", "") if default else ""
        return f"{{{namespace}}}{name}" if namespace else name
    return f"{{{prefixes[prefix]}}}{local}" if prefix in prefixes else name
